"""One life of an engine: its clients, from joining the group to leaving it."""

from collections.abc import Callable
from contextlib import suppress

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

from ullage.engine.assignment import Assignment, start_of
from ullage.engine.changelog import Input
from ullage.engine.config import EngineConfig
from ullage.engine.crash import crash_hook
from ullage.engine.errors import BatchRefused, EngineError, RecordsGone, SessionLost
from ullage.engine.failure import can_heal, is_abortable, is_absence, is_fatal, passes
from ullage.engine.namesake import PlaceInGroup
from ullage.engine.partition import Share
from ullage.engine.pulse import Pulse
from ullage.engine.report import Report
from ullage.engine.restore import Restorer
from ullage.engine.sweep import Sweeper
from ullage.engine.transaction import Transactions
from ullage.step import Step

_IDLE_SECONDS = 0.1  # how long an idle engine waits before it looks whether to stop
_HURRY_SECONDS = 0.01  # the same, while partitions are still to be restored
_ABORTS_IN_A_ROW = 10


class Session:
    """Reads, commits and rewinds; all of it in the engine's one thread."""

    def __init__(
        self,
        step: Step,
        config: EngineConfig,
        inputs: dict[str, Input],
        place: PlaceInGroup,
        report: Report,
        stopping: Callable[[], bool],
    ) -> None:
        self._step = step
        self._config = config
        self._report = report
        self._aborts = 0
        self._sweeper = Sweeper()
        self._producer = Producer(config.producer(step.name))
        self._consumer = Consumer(config.consumer(step.name))
        self._place = place
        self._pulse = Pulse(self._consumer, step.inputs[0])
        crash = crash_hook(config.crash_at, self._producer.flush)
        self._transactions = Transactions(
            step, self._producer, self._consumer, stopping, report.away, crash
        )
        restorer = Restorer(step.name, config, report.restored)
        self._assignment = Assignment(step.name, self._consumer, inputs, restorer, report)

    def open(self) -> None:
        """Shut out a former run of this worker, then join the group."""
        self._report.begins("shutting out its former run")
        self._transactions.open()
        self._report.begins("joining the consumer group")
        self._assignment.subscribe()

    def turn(self) -> bool:
        """Restore a little of what is waiting for it; read what arrived and commit it.

        Returns whether something was committed.
        """
        self._assignment.restore()
        batch = self._sort(self._read())
        self._place.hold_as(self._consumer.memberid())
        committed = bool(batch) and self._process(batch)
        self._measure()
        return committed

    def close(self) -> None:
        """Leave; a static member keeps its partitions until it is back or times out."""
        self._assignment.close()
        self._consumer.close()

    def _read(self) -> list[Message]:
        """Wait for a first record, then for a batch of them or the batch's age."""
        idle = _HURRY_SECONDS if self._assignment.coming else _IDLE_SECONDS
        first = self._consumer.poll(idle)
        if first is None:
            self._pulse.feel()
            return []
        if first.error() is None:
            self._pulse.felt()
        rest = self._consumer.consume(
            self._config.batch_records - 1, self._config.batch_ms / 1000
        )
        return [first, *rest]

    def _sort(self, messages: list[Message]) -> list[Share]:
        """Give each record to its partition; what is not ours (any more) is left out."""
        shares: dict[tuple[str | None, int | None], Share] = {}
        for message in messages:
            error = message.error()
            if error is not None:
                self._meet(error, message)
                continue
            place = message.topic(), message.partition()
            share = shares.get(place)
            if share is None:
                partition = self._assignment.find(*place)
                if partition is None:
                    continue
                share = shares[place] = Share(partition)
            share.add(message)
        return [share for share in shares.values() if share.records]

    def _meet(self, error: KafkaError, message: Message) -> None:
        """Take an event of the client that is not a record."""
        partition = self._assignment.find(message.topic(), message.partition())
        if error.code() == KafkaError._PARTITION_EOF:
            if partition is not None:
                partition.end_seen = message.offset() or 0
        elif error.code() == KafkaError._AUTO_OFFSET_RESET and partition is not None:
            raise RecordsGone(*partition.place, partition.next_offset)
        elif passes(error):
            self._report.trouble(error)
        else:
            raise self._fatal(error)

    def _process(self, batch: list[Share]) -> bool:
        """Commit a batch; False when it was taken back, to be read again."""
        try:
            figures = self._transactions.run(batch)
        except KafkaException as reason:
            self._take_back(batch, reason)
            return False
        except EngineError:
            with suppress(KafkaException):  # what stays open is aborted at the next start
                self._transactions.abort()
            raise
        self._aborts = 0
        self._pulse.felt()
        self._report.committed(batch, figures)
        self._go_on_after_rebuild(batch)
        self._sweeper.after(sum(len(share.records) for share in batch))
        return True

    def _go_on_after_rebuild(self, batch: list[Share]) -> None:
        """Read what comes after the records that a state was rebuilt from."""
        for share in batch:
            if share.rebuilds and not share.partition.is_rebuilding:
                self._consumer.seek(start_of(share.partition))
                self._report.rebuilt(share.partition)

    def _take_back(self, batch: list[Share], reason: KafkaException) -> None:
        """Abort, and read the batch again; raise when that would not help."""
        error: KafkaError = reason.args[0]
        if not is_abortable(error):
            raise self._fatal(error) from reason
        if is_absence(error):
            self._report.away(error)
        else:
            self._aborts += 1
        self._report.aborted(error, self._aborts)
        try:
            self._transactions.abort()
        except KafkaException as failed:
            raise self._fatal(failed.args[0]) from failed
        if self._aborts == _ABORTS_IN_A_ROW:
            raise BatchRefused(self._step.name, self._aborts, str(error))
        for share in batch:
            share.partition.end_seen = -1  # it is told again
            self._consumer.seek(start_of(share.partition))

    def _fatal(self, error: KafkaError) -> Exception:
        if is_fatal(error) and can_heal(error):
            return SessionLost(self._step.name, str(error))
        return KafkaException(error)

    def _measure(self) -> None:
        """Ask the client, not the broker, where each partition ends."""
        for partition in self._assignment:
            _, end = self._consumer.get_watermark_offsets(
                TopicPartition(*partition.place), cached=True
            )
            partition.measure(end)
            self._report.lag(partition)
        if self._pulse.missed is not None:
            self._report.away(self._pulse.missed)
        else:
            self._report.readiness(
                self._assignment.joined, self._assignment.coming, self._assignment
            )
