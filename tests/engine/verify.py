"""An independent reader: what the toy step must have done, read with another client.

kafka-python, read_committed, and only when no transaction is open any more.
"""

from collections import Counter
from time import monotonic

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from tests.engine.fleet import Fleet
from ullage.engine.store import MARKER, RESERVED, Marker


class Unfinished(AssertionError):
    """The workers have not committed all in time."""


def wait_committed(fleet: Fleet, records: int, seconds: float = 90) -> None:
    """Wait until the group has committed at least so many records."""
    deadline = monotonic() + seconds
    while sum(fleet.committed().values()) < records:
        if monotonic() > deadline:
            logs = "\n".join(worker.said()[-1500:] for worker in fleet.workers[-2:])
            raise Unfinished(f"{fleet.committed()} of {records} after {seconds} s\n{logs}")
        fleet.pause()


def read(fleet: Fleet, topic: str) -> list[ConsumerRecord]:
    """All committed records of a topic, once no transaction is open in it."""
    consumer = KafkaConsumer(
        bootstrap_servers=fleet.brokers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    places = [TopicPartition(topic, number) for number in range(fleet.partitions)]
    consumer.assign(places)
    ends = _stable_ends(fleet, consumer, places)
    records: list[ConsumerRecord] = []
    while any(consumer.position(place) < ends[place] for place in places):
        for some in consumer.poll(200, max_records=100_000).values():
            records += some
    consumer.close()
    return records


def _stable_ends(
    fleet: Fleet, consumer: KafkaConsumer, places: list[TopicPartition]
) -> dict[TopicPartition, int]:
    """Where the partitions end, when the last stable offset has reached that end."""
    plain = KafkaConsumer(bootstrap_servers=fleet.brokers)
    deadline = monotonic() + 30
    while (stable := consumer.end_offsets(places)) != (ends := plain.end_offsets(places)):
        if monotonic() > deadline:
            raise Unfinished(f"open transactions: {stable} of {ends}")
    plain.close()
    return dict(stable)


def verify(fleet: Fleet, stateful: bool = True) -> None:
    """Assert: each input counted once, in order, with the right sum; the state the same."""
    totals: Counter[bytes] = Counter()
    expected: Counter[tuple[bytes, bytes]] = Counter()
    refused: Counter[bytes] = Counter()
    inputs = read(fleet, fleet.topic)
    for record in inputs:
        if record.value == b"duplicate":
            continue
        if not record.value.lstrip(b"-").isdigit():
            refused[record.value] += 1
            continue
        totals[record.key] += int(record.value)
        total = totals[record.key] if stateful else int(record.value)
        place = b"%d:%d %d" % (record.partition, record.offset, total)
        expected[record.key, place] += 1
    found = Counter((record.key, record.value) for record in read(fleet, fleet.counted))
    twice, missing = found - expected, expected - found
    assert not missing, f"{missing.total()} outputs missing, {twice.total()} twice or wrong"
    assert not twice, f"{twice.total()} outputs twice or wrong"
    assert Counter(record.value for record in read(fleet, fleet.dead)) == refused
    if stateful:
        _verify_state(fleet, totals, inputs)


def state(fleet: Fleet) -> dict[bytes, bytes]:
    """The last value of each key of the changelog, without what the engine keeps for itself."""
    last = {record.key: record.value for record in read(fleet, fleet.changelog)}
    return {key: value for key, value in last.items() if key not in RESERVED}


def _verify_state(fleet: Fleet, totals: Counter[bytes], inputs: list[ConsumerRecord]) -> None:
    counted = {key: int(value) for key, value in state(fleet).items()}
    assert counted == dict(totals)
    markers = {
        record.partition: Marker.decode(record.value).next_offset
        for record in read(fleet, fleet.changelog)
        if record.key == MARKER
    }
    ends: dict[int, int] = {}
    for record in inputs:
        ends[record.partition] = max(record.offset + 1, ends.get(record.partition, 0))
    assert markers == ends == fleet.committed()
