"""`ullage topics --repartition`: what is laid out anew, proven, and only then put in place."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import cycle
from typing import NamedTuple, Self

from kafka.admin import KafkaAdminClient

from ullage.cli import cluster
from ullage.cli.failure import Refused
from ullage.cli.progress import Steps
from ullage.cli.repartition import standing, states, transport
from ullage.cli.repartition.layout import Layout
from ullage.cli.repartition.stage import Sealed, Stage
from ullage.cli.repartition.switch import switch
from ullage.processors.builds.step import Builds
from ullage.processors.ledger.step import Ledger
from ullage.processors.shipments.step import Shipments
from ullage.step import Record, Step
from ullage.topics import ALL, changelog_of


def repartition(bootstrap: str, partitions: int) -> bool:
    """Go over to more partitions; False: there are so many already.

    Until the new layout is proven nothing that exists is touched. From then on, a run that was
    cut off is ended by the next one; meanwhile no intake starts. Raises Refused.
    """
    cluster.partition_counts(bootstrap)  # says so when no broker answers
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap.split(","))) as admin:
        stage = Stage(bootstrap, admin)
        sealed = stage.sealed() or _prove(bootstrap, admin, stage, partitions)
        if sealed is None:
            return False
        if sealed.partitions != partitions:
            raise Refused(
                f"a change to {sealed.partitions} partitions was begun and cut off; end it "
                f"first: ULLAGE_PARTITIONS={sealed.partitions} ullage topics --repartition"
            )
        standing.require_stopped(admin)
        with Steps() as say:
            switch(bootstrap, admin, stage, sealed, say)
        return True


def _prove(
    bootstrap: str, admin: KafkaAdminClient, stage: Stage, partitions: int
) -> Sealed | None:
    """Seal a new layout, if one is needed; if none comes of it, nothing is left behind."""
    with ExitStack() as unless_sealed, Steps() as say:
        unless_sealed.callback(stage.clear)
        stage.lock()
        standing.require_stopped(admin)
        if not _is_needed(bootstrap, partitions):
            return None
        sealed = _prepare(bootstrap, admin, stage, partitions, say)
        unless_sealed.pop_all()  # from here on it is the staged logs that count
        return sealed


def _is_needed(bootstrap: str, partitions: int) -> bool:
    counts = cluster.partition_counts(bootstrap)
    for topic in ALL:
        if topic.name not in counts:
            raise cluster.missing(topic.name, counts)
        if topic.partitioned and counts[topic.name] > partitions:
            raise Refused(
                f"{topic.name} has {counts[topic.name]} partitions already, and Kafka cannot "
                f"take any away; set ULLAGE_PARTITIONS to {counts[topic.name]} or more"
            )
    return any(
        counts.get(name, partitions) != partitions
        for step in _steps()
        for name in (step.inputs[0], changelog_of(step.name, step.inputs[0]).name)
    )


def _steps() -> tuple[Step, ...]:
    return Shipments(), Builds(), Ledger()


def _prepare(
    bootstrap: str, admin: KafkaAdminClient, stage: Stage, partitions: int, say: Steps
) -> Sealed:
    """Stage the logs in their new layout, and seal it when each has come to the same state."""
    before = {step.name: _Read.of(bootstrap, admin, step) for step in _steps()}
    processed = {}
    for step in _steps():
        say(f"laying out {step.inputs[0]} for {partitions} partitions, and its state")
        layout, read = Layout(step, partitions), before[step.name]
        stage.create(layout.log, partitions)
        stage.fill(layout.log, layout.processed(read.records(bootstrap, behind=False)))
        processed[layout.log] = list(layout.ends)
        states.require_same(bootstrap, step.name, read.changelog_partitions, layout)
        stage.fill(layout.log, layout.unread(read.records(bootstrap, behind=True)))
    standing.require_stopped(admin)
    if before != {step.name: _Read.of(bootstrap, admin, step) for step in _steps()}:
        raise Refused("a worker was at work meanwhile; stop all of them, then try again")
    return stage.seal(Sealed(partitions, processed))


class _Read(NamedTuple):
    """How far a step has read its log, by partition."""

    log: str
    offsets: list[int]
    ends: list[int]
    changelog_partitions: int

    @classmethod
    def of(cls, bootstrap: str, admin: KafkaAdminClient, step: Step) -> Self:
        [log] = step.inputs
        counts = cluster.partition_counts(bootstrap)
        ends = standing.require_whole(bootstrap, log, counts[log])
        offsets = standing.read_so_far(admin, step.name, log, counts[log])
        return cls(log, offsets, ends, counts.get(changelog_of(step.name, log).name, 0))

    def records(self, bootstrap: str, *, behind: bool) -> list[Iterator[Record]]:
        """What it has read, or what is behind that; each partition by a client of its own."""
        begins, stops = (self.offsets, self.ends) if behind else ([0], self.offsets)
        return [
            transport.read(bootstrap, self.log, number, begin, stop)
            for number, (begin, stop) in enumerate(zip(cycle(begins), stops, strict=False))
        ]
