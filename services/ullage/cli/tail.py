"""`ullage tail`: the records of a topic as JSON lines."""

import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from confluent_kafka import Consumer, Message

from ullage.cli import cluster
from ullage.cli.lines import line

RECENT = 10
"""Offsets before the end of each partition at which a tail begins unless told otherwise."""


def tail(bootstrap: str, topic: str, *, from_start: bool, follow: bool) -> None:
    """Print a topic's committed records, one a line, to standard output.

    Each partition is printed in its order, and so is each SKU. Raises Refused.
    """
    counts = cluster.partition_counts(bootstrap)
    if topic not in counts:
        raise cluster.missing(topic, counts)
    consumer = cluster.committed_reader(bootstrap)
    try:
        bounds = cluster.ends(consumer, topic, counts[topic])
        begins = [low if from_start else max(low, high - RECENT) for low, high in bounds]
        cluster.assign(consumer, topic, begins)
        stops = {partition: high for partition, (_, high) in enumerate(bounds)}
        records = _for_ever(consumer) if follow else cluster.up_to(consumer, stops)
        _print(records, sys.stdout.buffer)
    finally:
        consumer.close()


def _line(message: Message) -> bytes:
    found = message.headers() or []
    pairs = found.items() if isinstance(found, dict) else found
    headers = [
        (name, value.encode() if isinstance(value, str) else value or b"")
        for name, value in pairs
    ]
    return line(message.topic() or "", message.key(), message.value(), headers)


def _for_ever(consumer: Consumer) -> Iterator[Message]:
    while True:
        messages = consumer.consume(num_messages=1000, timeout=0.2)
        yield from (message for message in messages if not cluster.at_end(message))
        sys.stdout.buffer.flush()


def _print(messages: Iterable[Message], out: BinaryIO) -> None:
    """Who reads may leave early (`| head`), who follows ends it by Ctrl-C: both are done."""
    try:
        for message in messages:
            out.write(_line(message) + b"\n")
        out.flush()
    except KeyboardInterrupt:
        out.flush()
    except BrokenPipeError:
        sys.stdout = None  # nothing is left to flush at exit
