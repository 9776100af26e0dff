"""The partitions a worker has: given by the group, restored, then read; and taken away."""

from collections.abc import Iterator

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from ullage.engine.changelog import Input
from ullage.engine.errors import PartitionCountChanged
from ullage.engine.failure import passes
from ullage.engine.partition import Partition, Place
from ullage.engine.report import Report
from ullage.engine.restore import Restorer


class Assignment:
    """Follows the group's rebalances (cooperative: only what moves is touched).

    The callbacks run inside `consume()`, where no transaction is open; they only take note of
    what comes. Restoring is done between two reads, one partition at a time.
    """

    def __init__(
        self, step: str, consumer: Consumer, inputs: dict[str, Input], report: Report
    ) -> None:
        self._step = step
        self._consumer = consumer
        self._inputs = inputs
        self._report = report
        self._coming: list[Place] = []
        self._active: dict[tuple[str | None, int | None], Partition] = {}
        self.joined = False

    def subscribe(self) -> None:
        self._consumer.subscribe(
            list(self._inputs), self._on_assign, self._on_revoke, self._on_revoke
        )

    def find(self, topic: str | None, number: int | None) -> Partition | None:
        """The restored partition a record belongs to; None: it is not (or no longer) ours."""
        return self._active.get((topic, number))

    def __iter__(self) -> Iterator[Partition]:
        return iter(self._active.values())

    @property
    def coming(self) -> int:
        """How many partitions are still to be restored."""
        return len(self._coming)

    def restore_next(self, restorer: Restorer) -> None:
        """Restore the next partition given to us, if any, and begin to read it."""
        if not self._coming:
            return
        topic, number = self._coming[0]
        source = self._inputs[topic]
        if number >= source.partitions:
            raise PartitionCountChanged(self._step, topic, number + 1, source.partitions)
        try:
            partition = restorer.restore(source, number)
        except KafkaException as reason:
            # Back to the loop: a group that lost us waits for its callback to be served.
            if not passes(reason.args[0]):
                raise
            self._report.trouble(reason.args[0])
            return
        self._coming.pop(0)
        self._active[partition.place] = partition
        self._consumer.incremental_assign([start_of(partition)])
        self._report.assigned(partition)

    def close(self) -> None:
        for partition in self._active.values():
            partition.store.close()
        self._active.clear()
        self._coming.clear()

    def _on_assign(self, consumer: Consumer, given: list[TopicPartition]) -> None:
        consumer.incremental_assign([])
        self._coming += [(one.topic, one.partition) for one in given]
        self.joined = True

    def _on_revoke(self, consumer: Consumer, taken: list[TopicPartition]) -> None:
        """Let go, whether asked to or because the group has already given them away."""
        places = [(one.topic, one.partition) for one in taken]
        self._coming = [place for place in self._coming if place not in places]
        ours = [self._active.pop(place) for place in places if place in self._active]
        for partition in ours:
            partition.store.close()
            self._report.let_go(partition.place)
        consumer.incremental_unassign([TopicPartition(*one.place) for one in ours])


def start_of(partition: Partition) -> TopicPartition:
    """Where to read a partition from; one never read begins with what it still has."""
    return TopicPartition(*partition.place, partition.next_offset or OFFSET_BEGINNING)
