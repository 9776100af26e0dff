"""confluent_kafka.Producer as the engine uses it, on the cluster in memory."""

from collections import deque
from collections.abc import Callable
from functools import partial

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from tests.simulation.broker import error
from tests.simulation.group import Metadata
from tests.simulation.life import ABORTABLE, FATAL, RETRIABLE, Life
from tests.simulation.log import Message, Outcome, Place, partition_of
from ullage.engine.config import ClientSettings
from ullage.step import Headers

Report = Callable[[KafkaError | None, Message], None]
Queued = tuple[Place, bytes | None, bytes | None, Headers, Report | None]


class Producer:
    """A transactional writer. Records wait in its queue and are sent when it likes."""

    def __init__(self, life: Life, config: ClientSettings) -> None:
        self._life, self._broker = life, life.world.broker
        self._chance = life.world.chance
        self._name = str(config["transactional.id"])
        self._epoch = -1
        self._in_transaction = self._committed = False
        self._failed: KafkaError | None = None
        self._queue: deque[Queued] = deque()
        self._reports: deque[Callable[[], None]] = deque()

    def init_transactions(self, timeout: float) -> None:
        self._attempt("init", self._init, RETRIABLE)

    def begin_transaction(self) -> None:
        if self._in_transaction or self._epoch < 0:
            raise error(KafkaError._STATE)
        self._require_well()
        self._in_transaction = True

    def produce(
        self, topic: str, value: bytes | None, key: bytes | None, partition: int,
        on_delivery: Report | None = None, headers: list[tuple[str, bytes]] | None = None,
    ) -> None:  # fmt: skip
        if not self._in_transaction:
            raise error(KafkaError._STATE)
        self._life.pass_by("produce")
        self._require_well()
        if len(self._queue) > 3 and self._chance.random() < 0.1:
            raise BufferError
        number = (
            partition_of(key, len(self._broker.topics[topic])) if partition < 0 else partition
        )
        self._queue.append(((topic, number), key, value, tuple(headers or ()), on_delivery))
        if self._chance.random() < 0.3:
            self._send(self._chance.randrange(4))

    def poll(self, timeout: float) -> int:
        self._life.pass_by("poll")
        self._send(len(self._queue))
        return self._report()

    def flush(self) -> int:
        self._send(len(self._queue))
        self._report()
        return len(self._queue)

    def send_offsets_to_transaction(
        self, offsets: list[TopicPartition], member: Metadata, timeout: float
    ) -> None:
        places = {(one.topic, one.partition): one.offset for one in offsets}
        send = partial(self._broker.add_offsets, self._name, self._epoch, places, member)
        self._attempt("offsets", send, RETRIABLE, ABORTABLE, FATAL)

    def commit_transaction(self, timeout: float) -> None:
        # What the cluster has committed cannot be taken back, whatever became of its answer.
        undecided = () if self._committed else (ABORTABLE,)
        self._attempt("commit", self._commit, RETRIABLE, FATAL, *undecided)
        self._in_transaction = self._committed = False
        if self._chance.random() < 0.5:
            self._report()

    def abort_transaction(self, timeout: float) -> None:
        if self._failed is not None and not self._failed.fatal():
            self._failed = None
        self._queue.clear()
        self._attempt("abort", self._abort, RETRIABLE, FATAL)
        self._in_transaction = False

    def _init(self) -> None:
        self._epoch = self._broker.start_writer(self._name)

    def _commit(self) -> None:
        self._send(len(self._queue))
        self._require_well()
        self._life.pass_by("sent")
        self._broker.end(self._name, self._epoch, Outcome.COMMITTED)
        self._committed = True

    def _abort(self) -> None:
        self._broker.end(self._name, self._epoch, Outcome.ABORTED)

    def _attempt(self, point: str, do: Callable[[], None], *kinds: str) -> None:
        """Call, and remember an error after which the client takes no more."""
        self._require_well()
        try:
            self._life.call(point, do, *kinds)
        except KafkaException as reason:
            failed: KafkaError = reason.args[0]
            if failed.fatal() or failed.txn_requires_abort():
                self._failed = failed
            raise

    def _require_well(self) -> None:
        if self._failed is not None:
            raise KafkaException(self._failed)

    def _send(self, count: int) -> None:
        """Write the first records of the queue; the broker refuses a stale writer."""
        for _ in range(min(count, len(self._queue))):
            place, key, value, headers, report = self._queue.popleft()
            try:
                entry = self._broker.write(self._name, self._epoch, place, key, value, headers)
            except KafkaException as reason:
                self._failed = reason.args[0]
                return
            if report is not None:
                self._reports.append(partial(report, None, Message(place, entry)))

    def _report(self) -> int:
        for report in (reports := list(self._reports)):
            report()
        self._reports.clear()
        return len(reports)
