"""Topics in which a new layout waits until it is proven, and the seal that says it is."""

from collections.abc import Iterable
from time import monotonic, sleep
from typing import NamedTuple

import msgspec
from kafka.admin import KafkaAdminClient

from ullage.cli import cluster
from ullage.cli.failure import Refused
from ullage.cli.repartition import transport
from ullage.step import Record
from ullage.topics import BUILDS_LOG, MOVEMENTS, SHIPMENTS_LOG, Topic

LOGS = {log.name: log for log in (SHIPMENTS_LOG, BUILDS_LOG, MOVEMENTS)}
LOCK = "ullage-repartition"
"""A topic that is there while keys move: without records, until the new layout is proven."""
_SEAL = Topic(LOCK, partitioned=False)
_DELETION_SECONDS = 60.0


class Sealed(NamedTuple):
    """A layout that was proven: how many partitions, and how many records of each log's
    partitions were processed in the layout before.
    """

    partitions: int
    processed: dict[str, list[int]]


class Stage:
    """The staging topics of one cluster. Its methods raise Refused."""

    def __init__(self, bootstrap: str, admin: KafkaAdminClient) -> None:
        self._bootstrap, self._admin = bootstrap, admin

    def sealed(self) -> Sealed | None:
        """The layout a former run has proven and not put in place; None: there is none."""
        if LOCK not in cluster.partition_counts(self._bootstrap):
            return None
        [end] = transport.ends(self._bootstrap, LOCK, 1)
        for record in transport.read(self._bootstrap, LOCK, 0, 0, end):
            return msgspec.json.decode(record.value or b"", type=Sealed)
        return None

    def lock(self) -> None:
        """Keep workers from starting, and remove what a former run has staged unproven."""
        self.clear()
        self.create_topic(_SEAL, 1)

    def seal(self, layout: Sealed) -> Sealed:
        """From here on the new layout is the one that counts."""
        writer = transport.Writer(self._bootstrap)
        seal = Record(LOCK, 0, 0, 0, None, msgspec.json.encode(layout))
        writer.write(LOCK, seal)
        writer.close()
        return layout

    def create(self, log: str, partitions: int) -> None:
        self.create_topic(LOGS[log]._replace(name=staged(log)), partitions)

    def fill(self, log: str, records: Iterable[Record]) -> None:
        """Append to the staged log."""
        writer = transport.Writer(self._bootstrap)
        for record in records:
            writer.write(staged(log), record)
        writer.close()

    def clear(self) -> None:
        """Remove what is staged; the seal first, for without it the rest counts for nothing."""
        self.delete(LOCK)
        for log in LOGS:
            self.delete(staged(log))

    def create_topic(self, topic: Topic, partitions: int) -> None:
        wanted = {"num_partitions": partitions, "configs": topic.config}
        self._admin.create_topics({topic.name: wanted}, wait_for_metadata=True)

    def delete(self, topic: str) -> None:
        """Delete a topic that may be there, and wait until it is gone."""
        deadline = monotonic() + _DELETION_SECONDS
        while topic in self._admin.list_topics():
            if monotonic() > deadline:
                raise Refused(
                    f"the broker does not delete {topic}; see that it may "
                    "(delete.topic.enable), then run the same command again"
                )
            self._admin.delete_topics([topic], raise_errors=False)
            sleep(0.1)


def staged(log: str) -> str:
    """The topic in which a log waits."""
    return f"ullage-repartition-{log}"
