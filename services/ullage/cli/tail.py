"""`ullage tail`: the records of a topic as JSON lines."""

import base64
import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec
from confluent_kafka import Consumer, Message

from ullage import topics
from ullage.cli import cluster

RECENT = 10
"""Offsets before the end of each partition at which a tail begins unless told otherwise."""

_JSON = msgspec.json.Decoder(msgspec.Raw)


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


def line(message: Message) -> bytes:
    """A record as one line: a JSON value as it came, byte for byte; anything else described.

    Dead letters are always described, for why they are dead is in their headers.
    """
    value = message.value()
    if value is not None and message.topic() != topics.DEAD_LETTERS.name and _is_json(value):
        # A line break outside a string is white space, and inside one it is not JSON.
        return value.replace(b"\r", b" ").replace(b"\n", b" ")
    described = {
        **_described("key", message.key()),
        **_described("value", value),
        "headers": {name: _text(content) for name, content in _headers(message)},
    }
    return msgspec.json.encode(described)


def _headers(message: Message) -> list[tuple[str, bytes]]:
    found = message.headers() or []
    pairs = found.items() if isinstance(found, dict) else found
    return [
        (name, value.encode() if isinstance(value, str) else value or b"")
        for name, value in pairs
    ]


def _is_json(value: bytes) -> bool:
    try:
        value.decode()
        _JSON.decode(value)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return False
    return True


def _described(name: str, content: bytes | None) -> dict[str, str | None]:
    """Text as text; bytes that are none in base 64, under a name that says so."""
    if content is None:
        return {name: None}
    try:
        return {name: content.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(content).decode()}


def _text(content: bytes) -> str:
    return content.decode(errors="backslashreplace")


def _for_ever(consumer: Consumer) -> Iterator[Message]:
    while True:
        messages = consumer.consume(num_messages=1000, timeout=0.2)
        yield from (message for message in messages if not cluster.at_end(message))
        sys.stdout.buffer.flush()


def _print(messages: Iterable[Message], out: BinaryIO) -> None:
    """Who reads may leave early (`| head`), who follows ends it by Ctrl-C: both are done."""
    try:
        for message in messages:
            out.write(line(message) + b"\n")
        out.flush()
    except KeyboardInterrupt:
        out.flush()
    except BrokenPipeError:
        sys.stdout = None  # nothing is left to flush at exit
