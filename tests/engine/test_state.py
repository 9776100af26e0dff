"""Where the state comes from, and when the engine refuses to trust it."""

import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.fleet import Fleet
from tests.engine.verify import verify, wait_committed
from ullage.engine.errors import (
    MissingTopic,
    PartitionCountChanged,
    RecordsGone,
    StateDisagrees,
    TopicReplaced,
)


def ones(count: int) -> Iterator[tuple[bytes, bytes]]:
    for number in range(count):
        yield b"key-%d" % (number % 97), b"1"


def run_to(fleet: Fleet, records: int) -> None:
    """Have an engine of this process take all that is there, and stop it."""
    engine = fleet.engine()
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(engine.run)
        try:
            wait_committed(fleet, records)
        finally:
            engine.stop()
        running.result(30)


def test_a_deleted_store_is_restored_from_the_changelog(fleet: Fleet) -> None:
    fleet.send(ones(3_000))
    run_to(fleet, 3_000)
    shutil.rmtree(fleet.data / "stores")
    fleet.send(ones(3_000))
    run_to(fleet, 6_000)
    verify(fleet)


def test_a_store_left_behind_is_brought_up_to_date(fleet: Fleet) -> None:
    """A worker comes back to partitions that another one took further in the meantime."""
    fleet.send(ones(2_000))
    run_to(fleet, 2_000)
    shutil.copytree(fleet.data / "stores", fleet.data / "kept")
    fleet.send(ones(2_000))
    run_to(fleet, 4_000)
    shutil.rmtree(fleet.data / "stores")
    (fleet.data / "kept").rename(fleet.data / "stores")
    fleet.send(ones(2_000))
    run_to(fleet, 6_000)
    verify(fleet)


def test_offsets_the_broker_let_expire_are_taken_from_the_changelog(fleet: Fleet) -> None:
    fleet.send(ones(2_000))
    run_to(fleet, 2_000)
    fleet.expel("one")
    fleet.forget_offsets()
    fleet.send(ones(2_000))
    run_to(fleet, 4_000)
    verify(fleet)


def test_a_store_of_former_topics_is_not_mistaken_for_theirs(fleet: Fleet) -> None:
    """Topics deleted with their state and made anew under the same names; the stores stayed."""
    fleet.send(ones(2_000))
    run_to(fleet, 2_000)
    fleet.expel("one")
    fleet.forget_offsets()
    fleet.delete(fleet.topic, fleet.counted, fleet.dead, fleet.changelog)
    fleet.create(fleet.topic, fleet.counted, fleet.dead)
    fleet.send(ones(2_000))
    run_to(fleet, 2_000)
    verify(fleet)


def test_offsets_changed_by_hand_stop_the_start(fleet: Fleet) -> None:
    fleet.send(ones(2_000))
    run_to(fleet, 2_000)
    at = fleet.committed()[0]
    fleet.expel("one")
    fleet.set_back(0, at - 10)
    with pytest.raises(StateDisagrees) as refusal:
        fleet.engine().run()
    assert (refusal.value.offset, refusal.value.marker) == (at - 10, at)


def test_another_number_of_partitions_stops_the_start(fleet: Fleet) -> None:
    fleet.send(ones(100))
    run_to(fleet, 100)
    fleet.grow()
    with pytest.raises(PartitionCountChanged, match="To migrate, stop all workers") as refusal:
        fleet.engine().run()
    assert (refusal.value.partitions, refusal.value.kept) == (5, 4)


def test_an_input_made_anew_under_old_state_stops_the_start(fleet: Fleet) -> None:
    fleet.send(ones(100))
    run_to(fleet, 100)
    fleet.delete(fleet.topic)
    fleet.create(fleet.topic)
    with pytest.raises(TopicReplaced, match="deleted and created anew"):
        fleet.engine().run()


def test_records_deleted_before_they_were_read_stop_the_engine(fleet: Fleet) -> None:
    fleet.send(ones(1_000))
    run_to(fleet, 1_000)
    fleet.send(ones(1_000))
    fleet.lose_records()
    with pytest.raises(RecordsGone, match="deleted before they were read"):
        fleet.engine().run()


def test_a_missing_topic_stops_the_start(fleet: Fleet) -> None:
    fleet.topic = "no-such-topic"
    with pytest.raises(MissingTopic, match="create the topics"):
        fleet.engine().run()


def test_a_broken_engine_is_found_out_by_the_marker(fleet: Fleet) -> None:
    """Offsets outside the transaction, state kept: the next start finds the two disagree."""
    fleet.send(ones(2_000))
    broken = {"TOY_BROKEN": "1", "TOY_BATCH": "400"}
    worker = fleet.start("one", ULLAGE_CRASH_AT="after_offsets:2", **broken)
    assert worker.dies() == -signal.SIGKILL
    with pytest.raises(StateDisagrees):
        fleet.engine().run()
