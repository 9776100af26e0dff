"""`ullage up`: addresses in one file while it runs, nothing left when it does not."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

Started = subprocess.Popen[str]

STOP_SECONDS = 100
"""Each server has half a minute to stop in order before it is killed."""


def test_servers_alone(ullage, tmp_path: Path) -> None:
    with up(tmp_path, "--servers", stderr=subprocess.PIPE) as process:
        environment = tmp_path / ".ullage" / "env"
        lines = environment.read_text().splitlines()
        names = [line.partition("=")[0] for line in lines]
        assert names == ["ULLAGE_KAFKA", "ULLAGE_DATABASE"]
        assert not set("'\" ") & set("".join(lines))
        assert environment.stat().st_mode & 0o077 == 0

        # Nothing is set: the commands find the stack that runs on this directory.
        assert ullage("topics").stdout.startswith(b"created 19 topics")
        assert ullage("migrate").stdout.startswith(b"applied ")
        assert ullage("check").returncode == 0

        second = ullage("up")
        assert second.returncode == 1
        assert f"started by process {process.pid}" in second.stderr.decode()
        assert environment.read_text().splitlines() == lines

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=STOP_SECONDS) == 0
        assert not environment.exists()
        assert process.stderr is not None
        assert "worker" not in process.stderr.read()
    _await(lambda: not any(map(_listens, _ports(lines))), "the servers are gone")


def test_workers_live_and_end_with_the_parent(tmp_path: Path) -> None:
    """However it ends; and one that dies is started again."""
    with up(tmp_path) as process:
        shown = _shown_until(process, "Ctrl-C stops it.")
        lines = (tmp_path / ".ullage" / "env").read_text().splitlines()
        health = [urlsplit(word).port for word in shown.split() if word.endswith("/ready")]
        ports = [*_ports(lines), *health]
        assert len(ports) == 5
        assert all(map(_listens, ports))
        process.kill()
        process.wait()
        _await(lambda: not any(map(_listens, ports)), "no orphan listens")
    with up(tmp_path) as process:
        _shown_until(process, "Ctrl-C stops it.")
        fresh = (tmp_path / ".ullage" / "env").read_text().splitlines()
        assert all(map(_listens, _ports(fresh)))
        killed = _worker(process, "ledger")
        assert killed
        os.kill(killed, signal.SIGKILL)
        _await(lambda: _worker(process, "ledger") not in (0, killed), "another ledger runs")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=STOP_SECONDS) == 0


def test_a_worker_that_dies_again_and_again_stops_the_whole(tmp_path: Path) -> None:
    crash = {"ULLAGE_CRASH_AT": "no_such_point"}
    with up(tmp_path, more=crash, stderr=subprocess.STDOUT) as process:
        shown = _shown_until(process, "for the 5th time within a minute of its start")
        assert "ended with status 1; it is started again" in shown
        assert f"The end of {tmp_path}" in shown
        assert process.wait(timeout=STOP_SECONDS) == 1
    assert not (tmp_path / ".ullage" / "env").exists()


def test_addresses_that_are_set_are_used(ullage, topics: str, tmp_path: Path) -> None:
    nowhere = "postgresql://clerk@127.0.0.1:1/books"
    more = {"ULLAGE_KAFKA": topics, "ULLAGE_DATABASE": nowhere}
    with up(tmp_path, "--servers", more=more) as process:
        lines = (tmp_path / ".ullage" / "env").read_text().splitlines()
        assert lines == [f"ULLAGE_KAFKA={topics}", f"ULLAGE_DATABASE={nowhere}"]
        assert not (tmp_path / ".ullage" / "kafka").exists()
        assert not (tmp_path / ".ullage" / "postgres").exists()
        process.terminate()
        assert process.wait(timeout=STOP_SECONDS) == 0
    assert _listens(int(topics.rpartition(":")[2]))


@contextmanager
def up(
    directory: Path,
    *options: str,
    more: dict[str, str] | None = None,
    stderr: int | None = None,
) -> Iterator[Started]:
    """Run `ullage up` in a directory until the addresses are there; kill what is left of it."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ULLAGE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ullage.cli", "up", *options],
        env=bare | (more or {}),
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    try:
        there = directory / ".ullage" / "env"
        _await(lambda: there.exists() or process.poll() is not None, "the stack answers")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _shown_until(process: Started, word: str) -> str:
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if word in line:
            return shown
    raise AssertionError(f"it ended without saying {word!r}:\n{shown}")


def _worker(up: Started, name: str) -> int:
    """The process id of a worker, or 0: a child of a guard, which is a child of `ullage up`."""
    listed = subprocess.check_output(["ps", "-axo", "pid=,ppid=,args="], text=True)
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    guards = {row[0] for row in rows if row[1] == str(up.pid)}
    found = [row for row in rows if row[1] in guards and row[2].endswith(f" worker {name}")]
    return int(found[0][0]) if found else 0


def _ports(lines: list[str]) -> list[int]:
    kafka, database = (line.partition("=")[2] for line in lines)
    return [int(kafka.rpartition(":")[2]), urlsplit(database).port or 0]


def _listens(port: int | None) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port or 0)) == 0


def _await(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Other processes give no event to wait for: look again until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)
