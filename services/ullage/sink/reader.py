"""The sink's Kafka consumer. It blocks; one thread of its own runs it, never the event loop."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from ullage.connection import CONNECTION
from ullage.sink.errors import NotReady, SinkError, TopicReplaced
from ullage.sink.projection import Advance, Partition
from ullage.sink.trouble import Trouble
from ullage.step import Headers, Record

GROUP = "ullage-sink"

_ADMIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in the order of their partitions, and how far they take each."""

    records: list[Record] = field(default_factory=list)
    advances: dict[Partition, Advance] = field(default_factory=dict)
    ends: dict[Partition, int] = field(default_factory=dict)
    """Partitions read to their end, which is behind the marker of the last transaction."""

    @property
    def reached(self) -> dict[Partition, int]:
        """Offsets before which nothing is left once the batch is written."""
        nexts = {key: advance.next for key, advance in self.advances.items()}
        return nexts | {key: max(end, nexts.get(key, end)) for key, end in self.ends.items()}


def topic_ids(brokers: str, names: Sequence[str]) -> dict[str, str]:
    """Kafka's own ids of the topics; raises NotReady while one or all brokers are missing."""
    admin = AdminClient({"bootstrap.servers": brokers})
    ids: dict[str, str] = {}
    described = admin.describe_topics(
        TopicCollection(list(names)), request_timeout=_ADMIN_SECONDS
    )
    for name, future in described.items():
        try:
            ids[name] = str(future.result().topic_id)
        except KafkaException as reason:
            error = reason.args[0]
            if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise NotReady(f"topic {name} is missing: run `ullage topics`") from reason
            raise NotReady(f"Kafka at {brokers} does not answer: {error.str()}") from reason
    return ids


class Reader:
    """Reads whole batches of committed records from where the database says.

    The group assigns partitions and shows the lag; the offsets that count are in the database.
    """

    def __init__(self, brokers: str, names: Sequence[str], *, group: str = GROUP) -> None:
        self.trouble = Trouble()
        self.unplaced: set[Partition] = set()
        """Partitions assigned that wait for `place`."""
        self._next: dict[Partition, int] = {}  # the offset expected from Kafka
        self._reached: dict[Partition, int] = {}  # what is in the database
        self._settled = Event()
        self._settled.set()
        self._consumer = Consumer(_configuration(brokers, group, self.trouble.hear))
        self._consumer.subscribe(
            list(names),
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_revoke,
        )

    @property
    def placed(self) -> int:
        """How many partitions are being read."""
        return len(self._next)

    def place(self, offsets: Mapping[Partition, int]) -> None:
        """Start to read partitions still assigned, each at its offset."""
        mine = {key: offset for key, offset in offsets.items() if key in self.unplaced}
        self._consumer.incremental_assign(
            [TopicPartition(*key, offset or OFFSET_BEGINNING) for key, offset in mine.items()]
        )
        self._next.update(mine)
        self._reached.update(mine)
        self.unplaced -= mine.keys()

    def read(self, count: int, seconds: float) -> Batch:
        """Wait for at most `count` records and `seconds`; raises what ends the session."""
        batch = Batch()
        for message in self._consumer.consume(count, seconds):
            error = message.error()
            if error is None:
                self._take(batch, _record(message))
            else:
                self._take_error(batch, message, error)
        self.trouble.probe(self._consumer, alive=bool(batch.records))
        return batch

    def _take(self, batch: Batch, record: Record) -> None:
        key = record.topic, record.partition
        expected = self._next.get(key)
        # A batch may still hold records of a partition that was revoked while it filled.
        if expected is None or record.offset < expected:
            return
        there = batch.advances.get(key)
        batch.records.append(record)
        batch.advances[key] = Advance(there.start if there else expected, record.offset + 1)
        self._next[key] = record.offset + 1

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold partitions back from the group while a batch of theirs is being written.

        Without it the next owner would begin before the batch it follows, and have to begin
        again. Called from the event loop; the wait is on the reader's thread.
        """
        self._settled.clear()
        try:
            yield
        finally:
            self._settled.set()

    def written(self, batch: Batch) -> None:
        """Tell the group, for lag tools, that a batch is in the database."""
        if reached := batch.reached:
            self._reached.update(reached)
            offsets = [TopicPartition(*key, offset) for key, offset in reached.items()]
            self._consumer.commit(offsets=offsets)

    def lags(self) -> dict[Partition, int]:
        """Offsets between what is written and the end last heard of, by partition."""
        lags = {}
        for key in self._next:
            _, end = self._consumer.get_watermark_offsets(TopicPartition(*key), cached=True)
            lags[key] = max(0, end - self._reached.get(key, end))
        return lags

    def reached(self) -> dict[Partition, int]:
        """Offsets before which everything is in the database, of the partitions being read."""
        return {key: self._reached[key] for key in self._next}

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.incremental_assign([])
        self.unplaced |= {(each.topic, each.partition) for each in partitions}

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Give back what is read; what was never placed was never assigned to librdkafka."""
        self._settled.wait()
        keys = {(each.topic, each.partition) for each in partitions}
        consumer.incremental_unassign(
            [TopicPartition(*key) for key in keys & self._next.keys()]
        )
        self.unplaced -= keys
        for key in keys & self._next.keys():
            del self._next[key]

    def _take_error(self, batch: Batch, message: Message, error: KafkaError) -> None:
        """Note the end of a partition; raise what waiting does not heal."""
        topic, partition = message.topic() or "", message.partition() or 0
        if error.code() == KafkaError._PARTITION_EOF:
            if (topic, partition) in self._next:
                batch.ends[topic, partition] = message.offset() or 0
        elif error.code() == KafkaError._AUTO_OFFSET_RESET:
            stored = self._next.get((topic, partition))
            raise TopicReplaced(
                topic, f"partition {partition} does not reach to offset {stored}"
            )
        elif error.fatal() or error.code() in _FATAL:
            raise SinkError(f"Kafka refuses the sink: {error.str()} (topic {topic or 'any'})")
        elif error.code() == KafkaError._MAX_POLL_EXCEEDED:
            raise NotReady("a batch took so long that Kafka gave the partitions away")
        else:
            self.trouble.sentence = f"Kafka: {error.str()}"


_FATAL = frozenset(
    (
        KafkaError._FATAL,
        KafkaError._AUTHENTICATION,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
    )
)


def _configuration(
    brokers: str, group: str, on_error: Callable[[KafkaError], None]
) -> dict[str, str | int | bool | Callable[[KafkaError], None]]:
    return {
        **CONNECTION,
        "bootstrap.servers": brokers,
        "group.id": group,
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        # A stored offset that the topic does not have must stop the sink, not be jumped over.
        "auto.offset.reset": "error",
        "partition.assignment.strategy": "cooperative-sticky",
        "session.timeout.ms": 6_000,
        "fetch.wait.max.ms": 50,
        "error_cb": on_error,
    }


def _record(message: Message) -> Record:
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    if topic is None or partition is None or offset is None:
        raise SinkError("the Kafka client gave a record without its place; report this")
    value = message.value()
    # Only a tombstone says in its headers what is not in its value.
    headers = _headers(message) if value is None else ()
    return Record(
        topic, partition, offset, message.timestamp()[1], message.key(), value, headers
    )


def _headers(message: Message) -> Headers:
    pairs = dict(message.headers() or ())
    return tuple((name, value) for name, value in pairs.items() if isinstance(value, bytes))
