"""One partition a worker works on, and its share of a batch."""

from collections.abc import Iterator
from dataclasses import dataclass

from confluent_kafka import KafkaError, Message
from confluent_kafka._types import HeadersType

from ullage.engine.changelog import Changelog, Input
from ullage.engine.errors import RecordsGone
from ullage.engine.store import Marker, Overlay, PartitionStore
from ullage.step import Headers, Occurrence, Record

Place = tuple[str, int]
"""A topic and the number of one of its partitions."""


@dataclass(slots=True)
class Partition:
    """A restored partition: its store, and the next offset to take.

    Up to `rebuild_to` its state is being rebuilt: steps are run again, and their outputs,
    which are written already, are dropped. `lag` is in records, None until the broker has said
    where the partition ends.
    """

    input: Input
    number: int
    store: PartitionStore
    next_offset: int
    rebuild_to: int = 0
    end_seen: int = -1
    lag: int | None = None

    @property
    def place(self) -> Place:
        return self.input.name, self.number

    @property
    def is_rebuilding(self) -> bool:
        return self.next_offset < self.rebuild_to

    def measure(self, high_watermark: int) -> None:
        """Take note of how far the partition's end is.

        Raises RecordsGone when it was read to its end and a rebuild still lacks something.
        """
        if self.is_rebuilding and self.end_seen >= 0:
            raise RecordsGone(*self.place, self.rebuild_to - 1)
        if high_watermark >= 0:
            reached = max(self.next_offset, self.end_seen)
            self.lag = max(0, high_watermark - reached)


class Share:
    """The records of one partition in a batch, and what comes of them until the commit."""

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        self._topic, self._number = partition.place
        self.next_offset = partition.next_offset
        self.rebuilds = partition.is_rebuilding
        self.records: list[Record] = []
        self.overlay = Overlay(partition.store.get)
        self.occurrences: list[tuple[Record, Occurrence]] = []
        self.marker_offset = -1
        self.marker_written_at = -1
        self._drawn: Record | None = None

    @property
    def at(self) -> Record:
        """The record the step is at: the last one it drew."""
        return self._drawn or self.records[0]

    @property
    def begins_rebuild(self) -> bool:
        return self.rebuilds and self.partition.next_offset == 0

    @property
    def group_offset(self) -> int:
        """What the group's offset is once this is committed; a rebuild does not move it."""
        return self.partition.rebuild_to if self.rebuilds else self.next_offset

    def marker(self, changelog: Changelog) -> Marker:
        """How far the state is that is written with this."""
        until = self.partition.rebuild_to if self.next_offset < self.group_offset else 0
        source, form = self.partition.input.id, changelog.state_format
        return Marker(self.next_offset, source, changelog.id, form, until)

    def add(self, message: Message) -> None:
        """Take a record, unless it has been taken: a partition that left and came back.

        What a rebuild does not need is left out, for it is read again to be processed.
        """
        offset = message.offset()
        if offset is None or offset < self.next_offset:
            return
        if self.rebuilds and offset >= self.partition.rebuild_to:
            return
        self.next_offset = offset + 1
        headers = message.headers()
        self.records.append(
            Record(
                self._topic,
                self._number,
                offset,
                message.timestamp()[1],
                message.key(),
                message.value(),
                _bytes_only(headers) if headers else (),
            )
        )

    def draw(self) -> Iterator[Record]:
        """Hand out the records one at a time, and remember the last one."""
        for record in self.records:
            self._drawn = record
            yield record

    def note(self, occurrence: Occurrence) -> None:
        """Remember an occurrence; it is told once the batch is committed."""
        self.occurrences.append((self.at, occurrence))

    def on_marker(self, error: KafkaError | None, message: Message) -> None:
        """Take the marker's place in the changelog; an error fails the commit by itself."""
        if error is None:
            # What a broken connection made the client send twice is acknowledged without its
            # place. The store has all that is before it: reading from 0 is right, only longer.
            self.marker_offset = max(message.offset() or 0, 0)
            self.marker_written_at = message.timestamp()[1]


def _bytes_only(headers: HeadersType) -> Headers:
    pairs = headers.items() if isinstance(headers, dict) else headers
    return tuple((name, value) for name, value in pairs if isinstance(value, bytes))
