"""The disk under the stores is full: the worker stops there, says so, and resumes."""

import resource

from tests.engine.fleet import Fleet
from tests.engine.pages import await_unready
from tests.engine.test_faults import ones
from tests.engine.verify import verify, wait_committed


def test_a_full_disk_is_waited_for(fleet: Fleet, free_port: int) -> None:
    """No file may grow beyond a limit, until the test lifts it: nothing is lost, no restart."""
    fleet.send(ones(20_000))
    settings = {"TOY_BATCH": "200", "TOY_FILE_BYTES": "30000", "port": str(free_port)}
    worker = fleet.start("one", **settings)
    worker.says('"event": "session_ended"')
    await_unready(worker, free_port, f"the store {fleet.data / 'stores'}")
    await_unready(worker, free_port, "Make room")
    nothing = resource.RLIM_INFINITY
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (nothing, nothing))
    wait_committed(fleet, 20_000)
    assert worker.stop() == 0
    verify(fleet)


def test_a_worker_ends_in_order_while_its_disk_is_full(fleet: Fleet) -> None:
    """And the next one, with room, goes on where the last commit has left all."""
    fleet.send(ones(20_000))
    worker = fleet.start("one", TOY_BATCH="200", TOY_FILE_BYTES="30000")
    worker.says('"event": "session_ended"')
    assert worker.stop() == 0
    worker = fleet.start("one")
    wait_committed(fleet, 20_000)
    assert worker.stop() == 0
    verify(fleet)
