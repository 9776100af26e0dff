"""The broker goes away and comes back: the workers wait, and go on without hands."""

import random
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.engine.broker import FragileBroker
from tests.engine.fleet import Fleet
from tests.engine.pages import await_ready, await_unready
from tests.engine.test_faults import ones
from tests.engine.verify import verify, wait_committed

AWAY = "waiting for the broker"

RECOVERED_SECONDS = 30
RESTARTED_SECONDS = 60
"""I5 of the fault suite: after a fault, and after a broker's restart."""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileBroker]:
    broker = FragileBroker(tmp_path_factory.mktemp("fragile"))
    yield broker
    broker.close()


@pytest.fixture
def fleet(broker: FragileBroker, tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(broker.address, tmp_path, reached_by=broker.proxied)
    yield fleet
    fleet.close()


def test_a_broker_that_is_killed_is_waited_for(
    broker: FragileBroker, fleet: Fleet, free_port: int, rounds: int
) -> None:
    fleet.send(ones(10_000))
    first = fleet.start("one", TOY_BATCH="50", port=str(free_port))
    second = fleet.start("two", TOY_BATCH="50")
    for turn in range(1, rounds + 1):
        wait_committed(fleet, turn * 10_000 - 8_000)
        broker.kill()
        await_unready(first, free_port, AWAY)
        broker.come_back()
        wait_committed(fleet, turn * 10_000, RESTARTED_SECONDS)
        fleet.send(ones(10_000))
    wait_committed(fleet, (rounds + 1) * 10_000, RECOVERED_SECONDS)
    await_ready(first, free_port)
    assert (first.stop(), second.stop()) == (0, 0)
    verify(fleet)


def test_a_broker_killed_by_the_offsets_of_a_batch(
    broker: FragileBroker, fleet: Fleet, free_port: int
) -> None:
    """librdkafka's call that sends them may then never come back (librdkafka #5456)."""
    fleet.send(ones(10_000))
    worker = fleet.start("one", TOY_BATCH="50", port=str(free_port))
    wait_committed(fleet, 1_000)
    broker.fall_at_offsets()
    await_unready(worker, free_port, AWAY)
    broker.come_back()
    wait_committed(fleet, 10_000, RESTARTED_SECONDS)
    await_ready(worker, free_port)
    assert worker.stop() == 0
    verify(fleet)


def test_a_broker_that_hangs_is_waited_for(
    broker: FragileBroker, fleet: Fleet, free_port: int, rounds: int
) -> None:
    """For longer than a transaction may last; an idle worker says it too."""
    fleet.send(ones(10_000))
    busy = fleet.start("one", TOY_BATCH="50", port=str(free_port))
    wait_committed(fleet, 2_000)
    broker.signal(signal.SIGSTOP)
    until = monotonic() + 12 + 2 * rounds
    await_unready(busy, free_port, AWAY)
    while monotonic() < until:
        fleet.pause()
    broker.signal(signal.SIGCONT)
    wait_committed(fleet, 10_000, RECOVERED_SECONDS)
    await_ready(busy, free_port)
    broker.signal(signal.SIGSTOP)
    await_unready(busy, free_port, AWAY)
    broker.signal(signal.SIGCONT)
    await_ready(busy, free_port)
    assert busy.stop() == 0
    verify(fleet)


@pytest.mark.parametrize(
    ("point", "reset"),
    [("after_outputs", False), ("after_offsets", True), ("after_commit", False)],
)
def test_connections_cut_in_the_middle_of_a_commit(
    broker: FragileBroker, fleet: Fleet, point: str, reset: bool
) -> None:
    fleet.send(ones(4_000))
    worker = fleet.start("one", ULLAGE_CRASH_AT=f"{point}:3:STOP", TOY_BATCH="300")
    worker.freezes()
    assert broker.proxy.cut(reset)
    worker.process.send_signal(signal.SIGCONT)
    wait_committed(fleet, 4_000, RECOVERED_SECONDS)
    assert worker.stop() == 0
    verify(fleet)


def test_a_slow_network_that_is_cut_again_and_again(
    broker: FragileBroker, fleet: Fleet, rounds: int
) -> None:
    chance = random.Random(5)
    fleet.send(ones(4_000 * rounds))
    workers = [fleet.start(name, TOY_BATCH="50") for name in ("one", "two")]
    wait_committed(fleet, 100)
    broker.proxy.delay_seconds = 0.02
    for turn in range(10 * rounds):
        until = monotonic() + chance.uniform(0.1, 1.0)
        while monotonic() < until:
            fleet.pause()
        broker.proxy.cut(reset=turn % 2 == 0)
    broker.proxy.delay_seconds = 0.0
    wait_committed(fleet, 4_000 * rounds, RECOVERED_SECONDS)
    assert [worker.stop() for worker in workers] == [0, 0]
    verify(fleet)


def test_a_worker_alone_goes_on_after_it_was_frozen(fleet: Fleet) -> None:
    """Longer than its session and its transaction last: the broker has given up both."""
    fleet.send(ones(4_000))
    worker = fleet.start("one", ULLAGE_CRASH_AT="after_offsets:3:STOP", TOY_BATCH="300")
    worker.freezes()
    until = monotonic() + 13
    while monotonic() < until:
        fleet.pause()
    worker.process.send_signal(signal.SIGCONT)
    wait_committed(fleet, 4_000, RECOVERED_SECONDS)
    assert worker.stop() == 0
    verify(fleet)


def test_of_two_workers_under_one_name_one_ends_and_says_so(fleet: Fleet) -> None:
    fleet.send(ones(4_000))
    zombie = fleet.start("one", ULLAGE_CRASH_AT="after_offsets:3:STOP", TOY_BATCH="300")
    zombie.freezes()
    namesake = fleet.start("one", stores="elsewhere", TOY_BATCH="300")
    wait_committed(fleet, 4_000)
    zombie.process.send_signal(signal.SIGCONT)
    assert zombie.dies() == 1
    assert "another worker runs under the name one" in zombie.said()
    fleet.send(ones(1_000))
    wait_committed(fleet, 5_000, RECOVERED_SECONDS)
    assert namesake.stop() == 0
    verify(fleet)
