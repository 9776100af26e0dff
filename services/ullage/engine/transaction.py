"""One batch, one transaction: outputs, state and offsets are there together or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

from ullage.engine import crash
from ullage.engine.errors import OutputRefused, ReservedKey, StepFailed, Stopped
from ullage.engine.partition import Share
from ullage.engine.patience import within
from ullage.engine.store import MARKER, POSITION, REBUILT, RESERVED, Position
from ullage.step import Occurrence, Output, Step

DeliveryCallback = Callable[[KafkaError | None, Message], None]

_CALL_SECONDS = 5.0  # how long one call waits for the broker before we look whether to stop
# A member the group has shut out is told "try again" for ever; the transaction is over by then.
# librdkafka does not keep the time of this one call (its issue 5456): it is left behind.
_OFFSETS_SECONDS = 10.0
# A client that has not found its coordinator for so long may never: a new session has new ones.
_PATIENCE_SECONDS = 20.0
_QUEUE_SECONDS = 0.05
_BY_KEY = -1  # the client's partitioner decides
_REFUSALS = {
    KafkaError._UNKNOWN_TOPIC,
    KafkaError._UNKNOWN_PARTITION,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.MSG_SIZE_TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a committed batch took: outputs written, seconds in all, seconds of the commit."""

    outputs: int
    batch_seconds: float
    commit_seconds: float


class Transactions:
    """Runs batches of one step, each in a transaction of its own."""

    def __init__(
        self,
        step: Step,
        producer: Producer,
        consumer: Consumer,
        stopping: Callable[[], bool],
        away: Callable[[KafkaError], None],
        crash_at: crash.CrashHook,
    ) -> None:
        self._step = step
        self._producer = producer
        self._consumer = consumer
        self._stopping = stopping
        self._away = away
        self._crash = crash_at

    def open(self) -> None:
        """Shut out an earlier run under the same name, and abort what it left open."""
        self._attempt(lambda: self._producer.init_transactions(_CALL_SECONDS))

    def run(self, batch: list[Share]) -> Figures:
        """Process and commit a batch.

        Raises StepFailed or KafkaException with nothing committed and the transaction open:
        the caller aborts. The stores change only after the commit, by the whole batch; one
        that could not (StoreFull) is to be brought up from the changelog.
        """
        begun = perf_counter()
        self._crash(crash.BEFORE_BEGIN)
        self._producer.begin_transaction()
        self._crash(crash.AFTER_BEGIN)
        outputs = sum(self._produce_outputs(share) for share in batch)
        self._crash(crash.AFTER_OUTPUTS)
        for share in batch:
            self._produce_changelog(share)
        self._crash(crash.AFTER_CHANGELOG)
        committing = perf_counter()
        self._send_offsets(batch)
        self._crash(crash.AFTER_OFFSETS)
        self._attempt(lambda: self._producer.commit_transaction(_CALL_SECONDS))
        committed = perf_counter()
        self._crash(crash.AFTER_COMMIT)
        for share in batch:
            self._keep(share)
        self._crash(crash.AFTER_STORE)
        return Figures(outputs, perf_counter() - begun, committed - committing)

    def abort(self) -> None:
        """Take back the open transaction, whatever of it has been sent."""
        self._attempt(lambda: self._producer.abort_transaction(_CALL_SECONDS))

    def _produce_outputs(self, share: Share) -> int:
        """Run the step over a partition's records; return how many outputs it made."""
        count = 0
        produce = self._produce
        if share.rebuilds:  # they were written when the records were first processed
            produce = _drop
        try:
            for item in self._step.run(share.overlay, share.draw()):
                if isinstance(item, Occurrence):
                    share.note(item)
                else:
                    produce(item)
                    count += 1
        except (KafkaException, OutputRefused):
            raise
        except Exception as reason:
            raise StepFailed(self._step.name, share.at, repr(reason)) from reason
        if share.at is not share.records[-1]:
            raise StepFailed(self._step.name, share.at, "it left records of the batch undrawn")
        return count

    def _produce(self, output: Output) -> None:
        topic, key, value, headers, place = output
        number = _BY_KEY if place is None else place
        try:
            # An empty list of headers would cost the client as much as the record does.
            self._write(topic, value, key, number, None, list(headers) if headers else None)
        except KafkaException as reason:
            if reason.args[0].code() in _REFUSALS:
                raise OutputRefused(self._step.name, output, str(reason)) from reason
            raise

    def _produce_changelog(self, share: Share) -> None:
        """Write the last value of each dirty key, then the marker with the next offset."""
        changelog, number = share.partition.input.changelog, share.partition.number
        if changelog is None:
            return
        for key in RESERVED & share.overlay.dirty.keys():
            raise ReservedKey(self._step.name, key)
        if share.begins_rebuild:
            self._write(changelog.name, b"", REBUILT, number)
        for key, value in share.overlay.dirty.items():
            self._write(changelog.name, value, key, number)
        marker = share.marker(changelog).encode()
        self._write(changelog.name, marker, MARKER, number, share.on_marker)

    def _write(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        partition: int,
        on_delivery: DeliveryCallback | None = None,
        headers: list[tuple[str, str | bytes | None]] | None = None,
    ) -> None:
        """Queue a record, waiting for room."""
        while True:
            try:
                return self._producer.produce(
                    topic, value, key, partition, on_delivery=on_delivery, headers=headers
                )
            except BufferError:
                self._producer.poll(_QUEUE_SECONDS)

    def _send_offsets(self, batch: list[Share]) -> None:
        offsets = [
            TopicPartition(*share.partition.place, share.group_offset) for share in batch
        ]
        member = self._consumer.consumer_group_metadata()

        def send() -> None:
            self._producer.send_offsets_to_transaction(offsets, member, _CALL_SECONDS)

        try:
            self._attempt(lambda: within(_OFFSETS_SECONDS, send), _OFFSETS_SECONDS)
        except TimeoutError:
            # Fatal: this producer is stuck. The next session's shuts it out, whatever it does.
            error = KafkaError(KafkaError._TIMED_OUT, "offsets were not answered", fatal=True)
            self._away(error)
            raise KafkaException(error) from None

    def _keep(self, share: Share) -> None:
        """Bring a partition to where the commit has put it."""
        partition = share.partition
        partition.next_offset = share.next_offset
        changelog = partition.input.changelog
        if changelog is None:
            return
        while share.marker_offset < 0:  # committed, so its report is on the way
            self._producer.poll(_QUEUE_SECONDS)
        marker = share.marker(changelog)
        position = Position(share.marker_offset + 1, share.marker_written_at, marker)
        partition.store.write({**share.overlay.dirty, POSITION: position.encode()})
        self._crash(crash.AFTER_ONE_STORE)

    def _attempt(self, call: Callable[[], None], seconds: float = _PATIENCE_SECONDS) -> None:
        """Call until it is done, has failed for good, or time is up.

        What is retriable has done no harm; how it ended the next session asks when it opens.
        """
        deadline = perf_counter() + seconds
        while True:
            try:
                return call()
            except KafkaException as reason:
                error: KafkaError = reason.args[0]
                if not error.retriable() or error.txn_requires_abort():
                    raise
                if perf_counter() > deadline:
                    raise
                if self._stopping():
                    raise Stopped from reason
                self._away(error)


def _drop(output: Output) -> None:
    """Write nothing."""
