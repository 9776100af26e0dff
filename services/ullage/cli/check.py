"""`ullage check`: the books proven over what was published, and producers looked at."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ullage import topics
from ullage.cli import books, cluster
from ullage.cli.partitioner import partition_of
from ullage.sink.check import check as prove

SAMPLE = 200
"""Offsets before the end of each partition that are looked at."""


class Seen(NamedTuple):
    """A record's key, and where and when it was written, in milliseconds since 1970 UTC."""

    key: bytes
    partition: int
    time: int


def check(bootstrap: str, database: str) -> list[str]:
    """Return a sentence for everything that is wrong. Raises Refused."""
    wrong = [
        f"{finding.subject}: {finding.what}: expected {finding.expected}, found {finding.found}"
        for finding in books.ask(database, lambda: prove(database))
    ]
    return [*wrong, *misplaced_keys(bootstrap)]


def misplaced_keys(bootstrap: str) -> Iterator[str]:
    """Say of each input topic whether its producers put keys where Kafka's own clients do.

    One that does not spreads a SKU over two partitions, and its order is lost.
    """
    counts = cluster.partition_counts(bootstrap)
    for topic in topics.INPUTS:
        if topic.name not in counts:
            raise cluster.missing(topic.name, counts)
        count = counts[topic.name]
        sample = list(_sample(bootstrap, topic.name, count))
        if wrong := misplaced(sample, count):
            key, at, _ = wrong[0]
            yield (
                f"{topic.name}: {len(wrong)} of {len(sample)} keys looked at are not where the "
                f"murmur2 partitioner puts them ({key!r} is in partition {at}); set "
                "partitioner=murmur2_random in the producer and send those events again"
            )


def misplaced(sample: Sequence[Seen], count: int) -> Sequence[Seen]:
    """Keys that are not where the partitioner puts them.

    A topic that grew keeps what came before where fewer partitions put it; the further ones
    hold nothing of that time.
    """
    wrong = [seen for seen in sample if partition_of(seen.key, count) != seen.partition]
    for former in range(1, count):
        grown = min((seen.time for seen in sample if seen.partition >= former), default=None)
        if all(
            partition_of(seen.key, former) == seen.partition
            and (grown is None or seen.time <= grown)
            for seen in wrong
        ):
            return []
    return wrong


def _sample(bootstrap: str, topic: str, count: int) -> Iterator[Seen]:
    """Keys of the latest records and the partitions they are in."""
    consumer = cluster.committed_reader(bootstrap)
    try:
        bounds = cluster.ends(consumer, topic, count)
        cluster.assign(consumer, topic, [max(low, high - SAMPLE) for low, high in bounds])
        stops = {partition: high for partition, (_, high) in enumerate(bounds)}
        for message in cluster.up_to(consumer, stops):
            key, partition = message.key(), message.partition()
            if key is not None and partition is not None:
                yield Seen(key, partition, message.timestamp()[1])
    finally:
        consumer.close()
