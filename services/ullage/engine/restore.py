"""Bring a partition's store to where the last committed transaction has left it."""

from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic, time

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from ullage.engine.changelog import Changelog, Input
from ullage.engine.config import EngineConfig
from ullage.engine.errors import StateDisagrees, StateTooNew, Stopped, TopicReplaced
from ullage.engine.failure import passes
from ullage.engine.partition import Partition
from ullage.engine.rebuild import Rebuilder
from ullage.engine.store import (
    MARKER,
    POSITION,
    REBUILT,
    Marker,
    MemoryStore,
    PartitionStore,
    Position,
    open_store,
    position_of,
)

_CALL_SECONDS = 5.0
_CHUNK = 10_000  # records of a changelog that go to the store in one write
# A tombstone is compacted away after delete.retention.ms (24 h by default): a store that has
# been behind for longer may have missed one. Half of that is safe, and reading all is quick.
_TRUSTED_MS = 12 * 3600 * 1000

Progress = Callable[[Changelog, int, int], None]
"""Told the changelog, the partition, and how many records were restored since the last time."""


class Restorer:
    """Opens the stores of one step and restores them from their changelogs."""

    def __init__(
        self,
        step: str,
        config: EngineConfig,
        group: Consumer,
        stopping: Callable[[], bool],
        progress: Progress,
    ) -> None:
        self._step = step
        self._config = config
        self._group = group
        self._stopping = stopping
        self._progress = progress
        self._reader = Consumer(config.restore_consumer(step))
        self._rebuilder = Rebuilder(step, config)

    def close(self) -> None:
        self._reader.close()
        self._rebuilder.close()

    def restore(self, source: Input, number: int) -> Partition:
        """Return the partition, ready to be read from `next_offset`.

        A state that is lost begins to be rebuilt. Raises StateDisagrees, StateLost,
        StateTooNew, TopicReplaced or StoreUnusable when its state cannot be trusted, Stopped
        when the engine is to stop, KafkaException when the broker does not answer yet.
        """
        committed = self._committed(source, number)
        if source.changelog is None:
            return Partition(source, number, MemoryStore(), committed or 0)
        store = open_store(self._config.store_path(self._step, source.name, number))
        with ExitStack() as if_it_fails:
            if_it_fails.callback(store.close)
            marker = self._bring_up(source.changelog, source, number, store, committed)
            if marker is not None:
                self._check(marker, source, source.changelog)
            if_it_fails.pop_all()
        if marker is None:
            return Partition(source, number, store, 0)
        return Partition(source, number, store, marker.next_offset, marker.rebuild_to)

    def _check(self, marker: Marker, source: Input, changelog: Changelog) -> None:
        if marker.input_id != source.id:
            raise TopicReplaced(self._step, source.name, changelog.name)
        if marker.state_format > changelog.state_format:
            raise StateTooNew(
                self._step, changelog.name, marker.state_format, changelog.state_format
            )

    def _committed(self, source: Input, number: int) -> int | None:
        """The group's offset; fails while another worker's transaction may yet move it."""
        place = TopicPartition(source.name, number)
        [answer] = self._group.committed([place], _CALL_SECONDS)
        return answer.offset if answer.offset >= 0 else None

    def _bring_up(
        self,
        changelog: Changelog,
        source: Input,
        number: int,
        store: PartitionStore,
        committed: int | None,
    ) -> Marker | None:
        position = _kept(store, changelog, committed)
        if position is not None and position.marker.committed == committed:
            return position.marker
        reading = Reading(self._reader, changelog, number, store, position)
        deadline: float | None = None
        while not self._stopping():
            self._progress(changelog, number, reading.step())
            if reading.reaches(committed):
                return reading.finish()
            if reading.at_end:
                if committed is not None and self._is_lost(reading, changelog, number):
                    reading.give_up()
                    return self._rebuilder.begin(source, changelog, number, committed)
                # A killed worker's transaction, open in front of what was committed, hides it
                # until the broker aborts it: its timeout, and the pause between two looks.
                deadline = deadline or monotonic() + self._config.restore_timeout_s
                if monotonic() > deadline:
                    raise StateDisagrees(changelog.name, number, committed, reading.committed)
                committed = self._committed(source, number)
        raise Stopped

    def _is_lost(self, reading: "Reading", changelog: Changelog, number: int) -> bool:
        """Whether the changelog is another one than the state was written to."""
        return reading.committed is None and not self._rebuilder.hides_more(
            changelog, number, reading.end
        )


class Reading:
    """One pass over a partition of a changelog, into a store."""

    def __init__(
        self,
        reader: Consumer,
        changelog: Changelog,
        number: int,
        store: PartitionStore,
        position: Position | None,
    ) -> None:
        self._reader = reader
        self._changelog = changelog
        self._number = number
        self._store = store
        self._position = position
        self.at_end = False
        self.end = 0
        self._start(position.changelog_offset if position else OFFSET_BEGINNING)

    @property
    def committed(self) -> int | None:
        """The group's offset by the last marker; None: there is no state."""
        return self._position.marker.committed if self._position else None

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
        return self.at_end if committed is None else self.committed == committed

    def finish(self) -> Marker | None:
        if self._position is None:
            self.give_up()
            return None
        self._reader.unassign()
        self._store.write({POSITION: self._position.encode()})
        return self._position.marker

    def give_up(self) -> None:
        """Keep nothing: what was read is no state, or but a part of one."""
        self._reader.unassign()
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


def _kept(
    store: PartitionStore, changelog: Changelog, committed: int | None
) -> Position | None:
    """How far a local store is; one that cannot be built upon is emptied."""
    position = position_of(store)
    if position is not None and _trusted(position, changelog, committed):
        return position
    store.clear()
    return None


def _trusted(position: Position, changelog: Changelog, committed: int | None) -> bool:
    """Whether a local store may be brought up to date instead of being made anew."""
    if position.marker.changelog_id != changelog.id:
        return False
    current = position.marker.committed == committed
    return current or time() * 1000 - position.written_at < _TRUSTED_MS
