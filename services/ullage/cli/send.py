"""`ullage send`: events as JSON lines to the input topic that follows from their type."""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from ullage import topics
from ullage.cli import cluster
from ullage.cli.failure import Refused
from ullage.cli.progress import advance

LARGEST = 10 * topics.MIB
LONGEST_WAIT_MS = 30_000


class Event(NamedTuple):
    """One line, and where it goes."""

    topic: str
    key: str
    value: bytes


class _Line(msgspec.Struct):
    """What decides where a line goes; everything else is for the service to judge."""

    type: str
    sku: str | None = None
    shipment_id: str | None = None
    order_id: str | None = None


_LINE = msgspec.json.Decoder(_Line)


def send(bootstrap: str, names: list[Path]) -> Counter[str]:
    """Send the files' lines, bytes as they are; returns events by topic. `-` is standard input.

    Every line is looked at before the first is sent: a file with a line that has no topic
    sends nothing. Raises Refused.
    """
    with ExitStack() as opened, tempfile.TemporaryFile() as copy:
        files = [(str(name), opened.enter_context(_open(name, copy))) for name in names]
        found = Counter(event.topic for name, file in files for event in _events(name, file))
        counts = cluster.partition_counts(bootstrap)
        for topic in found:
            if topic not in counts:
                raise cluster.missing(topic, counts)
        events = (event for name, file in files for event in _events(name, file))
        producer = cluster.idempotent_producer(bootstrap, longest_wait_ms=LONGEST_WAIT_MS)
        deliver(producer, advance(events, found.total(), "sending"), total=found.total())
    return found


def deliver(producer: Producer, events: Iterable[Event], *, total: int) -> None:
    """Produce the events and wait until the broker has every one of them. Raises Refused."""
    delivery = _Delivery(total)
    for event in events:
        _produce(producer, event, delivery)
        if delivery.error:
            break
    producer.flush()
    delivery.prove()


def event_of(value: bytes) -> Event:
    """Find the topic and the key of one line. Raises ValueError with the reason."""
    if len(value) > LARGEST:
        raise ValueError(f"is {len(value)} bytes long; an event may have {LARGEST}")
    try:
        line = _LINE.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as reason:
        raise ValueError(f"is not an event: {reason}") from None
    topic = topics.TOPIC_OF_TYPE.get(line.type)
    if topic is None:
        known = ", ".join(topics.TOPIC_OF_TYPE)
        raise ValueError(f"has the type {line.type!r}, which no topic takes; known: {known}")
    field = topics.key_of(line.type)
    keys = {"sku": line.sku, "shipment_id": line.shipment_id, "order_id": line.order_id}
    key = topics.OF_ALL if field == topics.OF_ALL else keys[field]
    if key is None:
        raise ValueError(f"is of type {line.type} and has no {field}, by which it is keyed")
    return Event(topic.name, key, value)


class _Delivery:
    """What became of the events: the broker has them, or the first reason why not."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.delivered = 0
        self.error: KafkaError | None = None

    def __call__(self, error: KafkaError | None, _: Message) -> None:
        if error is None:
            self.delivered += 1
        else:
            self.error = self.error or error

    def prove(self) -> None:
        if self.delivered < self.total:
            why = self.error.str() if self.error else "the client gave no reason"
            raise Refused(
                f"{self.delivered} of {self.total} events are known to have arrived ({why}); "
                "send the same files again: what has arrived already is ignored as a repeat"
            )


def _produce(producer: Producer, event: Event, delivery: _Delivery) -> None:
    while True:
        try:
            producer.produce(event.topic, event.value, event.key, on_delivery=delivery)
        except BufferError:  # the queue is full: wait for deliveries to make room
            producer.poll(0.1)
        except KafkaException as reason:
            delivery.error = reason.args[0]
            return
        else:
            producer.poll(0)
            return


def _open(name: Path, copy: BinaryIO) -> BinaryIO:
    """The file, or the copy of standard input, for everything is read twice."""
    try:
        if str(name) != "-":
            return name.open("rb")
        copy.writelines(sys.stdin.buffer)
        return copy
    except OSError as reason:
        raise Refused(f"{name} cannot be read: {reason.strerror}") from None


def _events(name: str, file: BinaryIO) -> Iterator[Event]:
    file.seek(0)
    for number, raw in enumerate(file, start=1):
        value = raw.rstrip(b"\r\n")
        if not value.strip():
            continue
        try:
            yield event_of(value)
        except ValueError as reason:
            raise Refused(f"{name}, line {number} {reason}; nothing was sent") from None
