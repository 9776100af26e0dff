"""A changelog that is gone: the state is made again from the input, and nothing said twice."""

import shutil
import signal
from collections.abc import Callable

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from tests.engine.fleet import Fleet
from tests.engine.test_state import ones, run_to
from tests.engine.verify import read, state, verify, wait_committed
from ullage.engine.errors import RecordsGone, StateLost, StateTooNew


def lose_changelog(fleet: Fleet) -> None:
    fleet.expel("one")
    fleet.delete(fleet.changelog)


def lose_all_state(fleet: Fleet) -> None:
    lose_changelog(fleet)
    shutil.rmtree(fleet.data / "stores")


@pytest.mark.parametrize("lose", [lose_changelog, lose_all_state])
def test_the_state_is_what_it_was(fleet: Fleet, lose: Callable[[Fleet], None]) -> None:
    fleet.send(ones(3_000))
    run_to(fleet, 3_000)
    before, said = state(fleet), read(fleet, fleet.counted)
    lose(fleet)
    worker = fleet.start("one", TOY_BATCH="100")
    worker.says('"event": "state_rebuilt"', times=fleet.partitions)
    assert worker.stop() == 0
    assert '"event": "state_lost"' in worker.said()
    assert state(fleet) == before
    assert read(fleet, fleet.counted) == said
    fleet.send(ones(1_000))
    run_to(fleet, 4_000)
    verify(fleet)


def test_what_is_new_is_processed_behind_what_is_rebuilt(fleet: Fleet) -> None:
    """The batch at the border holds both: one part of it is said again, the other is new."""
    fleet.send(ones(3_000))
    run_to(fleet, 3_000)
    lose_changelog(fleet)
    fleet.send(ones(2_500))
    run_to(fleet, 5_500)
    verify(fleet)


def test_a_kill_in_the_middle_leaves_no_half_state(fleet: Fleet) -> None:
    """Before its first batch is committed, and behind; with what is on disk, and without."""
    fleet.send(ones(3_000))
    run_to(fleet, 3_000)
    lose_all_state(fleet)
    for point in ("after_offsets:1", "after_commit:1", "after_changelog:3", "after_store:2"):
        worker = fleet.start("one", TOY_BATCH="100", ULLAGE_CRASH_AT=point)
        assert worker.dies() == -signal.SIGKILL, worker.said()
        if point == "after_commit:1":
            shutil.rmtree(fleet.data / "stores")
    fleet.send(ones(1_000))
    run_to(fleet, 4_000)
    verify(fleet)


def test_a_changelog_made_anew_under_a_running_worker(fleet: Fleet) -> None:
    """It then holds what changed since, no state: its markers name the former topic."""
    fleet.send(ones(3_000))
    worker = fleet.start("one")
    wait_committed(fleet, 3_000)
    fleet.delete(fleet.changelog)
    fleet.create(fleet.changelog)
    fleet.send((b"key-%d" % number, b"1") for number in range(10))
    wait_committed(fleet, 3_010)
    assert worker.stop() == 0
    shutil.rmtree(fleet.data / "stores")
    fleet.send(ones(1_000))
    run_to(fleet, 4_010)
    verify(fleet)


def test_state_of_a_newer_version_is_refused_and_the_way_back_works(fleet: Fleet) -> None:
    fleet.send(ones(1_000))
    run_to(fleet, 1_000)
    fleet.state_format = 2  # an upgrade reads what was there
    fleet.send(ones(1_000))
    run_to(fleet, 2_000)
    fleet.state_format = 1
    with pytest.raises(StateTooNew, match=f"delete the topic {fleet.changelog}") as refusal:
        fleet.engine().run()
    assert (refusal.value.kept, refusal.value.known) == (2, 1)
    lose_changelog(fleet)
    fleet.send(ones(1_000))
    run_to(fleet, 3_000)
    verify(fleet)


def test_an_input_cut_short_stops_the_start(fleet: Fleet) -> None:
    fleet.send(ones(1_000))
    run_to(fleet, 1_000)
    lose_changelog(fleet)
    fleet.lose_records()
    with pytest.raises(StateLost, match=r"begins with offset [0-9]+, what came before"):
        fleet.engine().run()


def test_a_compacted_input_stops_the_start(fleet: Fleet) -> None:
    fleet.send(ones(1_000))
    run_to(fleet, 1_000)
    lose_changelog(fleet)
    admin = KafkaAdminClient(bootstrap_servers=fleet.brokers)
    compacted = {"cleanup.policy": "compact"}
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, fleet.topic, compacted)])
    admin.close()
    with pytest.raises(StateLost, match="is compacted, it keeps only the last record"):
        fleet.engine().run()


def test_an_input_that_ends_before_what_was_processed(fleet: Fleet) -> None:
    """The input was made anew as well: its offsets are not those of the state."""
    fleet.send(ones(1_000))
    run_to(fleet, 1_000)
    fleet.expel("one")
    fleet.delete(fleet.changelog, fleet.topic)
    fleet.create(fleet.topic)
    fleet.set_back(0, 1_000)
    fleet.send(ones(10))
    with pytest.raises(RecordsGone, match="has no offset 999"):
        fleet.engine().run()
