"""Bring a partition's store to where the last committed transaction has left it."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from enum import Enum, auto
from time import monotonic, time

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from ullage.engine.changelog import Changelog, Input
from ullage.engine.config import ClientSettings, EngineConfig, group_of
from ullage.engine.errors import StateDisagrees, TopicReplaced
from ullage.engine.failure import passes
from ullage.engine.partition import Partition
from ullage.engine.store import (
    MARKER,
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


class Turn(Enum):
    """What a restoration has done with its turn."""

    BUSY = auto()
    WAITS = auto()


Restoration = Generator[Turn | Partition, None, None]
"""Restores a partition, a little at each turn; yields it last. Closing it closes the store."""


class Restorer:
    """Opens the stores of one step and restores them from their changelogs."""

    def __init__(
        self,
        step: str,
        config: EngineConfig,
        progress: Progress,
    ) -> None:
        self._step = step
        self._config = config
        self._progress = progress
        self._admin = AdminClient(config.admin())

    def restore(self, source: Input, number: int) -> Restoration:
        """Yield the partition at last, ready to be read from `next_offset`.

        Raises StateDisagrees, TopicReplaced or StoreUnusable when its state cannot be trusted,
        StoreFull when it cannot be written, KafkaException for what does not pass.
        """
        committed = yield from self._committed(source, number)
        if source.changelog is None:
            yield Partition(source, number, MemoryStore(), committed or 0)
            return
        store = open_store(self._config.store_path(self._step, source.name, number))
        with ExitStack() as if_it_fails:
            if_it_fails.callback(store.close)
            marker = yield from self._bring_up(
                source.changelog, source, number, store, committed
            )
            if marker is not None and marker.input_id != source.id:
                raise TopicReplaced(self._step, source.name, source.changelog.name)
            if_it_fails.pop_all()
        yield Partition(source, number, store, marker.next_offset if marker else 0)

    def _committed(
        self, source: Input, number: int
    ) -> Generator[Turn | Partition, None, int | None]:
        """The group's offset; there is none while another's transaction may yet move it."""
        while True:
            try:
                answer = yield from self._ask(TopicPartition(source.name, number))
                return answer.offset if answer.offset >= 0 else None
            except KafkaException as reason:
                if not passes(reason.args[0]):
                    raise

    def _ask(self, place: TopicPartition) -> Generator[Turn | Partition, None, TopicPartition]:
        group = group_of(self._step)
        [asked] = self._admin.list_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(group, [place])],
            require_stable=True,
            request_timeout=_CALL_SECONDS,
        ).values()
        yield Turn.WAITS
        while not asked.done():
            yield Turn.WAITS
        answers: list[TopicPartition] = asked.result().topic_partitions
        if error := answers[0].error:
            raise KafkaException(error)
        return answers[0]

    def _bring_up(
        self,
        changelog: Changelog,
        source: Input,
        number: int,
        store: PartitionStore,
        committed: int | None,
    ) -> Generator[Turn | Partition, None, Marker | None]:
        position = _kept(store, changelog, committed)
        if position is not None and position.marker.next_offset == committed:
            return position.marker
        settings = self._config.restore_consumer(self._step)
        with closing(Reading(settings, changelog, number, store, position)) as reading:
            ends = monotonic() + self._config.restore_timeout_s
            while True:
                overdue = monotonic() > ends
                self._progress(changelog, number, reading.step())
                if reading.reaches(committed):
                    return reading.finish()
                if not reading.at_end:
                    ends = monotonic() + self._config.restore_timeout_s
                    yield Turn.BUSY
                    continue
                # A killed worker's transaction, open in front of what was committed, hides it
                # until the broker aborts it: its timeout, and the pause between two looks.
                asked, known = monotonic(), committed
                committed = yield from self._committed(source, number)
                # A process that stood still for all that time may have been overtaken by
                # another: an offset asked for before would disagree with what that one wrote.
                if overdue and committed == known:
                    raise StateDisagrees(changelog.name, number, committed, reading.next_offset)
                ends += max(0.0, monotonic() - asked - _CALL_SECONDS)  # a broker that was away


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
        self._start(position.changelog_offset if position else OFFSET_BEGINNING)

    @property
    def next_offset(self) -> int | None:
        return self._position.marker.next_offset if self._position else None

    def step(self) -> int:
        """Read what has come, at most a chunk; return how many records that was."""
        changes: dict[bytes, bytes | None] = {}
        for message in self._reader.consume(_CHUNK, 0.02):
            error, key = message.error(), message.key()
            if error is not None:
                self._meet(error)
                continue
            self.at_end = False  # the end is told once, until there is more
            if key == MARKER:
                self._position = self._position_at(message)
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
            return None
        self._store.write({MARKER: self._position.encode()})
        return self._position.marker

    def _start(self, offset: int) -> None:
        self._reader.assign([TopicPartition(self._changelog.name, self._number, offset)])

    def _meet(self, error: KafkaError) -> None:
        if error.code() == KafkaError._PARTITION_EOF:
            self.at_end = True
        elif error.code() == KafkaError._AUTO_OFFSET_RESET:  # the changelog was cut short
            self._store.clear()
            self._position = None
            self._start(OFFSET_BEGINNING)
        elif not passes(error):
            raise KafkaException(error)

    def _position_at(self, message: Message) -> Position:
        marker = Marker.decode(message.value() or b"")
        offset, written_at = message.offset() or 0, message.timestamp()[1]
        return Position(marker, offset + 1, self._changelog.id, written_at)


def _kept(
    store: PartitionStore, changelog: Changelog, committed: int | None
) -> Position | None:
    """How far a local store is; one that cannot be built upon is emptied."""
    position = position_of(store)
    if position is None or _trusted(position, changelog, committed):
        return position
    store.clear()
    return None


def _trusted(position: Position, changelog: Changelog, committed: int | None) -> bool:
    """Whether a local store may be brought up to date instead of being made anew."""
    if position.changelog_id != changelog.id:
        return False
    current = position.marker.next_offset == committed
    return current or time() * 1000 - position.written_at < _TRUSTED_MS
