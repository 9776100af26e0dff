"""No room on a disk: the server stops and says so; when there is room again, all goes on.

A limit on the size of a process's files stands in for a full disk: a write beyond it fails as
one without room does, it needs no rights, and it can be lifted. The local store is the
engine's business, and tried there.
"""

import psutil

from tests.faults import broker
from tests.faults.cluster import AFTER_A_BROKER_SECONDS, Cluster
from tests.faults.conftest import times

_FREE_BYTES = 64 * 1024
_WAL_BYTES = 1024 * 1024


def test_no_room_for_the_broker(verified: Cluster) -> None:
    for _ in range(times(1, 3)):
        log = verified.data / "kafka.log"
        process = broker.process_of(verified.broker)
        with verified.flowing():
            _limit(process, log.stat().st_size + _FREE_BYTES)
            verified.until("the broker stops", lambda: not process.is_running())
            assert "File too large" in log.read_text()
            broker.revive(verified.broker)
        verified.drained("no room for the broker", AFTER_A_BROKER_SECONDS)


def test_no_room_for_the_database(verified: Cluster) -> None:
    for _ in range(times(1, 3)):
        sink, log = verified.worker("sink"), verified.data / "postgres.log"
        waits = sink.said().count("sink waits")
        server = broker.process_of(verified.database)
        with verified.flowing():
            for process in (server, *server.children(recursive=True)):
                _limit(process, _WAL_BYTES)
            verified.until("the sink waits", lambda: sink.said().count("sink waits") > waits)
            assert "File too large" in log.read_text()
            broker.revive(verified.database)
        verified.drained("no room for the database")


def _limit(process: psutil.Process, largest_bytes: int) -> None:
    """No file of the process grows beyond this any more."""
    process.rlimit(psutil.RLIMIT_FSIZE, (largest_bytes, psutil.RLIM_INFINITY))
