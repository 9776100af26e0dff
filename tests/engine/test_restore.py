"""A partition that cannot be restored yet keeps no other one waiting."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from confluent_kafka import Producer

from tests.engine.fleet import Fleet
from tests.engine.test_faults import ones
from tests.engine.verify import read, verify, wait_committed
from ullage.engine.store import MARKER

LASTS_MS = 120_000


@contextmanager
def left_open(fleet: Fleet, partitions: Sequence[int]) -> Iterator[None]:
    """A transaction in partitions of the changelog, as a killed worker leaves it.

    What is committed behind its first record stays hidden until it is over.
    """
    settings = {"transactional.id": f"{fleet.topic}-killed", "transaction.timeout.ms": LASTS_MS}
    producer = Producer({"bootstrap.servers": fleet.brokers, **settings})
    producer.init_transactions(30)
    producer.begin_transaction()
    for number in partitions:
        producer.produce(fleet.changelog, b"never committed", MARKER, number)
    assert producer.flush(30) == 0
    yield
    producer.abort_transaction(30)


def test_a_restore_that_waits_steps_aside(fleet: Fleet) -> None:
    fleet.send(ones(2_000))
    first = fleet.start("one")
    wait_committed(fleet, 2_000)
    with left_open(fleet, [0]):
        fleet.send(ones(2_000))
        wait_committed(fleet, 4_000)
        assert first.stop() == 0
        hidden = fleet.committed()[0]
        second = fleet.start("one", stores="lost")
        fleet.send(ones(2_000))
        behind = sum(record.partition == 0 for record in read(fleet, fleet.topic)) - hidden
        wait_committed(fleet, 6_000 - behind)
        assert fleet.committed()[0] == hidden
    wait_committed(fleet, 6_000)
    assert second.stop() == 0
    verify(fleet)


def test_partitions_taken_away_while_they_are_restored(fleet: Fleet) -> None:
    """Their stores are let go: the partitions come back, and can be restored after all."""
    fleet.send(ones(2_000))
    first = fleet.start("one")
    wait_committed(fleet, 2_000)
    with left_open(fleet, range(fleet.partitions)):
        fleet.send(ones(2_000))
        wait_committed(fleet, 4_000)
        assert first.stop() == 0
        first = fleet.start("one", stores="lost")
        first.says('"event": "partition_restoring"')
        second = fleet.start("two")
        second.says('"event": "partition_restoring"')
        assert second.stop() == 0
        fleet.expel("two")
    fleet.send(ones(2_000))
    wait_committed(fleet, 6_000)
    assert first.stop() == 0
    verify(fleet)
