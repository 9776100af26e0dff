"""Where keys go: where every other client of Kafka puts them."""

from typing import Final

from kafka.partitioner import murmur2

PARTITIONER: Final = "murmur2_random"
"""As librdkafka names it; its own default would put keys elsewhere."""

_POSITIVE: Final = 0x7FFFFFFF


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key, of so many."""
    return (int(murmur2(key)) & _POSITIVE) % partitions
