"""The partitions a worker has: given by the group, restored, then read; and taken away."""

from collections.abc import Iterator

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from ullage.engine.changelog import Input
from ullage.engine.errors import PartitionCountChanged
from ullage.engine.partition import Partition, Place
from ullage.engine.report import Report
from ullage.engine.restore import Restoration, Restorer, Turn


class Assignment:
    """Follows the group's rebalances (cooperative: only what moves is touched).

    The callbacks run inside `consume()`, where no transaction is open; they only take note of
    what comes. Restoring is done between two reads, step by step.
    """

    def __init__(
        self,
        step: str,
        consumer: Consumer,
        inputs: dict[str, Input],
        restorer: Restorer,
        report: Report,
    ) -> None:
        self._step = step
        self._consumer = consumer
        self._inputs = inputs
        self._restorer = restorer
        self._report = report
        self._coming: dict[Place, Restoration] = {}
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

    def restore(self) -> None:
        """Give each restoration a turn, up to the first that is busy; read what is restored.

        One that only waits, as for another worker's transaction, holds up none behind it.
        """
        for place, restoration in list(self._coming.items()):
            turn = next(restoration)
            if isinstance(turn, Partition):
                del self._coming[place]
                self._activate(turn)
            elif turn is Turn.BUSY:
                return

    def _restoration(self, place: Place) -> Restoration:
        topic, number = place
        source = self._inputs[topic]
        if number >= source.partitions:
            raise PartitionCountChanged(self._step, topic, number + 1, source.partitions)
        self._report.restoring(place)
        yield from self._restorer.restore(source, number)

    def _activate(self, partition: Partition) -> None:
        self._active[partition.place] = partition
        self._consumer.incremental_assign([start_of(partition)])
        self._report.assigned(partition)

    def close(self) -> None:
        for restoration in self._coming.values():
            restoration.close()
        for partition in self._active.values():
            self._let_go(partition)
        self._coming.clear()
        self._active.clear()

    def _on_assign(self, consumer: Consumer, given: list[TopicPartition]) -> None:
        consumer.incremental_assign([])
        for place in [(one.topic, one.partition) for one in given]:
            self._coming[place] = self._restoration(place)
        self.joined = True

    def _on_revoke(self, consumer: Consumer, taken: list[TopicPartition]) -> None:
        """Let go, whether asked to or because the group has already given them away."""
        places = [(one.topic, one.partition) for one in taken]
        for place in places:
            if place in self._coming:
                self._coming.pop(place).close()
        ours = [self._active.pop(place) for place in places if place in self._active]
        for partition in ours:
            self._let_go(partition)
        consumer.incremental_unassign([TopicPartition(*one.place) for one in ours])

    def _let_go(self, partition: Partition) -> None:
        partition.store.close()
        self._report.let_go(partition.place)


def start_of(partition: Partition) -> TopicPartition:
    """Where to read a partition from; one never read begins with what it still has."""
    return TopicPartition(*partition.place, partition.next_offset or OFFSET_BEGINNING)
