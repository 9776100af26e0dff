"""The broker as the commands meet it: what it holds, or a sentence why it cannot be asked."""

import logging
import time
from collections.abc import Iterator
from difflib import get_close_matches

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from ullage.cli.failure import Refused
from ullage.cli.partitioner import PARTITIONER

ANSWER_SECONDS = 8.0
SILENCE_SECONDS = 30.0
RETRY_SECONDS = 0.1

# The clients log to standard error by themselves; what went wrong is said once, by the command.
_SILENT = logging.getLogger("ullage.cli.cluster")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


def partition_counts(bootstrap: str) -> dict[str, int]:
    """Topics of the cluster and their partitions. Raises Refused when no broker answers."""
    try:
        known = AdminClient({"bootstrap.servers": bootstrap}, logger=_SILENT).list_topics(
            timeout=ANSWER_SECONDS
        )
    except KafkaException as reason:
        raise unreachable(bootstrap, reason.args[0]) from None
    return {name: len(topic.partitions) for name, topic in known.topics.items()}


def unreachable(bootstrap: str, error: KafkaError) -> Refused:
    return Refused(
        f"no Kafka broker answers at {bootstrap} ({error.str()}); "
        "start it, correct ULLAGE_KAFKA, or unset it and run `ullage up`"
    )


def missing(topic: str, counts: dict[str, int]) -> Refused:
    """The topic is not on the cluster: it is to be created, or its name is mistyped."""
    near = get_close_matches(topic, counts, n=1)
    hint = f"did you mean {near[0]}?" if near else "create the topics with `ullage topics`"
    return Refused(f"topic {topic} is not on the cluster; {hint}")


def idempotent_producer(bootstrap: str, *, longest_wait_ms: int) -> Producer:
    """A producer that keeps the order of a key and repeats nothing when it retries."""
    return Producer(
        {
            "bootstrap.servers": bootstrap,
            "partitioner": PARTITIONER,
            "enable.idempotence": True,
            "delivery.timeout.ms": longest_wait_ms,
            "message.max.bytes": 16 * 1024 * 1024,
            "linger.ms": 20,
        },
        logger=_SILENT,
    )


def committed_reader(bootstrap: str) -> Consumer:
    """A consumer that sees committed records only, joins no group and commits nothing."""
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "ullage-reader",  # demanded by the client, joined by nobody
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
            "fetch.wait.max.ms": 50,
            "fetch.queue.backoff.ms": 10,
        },
        logger=_SILENT,
    )


def ends(consumer: Consumer, topic: str, partitions: int) -> list[tuple[int, int]]:
    """First offset and end of each partition, as committed now. Raises Refused."""
    return [_end(consumer, TopicPartition(topic, partition)) for partition in range(partitions)]


def _end(consumer: Consumer, partition: TopicPartition) -> tuple[int, int]:
    """Ask until its leader answers: a topic just created may not have one yet."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            return consumer.get_watermark_offsets(
                partition, timeout=ANSWER_SECONDS, cached=False
            )
        except KafkaException as reason:
            if time.monotonic() > deadline:
                raise Refused(
                    f"the end of {partition.topic} is not known ({reason.args[0].str()}); "
                    "see that its brokers are well, then try again"
                ) from None
        time.sleep(RETRY_SECONDS)


def up_to(consumer: Consumer, stops: dict[int, int]) -> Iterator[Message]:
    """Records of the assigned partitions up to each one's stop offset, or its end before that.

    Offsets have gaps (transaction markers, compaction), so the end of a partition counts too.
    """
    open_partitions = {partition for partition, stop in stops.items() if stop > 0}
    heard = time.monotonic()
    while open_partitions:
        messages = consumer.consume(num_messages=1000, timeout=0.05)
        if messages:
            heard = time.monotonic()
        elif time.monotonic() - heard > SILENCE_SECONDS:  # an empty partition answers too
            raise Refused("the broker stopped answering while being read; try again")
        for message in messages:
            partition = message.partition()
            if partition not in open_partitions:
                continue
            if at_end(message) or (message.offset() or 0) >= stops[partition]:
                open_partitions.discard(partition)
            else:
                yield message
        heard = time.monotonic() if messages else heard  # who reads may have taken long


def at_end(message: Message) -> bool:
    """Whether it is the notice that a partition was read to its end. Raises Refused."""
    error = message.error()
    if error is None:
        return False
    if error.code() == KafkaError._PARTITION_EOF:
        return True
    raise Refused(f"reading {message.topic()} failed: {error.str()}")


def assign(consumer: Consumer, topic: str, begins: list[int]) -> None:
    consumer.assign(
        [
            TopicPartition(topic, partition, offset if offset > 0 else OFFSET_BEGINNING)
            for partition, offset in enumerate(begins)
        ]
    )
