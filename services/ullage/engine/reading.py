"""A changelog read into a store."""

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from ullage.engine.changelog import Changelog
from ullage.engine.config import ClientSettings
from ullage.engine.failure import passes
from ullage.engine.store import MARKER, POSITION, REBUILT, Marker, PartitionStore, Position

_CHUNK = 10_000  # records that go to the store in one write


class Reading:
    """One pass over a partition of a changelog, into a store."""

    def __init__(
        self,
        settings: ClientSettings,
        changelog: Changelog,
        number: int,
        store: PartitionStore,
        position: Position | None,
    ) -> None:
        self._reader = Consumer(settings)
        self._changelog = changelog
        self._number = number
        self._store = store
        self._position = position
        self.at_end = False
        self.end = 0
        self._start(position.changelog_offset if position else OFFSET_BEGINNING)

    @property
    def marker(self) -> Marker | None:
        """The last marker; None: there is no state."""
        return self._position.marker if self._position else None

    @property
    def next_offset(self) -> int | None:
        return self.marker.next_offset if self.marker else None

    def step(self) -> int:
        """Read what has come, at most a chunk; return how many records that was."""
        changes: dict[bytes, bytes | None] = {}
        for message in self._reader.consume(_CHUNK, 0.02):
            error, key = message.error(), message.key()
            if error is not None:
                self._meet(error, message.offset() or 0)
                continue
            self.at_end = False  # the end is told once, until there is more
            if key == MARKER:
                self._position = self._position_at(message)
            elif key == REBUILT:
                changes.clear()
                self._store.clear()
            elif key is not None:
                changes[key] = message.value()
        self._store.write(changes)
        return len(changes)

    def reaches(self, committed: int | None) -> bool:
        """Whether the store holds what was committed with the group's offset.

        Without one (a new group, or offsets the broker let expire) the changelog's end decides:
        its marker was written in the same transaction.
        """
        return self.at_end if committed is None else self.next_offset == committed

    def close(self) -> None:
        self._reader.close()

    def finish(self) -> Marker | None:
        if self._position is None:
            self.give_up()
            return None
        self._store.write({POSITION: self._position.encode()})
        return self._position.marker

    def give_up(self) -> None:
        """Keep nothing: what was read is no state, or but a part of one."""
        self._store.clear()

    def _start(self, offset: int) -> None:
        self._reader.assign([TopicPartition(self._changelog.name, self._number, offset)])

    def _meet(self, error: KafkaError, offset: int) -> None:
        if error.code() == KafkaError._PARTITION_EOF:
            self.at_end, self.end = True, offset
        elif error.code() == KafkaError._AUTO_OFFSET_RESET:  # the changelog was cut short
            self._store.clear()
            self._position = None
            self._start(OFFSET_BEGINNING)
        elif not passes(error):
            raise KafkaException(error)

    def _position_at(self, message: Message) -> Position | None:
        """The place of a marker; None: its writer went on after the topic was made anew."""
        marker = Marker.decode(message.value() or b"")
        if marker.changelog_id not in ("", self._changelog.id):
            return None
        return Position((message.offset() or 0) + 1, message.timestamp()[1], marker)
