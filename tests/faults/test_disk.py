"""No room on a disk: the server stops and says so; when there is room again, all goes on.

A limit on the size of a process's files stands in for a full disk: a write beyond it fails as
one without room does, it needs no rights, and it can be lifted. The local store is the
engine's business, and tried there.
"""

import os
import subprocess
from contextlib import suppress

import psutil

from tests.faults.cluster import AFTER_A_BROKER_SECONDS, Cluster
from tests.faults.rounds import times
from tests.faults.servers import revive

_FREE_BYTES = 64 * 1024
_WAL_BYTES = 1024 * 1024


def test_no_room_for_the_broker(verified: Cluster) -> None:
    for _ in range(times(1, 3)):
        with verified.flowing():
            _fill_the_brokers_disk(verified)
        verified.drained("no room for the broker", AFTER_A_BROKER_SECONDS)


def test_no_room_for_the_database(verified: Cluster) -> None:
    for _ in range(times(1, 3)):
        with verified.flowing():
            _fill_the_databases_disk(verified)
        verified.drained("no room for the database")


def _fill_the_brokers_disk(cluster: Cluster) -> None:
    log, server = cluster.data / "kafka.log", cluster.broker_process
    try:
        _limit(server, log.stat().st_size + _FREE_BYTES)
        cluster.until("the broker stops", lambda: not server.is_running())
        assert "File too large" in log.read_text()
    finally:
        revive(cluster.broker)


def _fill_the_databases_disk(cluster: Cluster) -> None:
    sink, log = cluster.worker("sink"), cluster.data / "postgres.log"
    server = cluster.database_process
    waits = sink.said().count("sink waits")
    try:
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                _limit(process, _WAL_BYTES)
        cluster.until("the sink waits", lambda: sink.said().count("sink waits") > waits)
        assert "File too large" in log.read_text()
    finally:
        revive(cluster.database)


def _limit(process: psutil.Process, largest_bytes: int) -> None:
    """No file of the process grows beyond this any more; as its own user, who may say so.

    It may have ended meanwhile: the first that has no room takes the others down.
    """
    root = os.geteuid() == 0
    limited = subprocess.run(
        ["prlimit", f"--pid={process.pid}", f"--fsize={largest_bytes}:unlimited"],
        user=process.uids().real if root else None,
        group=process.gids().real if root else None,
        extra_groups=[] if root else None,
        check=False,
    )
    assert not limited.returncode or not process.is_running()
