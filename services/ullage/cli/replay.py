"""`ullage replay`: the processors without a broker. Same code, same ids, same bytes."""

import gc
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from ullage import topics
from ullage.cli import digests, dump, records
from ullage.cli.failure import Refused
from ullage.cli.results import Write
from ullage.engine.store import MemoryStore
from ullage.processors.builds.step import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger.digests import KEY, read_digests
from ullage.processors.ledger.step import Ledger
from ullage.processors.shipments.step import Shipments
from ullage.step import Occurrence, Output, Record, Step


def replay(files: list[Path], write: Write) -> Counter[str]:
    """Play files of events through intake, shipments, builds and ledger.

    All is one batch, so a compacted topic gets each key once, as it stands at the end.
    Returns records written by topic and occurrences by kind. Raises Refused.
    """
    gc.disable()  # a replay makes no cycles, and its books are many objects to look through
    told: Counter[str] = Counter()
    doors = _Doors(records.of_events(files), write, told)
    for made in Ledger().run(MemoryStore(), doors.movements()):
        doors.take(made)
    return told


def replay_log(
    file: Path, write: Write, partitions: int | None = None
) -> tuple[Counter[str], list[str]]:
    """Play a dump of `movements` through the ledger, one partition after the other.

    Returns records written by topic and occurrences by kind, and a line a
    partition and topic with its digest, as `check --digests` has them.
    Raises Refused: a line is no movement, so the books would not be the log's.
    """
    gc.disable()  # as above
    told: Counter[str] = Counter()
    dead: list[int] = []

    def write_or_note(output: Output) -> None:
        if output.topic == topics.DEAD_LETTERS.name:
            dead.append(int(dict(output.headers)["source_offset"]))
        else:
            write(output)

    figures: list[str] = []
    for number, partition in enumerate(dump.partitions(file, partitions)):
        figures += _play(number, partition, write_or_note, told)
    if dead:
        raise _no_dump(file, dead)
    return told, figures


def _play(
    number: int, partition: Iterable[Record], write: Write, told: Counter[str]
) -> Iterator[str]:
    """Play one partition of a log; return what stands for each topic it was written to."""
    store = MemoryStore()
    for made in Ledger().run(store, partition):
        # What it says to builds and to itself has become movements: they are in the dump.
        if isinstance(made, Occurrence) or made.topic not in _FED_BACK:
            _tell(made, write, told)
    if kept := store.get(KEY):
        for topic, chain in read_digests(kept).chains.items():
            yield digests.line(topic, number, chain)


def _no_dump(file: Path, dead: list[int]) -> Refused:
    many = "line is no movement" if len(dead) == 1 else "lines are no movements"
    return Refused(
        f"{file}: {len(dead)} {many} (the first: line {min(dead)}); "
        "is it a dump of the topic movements? Nothing was written"
    )


class _Doors:
    """What is in front of the ledger, and what comes back to it, in one order.

    An event goes as far as it can before the next is read: an answer of the ledger reaches
    builds, and what builds makes of it the ledger, before anything that came later.
    """

    def __init__(self, events: Iterable[Record], write: Write, told: Counter[str]) -> None:
        self._events, self._write, self._told = iter(events), write, told
        steps: tuple[Step, ...] = (Intake(), Shipments(), Builds())
        self._reads = {topic: (step, MemoryStore()) for step in steps for topic in step.inputs}
        self._waiting: deque[Record] = deque()
        self._offsets: Counter[str] = Counter()
        self._now = 0

    def movements(self) -> Iterator[Record]:
        """The log, one record at a time: each is applied before the next is made."""
        for event in self._events:
            self._now = event.timestamp
            self._waiting.append(event)
            while self._waiting:
                record = self._waiting.popleft()
                if record.topic == topics.MOVEMENTS.name:
                    yield record
                else:
                    self._pass(record)

    def take(self, made: Output | Occurrence) -> None:
        """Take what a processor has made: it is written, and read by whoever reads it."""
        if isinstance(made, Occurrence) or made.topic not in _INTERNAL:
            _tell(made, self._write, self._told)
        if isinstance(made, Output) and made.topic in _FED_BACK:
            place = (made.topic, 0, self._offsets[made.topic], self._now)
            self._offsets[made.topic] += 1
            self._waiting.append(Record(*place, made.key, made.value, made.headers))

    def _pass(self, record: Record) -> None:
        # What has no topic is refused, or set aside, by intake.
        step, store = self._reads.get(record.topic, self._reads[topics.CONTROL.name])
        for made in step.run(store, (record,)):
            self.take(made)


_INTERNAL = frozenset(topic.name for topic in topics.INTERNAL)
_FED_BACK = _INTERNAL | {topics.MOVEMENTS.name}


def _tell(made: Output | Occurrence, write: Write, told: Counter[str]) -> None:
    if isinstance(made, Occurrence):
        told[made.kind] += 1
    elif made.value is not None:  # a drained layer has no line
        told[made.topic] += 1
        write(made)
