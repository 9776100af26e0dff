"""What the ledger says it has written, held against what the broker has.

The ledger keeps a digest of each event topic in its state (see `processors.ledger.digests`).
It is read from the changelog, and made again from the topics as they are now.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from confluent_kafka import Consumer, Message

from ullage import topics
from ullage.cli import cluster
from ullage.processors.ledger.digests import (
    DIGESTED,
    KEY,
    Chain,
    Digests,
    is_digested,
    read_digests,
)
from ullage.processors.ledger.step import Ledger


class Compared(NamedTuple):
    """A topic's partition: what to print, and what is wrong; empty when nothing is."""

    line: str
    wrong: str


class _Rejection(msgspec.Struct):
    """What says that a rejection is the ledger's."""

    movement_id: str | None = None


_rejection = msgspec.json.Decoder(_Rejection).decode


def line(topic: str, partition: int, chain: Chain) -> str:
    """A figure as check and replay both print it."""
    return f"{topic} {partition}: {chain.count:,} records, {chain.figure}"


def compare(bootstrap: str) -> list[Compared]:
    """Hold every event topic against the ledger's state. Raises Refused."""
    counts = cluster.partition_counts(bootstrap)
    changelog = topics.changelog_of(Ledger.name, topics.MOVEMENTS.name).name
    for name in (changelog, *DIGESTED):
        if name not in counts:
            raise cluster.missing(name, counts)
    consumer = cluster.committed_reader(bootstrap)
    try:
        # The ends come first: what is before them is in the state that is read after.
        ends = {name: cluster.ends(consumer, name, counts[name]) for name in DIGESTED}
        states = _states(consumer, changelog, counts[changelog])
        first = _first_offsets(consumer, topics.MOVEMENTS.name, states)
        return [
            _judge(found, states[place].begun, first[place])
            for topic in DIGESTED
            for place, found in _read_again(consumer, topic, ends[topic], states)
        ]
    finally:
        consumer.close()


def _all(consumer: Consumer, topic: str, partitions: int) -> Iterator[tuple[int, Message]]:
    """The records of a topic up to where it ends now, each with its partition."""
    bounds = cluster.ends(consumer, topic, partitions)
    cluster.assign(consumer, topic, [low for low, _ in bounds])
    stops = {place: high for place, (_, high) in enumerate(bounds)}
    for message in cluster.up_to(consumer, stops):
        yield message.partition() or 0, message


def _states(consumer: Consumer, changelog: str, partitions: int) -> dict[int, Digests]:
    """The ledger's digests of each partition; it keeps none where it wrote nothing."""
    found: dict[int, bytes] = {}
    for place, message in _all(consumer, changelog, partitions):
        if message.key() == KEY:
            found[place] = message.value() or b""
    kept = {place: read_digests(value) for place, value in found.items()}
    return {place: kept.get(place, Digests(0)) for place in range(partitions)}


def _first_offsets(consumer: Consumer, log: str, states: dict[int, Digests]) -> dict[int, int]:
    """The offset of the log's first record, where the digests do not begin at 0."""
    first = dict.fromkeys(states, 0)
    if any(state.begun for state in states.values()):
        seen: set[int] = set()
        for place, message in _all(consumer, log, len(states)):
            if place not in seen:
                seen.add(place)
                first[place] = message.offset() or 0
            if len(seen) == len(states):
                break
    return first


class _Found(NamedTuple):
    """A partition of a topic: what the ledger says, what is there, and what is too much."""

    topic: str
    place: int
    said: Chain
    there: Chain
    more: int


def _read_again(
    consumer: Consumer, topic: str, ends: list[tuple[int, int]], states: dict[int, Digests]
) -> Iterator[tuple[int, _Found]]:
    """Chain as many records as the ledger says; of others, count those of before it said so."""
    said = {place: state.chains.get(topic, Chain()) for place, state in states.items()}
    there = {place: Chain() for place in said}
    more = dict.fromkeys(said, 0)
    for place, message in _all(consumer, topic, len(ends)):
        if _is_of_ledger(topic, message):
            if there[place].count < said[place].count:
                there[place].add(message.key(), message.value())
            elif (message.offset() or 0) < ends[place][1]:
                more[place] += 1
    for place in said:
        yield place, _Found(topic, place, said[place], there[place], more[place])


def _is_of_ledger(topic: str, message: Message) -> bool:
    """Others write rejections too, of events that are no movements yet."""
    if not is_digested(topic, message.key()):
        return False
    if topic != topics.REJECTIONS.name:
        return True
    try:
        return _rejection(message.value() or b"{}").movement_id is not None
    except msgspec.DecodeError:
        return False


def _judge(found: _Found, begun: int, first: int) -> Compared:
    """Say whether what is there is what the ledger wrote."""
    shown = line(found.topic, found.place, found.said)
    if begun > first:
        return Compared(
            f"{shown}: since offset {begun} of {topics.MOVEMENTS.name}, where a version with "
            "digests took over; what was before has none, so it is not compared",
            "",
        )
    missing = found.said.count - found.there.count
    if missing:
        wrong = f"{missing:,} are missing"
    elif found.more:
        wrong = f"{found.more:,} more are there, which the ledger did not write"
    else:
        wrong = ""
    if found.there.figure != found.said.figure and not missing:
        wrong = f"{wrong}, and others are changed" if wrong else "records are changed"
    return Compared(f"{shown}: {wrong or 'same'}", f"{shown}: {wrong}" if wrong else "")
