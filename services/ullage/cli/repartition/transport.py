"""Records from topics and into them, as they are."""

from collections.abc import Iterator

from confluent_kafka import OFFSET_BEGINNING, KafkaError, Message, TopicPartition

from ullage.cli import cluster
from ullage.cli.failure import Refused
from ullage.step import Record

_LONGEST_WAIT_MS = 60_000


def read(bootstrap: str, topic: str, partition: int, begin: int, stop: int) -> Iterator[Record]:
    """Committed records of a partition between two offsets. Raises Refused."""
    if begin >= stop:
        return
    consumer = cluster.committed_reader(bootstrap)
    try:
        consumer.assign([TopicPartition(topic, partition, begin or OFFSET_BEGINNING)])
        for message in cluster.up_to(consumer, {partition: stop}):
            yield _record(message)
    finally:
        consumer.close()


def ends(bootstrap: str, topic: str, partitions: int) -> list[int]:
    """Where each partition ends for one who reads what is committed. Raises Refused."""
    return [high for _, high in bounds(bootstrap, topic, partitions)]


def bounds(bootstrap: str, topic: str, partitions: int) -> list[tuple[int, int]]:
    """First offset and end of each partition. Raises Refused."""
    consumer = cluster.committed_reader(bootstrap)
    try:
        return cluster.ends(consumer, topic, partitions)
    finally:
        consumer.close()


class Writer:
    """Writes records each to its partition; what was written is there after `close`."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = cluster.idempotent_producer(
            bootstrap, longest_wait_ms=_LONGEST_WAIT_MS
        )
        self._error: KafkaError | None = None

    def write(self, topic: str, record: Record) -> None:
        """Queue a record, waiting for room. Raises Refused."""
        while True:
            try:
                self._producer.produce(
                    topic,
                    record.value,
                    record.key,
                    record.partition,
                    on_delivery=self._note,
                    timestamp=record.timestamp,
                    headers=list(record.headers),
                )
                self._producer.poll(0)
                return
            except BufferError:
                self._producer.poll(0.1)

    def close(self) -> None:
        """Wait until the broker has everything. Raises Refused."""
        self._producer.flush()
        if self._error is not None:
            raise Refused(
                f"the broker did not take all records ({self._error.str()}); see that it is "
                "well and has room, then run the same command again"
            )

    def _note(self, error: KafkaError | None, message: Message) -> None:
        self._error = self._error or error


def _record(message: Message) -> Record:
    found = message.headers() or []
    pairs = found.items() if isinstance(found, dict) else found
    return Record(
        message.topic() or "",
        message.partition() or 0,
        message.offset() or 0,
        message.timestamp()[1],
        message.key(),
        message.value(),
        tuple((name, value) for name, value in pairs if isinstance(value, bytes)),
    )
