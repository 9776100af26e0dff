"""Bring a partition's store to where the last committed transaction has left it."""

from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from enum import Enum, auto
from time import monotonic, time
from typing import TypeVar

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaException,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from ullage.engine.changelog import Changelog, Input
from ullage.engine.config import EngineConfig, group_of
from ullage.engine.errors import SessionLost, StateDisagrees, StateTooNew, TopicReplaced
from ullage.engine.failure import is_absence, passes
from ullage.engine.partition import Partition
from ullage.engine.reading import Reading
from ullage.engine.rebuild import Rebuilder
from ullage.engine.store import (
    Marker,
    MemoryStore,
    PartitionStore,
    Position,
    open_store,
    position_of,
)

T = TypeVar("T")

_CALL_SECONDS = 5.0
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
        self._rebuilder = Rebuilder(self._admin, config.restore_consumer(step))

    def restore(self, source: Input, number: int) -> Restoration:
        """Yield the partition at last, ready to be read from `next_offset`.

        A state that is lost begins to be rebuilt. Raises StateDisagrees, StateLost,
        StateTooNew, TopicReplaced or StoreUnusable when its state cannot be trusted, StoreFull
        when it cannot be written, KafkaException for what does not pass.
        """
        committed = yield from self._committed(source, number)
        if source.changelog is None:
            yield Partition(source, number, MemoryStore(), committed or 0)
            return
        yield from self._require_the_same(source.changelog)
        store = open_store(self._config.store_path(self._step, source.name, number))
        with ExitStack() as if_it_fails:
            if_it_fails.callback(store.close)
            marker = yield from self._bring_up(
                source.changelog, source, number, store, committed
            )
            if marker is not None:
                self._check(marker, source, source.changelog)
            if_it_fails.pop_all()
        if marker is None:
            yield Partition(source, number, store, 0)
        else:
            yield Partition(source, number, store, marker.next_offset, marker.rebuild_to)

    def _require_the_same(
        self, changelog: Changelog
    ) -> Generator[Turn | Partition, None, None]:
        """Raise SessionLost when a changelog was made anew since the session began.

        Another worker that has not noticed either may have written to it: what it holds would
        pass for a whole state.
        """
        found = yield from self._id_of(changelog.name)
        if found != changelog.id:
            raise SessionLost(self._step, f"{changelog.name} was deleted and made anew")

    def _id_of(self, topic: str) -> Generator[Turn | Partition, None, str]:
        while True:
            [asked] = self._admin.describe_topics(
                TopicCollection([topic]), request_timeout=_CALL_SECONDS
            ).values()
            try:
                return str((yield from _answer(asked)).topic_id)
            except KafkaException as reason:
                if not is_absence(reason.args[0]):
                    raise

    def _check(self, marker: Marker, source: Input, changelog: Changelog) -> None:
        if marker.input_id != source.id:
            raise TopicReplaced(self._step, source.name, changelog.name)
        if marker.state_format > changelog.state_format:
            raise StateTooNew(
                self._step, changelog.name, marker.state_format, changelog.state_format
            )

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
        answers: list[TopicPartition] = (yield from _answer(asked)).topic_partitions
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
            return (yield from self._read_up(reading, changelog, source, number, committed))

    def _read_up(
        self,
        reading: Reading,
        changelog: Changelog,
        source: Input,
        number: int,
        committed: int | None,
    ) -> Generator[Turn | Partition, None, Marker | None]:
        """Read until the changelog agrees with the group, or its state proves to be lost."""
        ends = monotonic() + self._config.restore_timeout_s
        while True:
            overdue, read = monotonic() > ends, reading.step()
            self._progress(changelog, number, read)
            if reading.reaches(committed):
                return reading.finish()
            if not reading.at_end:
                ends = monotonic() + self._config.restore_timeout_s
                yield Turn.BUSY if read else Turn.WAITS
                continue
            if begin := self._begin_rebuild(reading, source, changelog, number, committed):
                return begin
            # A killed worker's transaction, open in front of what was committed, hides it
            # until the broker aborts it: its timeout, and the pause between two looks.
            asked, known = monotonic(), committed
            committed = yield from self._committed(source, number)
            # A process that stood still for all that time may have been overtaken by
            # another: an offset asked for before would disagree with what that one wrote.
            if overdue and committed == known:
                raise StateDisagrees(changelog.name, number, committed, reading.next_offset)
            ends += max(0.0, monotonic() - asked - _CALL_SECONDS)  # a broker that was away

    def _begin_rebuild(
        self,
        reading: Reading,
        source: Input,
        changelog: Changelog,
        number: int,
        committed: int | None,
    ) -> Marker | None:
        """What to rebuild a lost state from: where that was cut off, or nothing at all.

        Not before the end: all markers of a rebuild name the same offset of the group.
        """
        marker = reading.marker
        if committed is None or (marker is not None and marker.rebuild_to != committed):
            return None
        if self._rebuilder.hides_more(changelog, number, reading.end):
            return None
        if marker is not None:
            return reading.finish()
        reading.give_up()
        return self._rebuilder.begin(source, changelog, number, committed)


def _answer(asked: "Future[T]") -> Generator[Turn | Partition, None, T]:
    """Wait for what the broker was asked, and let others have their turns meanwhile."""
    yield Turn.WAITS
    while not asked.done():
        yield Turn.WAITS
    return asked.result()


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
    current = position.marker.next_offset == committed
    return current or time() * 1000 - position.written_at < _TRUSTED_MS
