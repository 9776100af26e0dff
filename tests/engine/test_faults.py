"""Nothing twice, nothing missing, state right: whatever dies, and whenever."""

import random
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.engine.fleet import Fleet
from tests.engine.verify import verify, wait_committed
from ullage.engine.crash import POINTS

KEYS = 500


def ones(count: int) -> Iterator[tuple[bytes, bytes]]:
    """So many records, each adding 1 to 3 to one of the keys."""
    for number in range(count):
        yield b"key-%d" % (number * 7919 % KEYS), b"%d" % (number % 3 + 1)


def test_all_is_counted_once(fleet: Fleet) -> None:
    fleet.send(ones(5_000))
    worker = fleet.start("one")
    wait_committed(fleet, 5_000)
    assert worker.stop() == 0
    verify(fleet)


def test_a_kill_at_every_point_of_the_commit(fleet: Fleet, rounds: int) -> None:
    """Each point in turn, in the second batch of a run that begins where the last one died."""
    crashes = len(POINTS) * rounds
    fleet.send(ones(crashes * 1_000 + 2_000))
    for crash in range(crashes):
        point = POINTS[crash % len(POINTS)]
        worker = fleet.start("one", ULLAGE_CRASH_AT=f"{point}:2", TOY_BATCH="400")
        assert worker.dies() == -signal.SIGKILL, f"{point}: {worker.said()}"
    worker = fleet.start("one")
    wait_committed(fleet, crashes * 1_000 + 2_000)
    assert worker.stop() == 0
    verify(fleet)


def test_kills_at_random_instants(fleet: Fleet, rounds: int) -> None:
    """Restarts with a backlog; the seed is the round's, the instants are the machine's."""
    chance = random.Random(rounds)
    fleet.send(ones(16_000 * rounds))
    for _ in range(4 * rounds):
        worker = fleet.start("one", TOY_BATCH="100")
        with pytest.raises(subprocess.TimeoutExpired):
            worker.dies(chance.uniform(1.0, 3.5))
        worker.kill()
    worker = fleet.start("one")
    wait_committed(fleet, 16_000 * rounds)
    assert worker.stop() == 0
    verify(fleet)


def test_workers_join_leave_and_are_killed(fleet: Fleet, rounds: int) -> None:
    """Partitions move with their state: to a second worker, and back after its death."""
    sent = 0
    for turn in range(rounds):
        first = fleet.start(f"first-{turn}", TOY_BATCH="200")
        fleet.send(ones(4_000))
        wait_committed(fleet, sent + 1)
        second = fleet.start(f"second-{turn}", TOY_BATCH="200")
        second.gets_partitions()
        fleet.send(ones(4_000))
        second.kill()
        wait_committed(fleet, sent + 8_000)
        third = fleet.start(f"third-{turn}", TOY_BATCH="200")
        third.gets_partitions()
        assert first.stop() == 0
        fleet.send(ones(4_000))
        sent += 12_000
        wait_committed(fleet, sent)
        assert third.stop() == 0
    verify(fleet)


@pytest.mark.parametrize("point", ["after_outputs", "after_offsets"])
def test_a_zombie_cannot_commit_what_another_has_taken_over(fleet: Fleet, point: str) -> None:
    """Frozen in the middle of a transaction, longer than session and transaction last."""
    fleet.send(ones(6_000))
    zombie = fleet.start("zombie", ULLAGE_CRASH_AT=f"{point}:3:STOP", TOY_BATCH="300")
    wait_committed(fleet, 600)
    heir = fleet.start("heir", TOY_BATCH="300")
    wait_committed(fleet, 6_000)
    zombie.process.send_signal(signal.SIGCONT)
    fleet.send(ones(3_000))
    wait_committed(fleet, 9_000)
    zombie.kill()
    assert heir.stop() == 0
    verify(fleet)


def test_the_verifier_sees_an_engine_that_is_broken(fleet: Fleet) -> None:
    """Offsets outside the transaction: a kill before the commit loses the outputs."""
    fleet.send(ones(2_000))
    broken = {"TOY_BROKEN": "1", "TOY_STATELESS": "1", "TOY_BATCH": "400"}
    worker = fleet.start("one", ULLAGE_CRASH_AT="after_offsets:2", **broken)
    assert worker.dies() == -signal.SIGKILL
    fleet.start("one", **broken)
    wait_committed(fleet, 2_000)
    with pytest.raises(AssertionError, match=r"^[1-9]\d* outputs missing, 0 twice"):
        verify(fleet, stateful=False)


def test_a_step_without_state_is_exactly_once_too(fleet: Fleet) -> None:
    fleet.send(ones(2_000))
    worker = fleet.start("one", ULLAGE_CRASH_AT="after_offsets:2", TOY_STATELESS="1")
    assert worker.dies() == -signal.SIGKILL
    worker = fleet.start("one", TOY_STATELESS="1")
    wait_committed(fleet, 2_000)
    assert worker.stop() == 0
    verify(fleet, stateful=False)
