"""`ullage up`: the whole service on this machine, from one command to one Ctrl-C."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import FrameType

from ullage.cli import addresses, admin
from ullage.cli.children import Workers
from ullage.cli.failure import Refused
from ullage.cli.progress import Steps
from ullage.local import LocalError, Stack, stack
from ullage.settings import Settings

GROUPS = (("intake", "shipments", "builds"), ("ledger",), ("sink",))
"""Processors by process: the ledger works hardest and the sink waits for the database."""

_POLL_SECONDS = 0.2
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the servers are to listen; None takes any free port."""

    kafka: int | None = None
    database: int | None = None


class Stopped(BaseException):
    """A signal asks to stop: unwinds everything that was started."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal end the `with` as done."""
    for number in _SIGNALS:
        signal.signal(number, _raise_stopped)
    with suppress(Stopped):
        yield


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    for each in _SIGNALS:  # a second Ctrl-C must not cut the stop short
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


class Running:
    """What was started, to be watched until it is to stop."""

    def __init__(self, settings: Settings, servers: Stack, workers: Workers) -> None:
        self.settings, self.servers, self.workers = settings, servers, workers

    def check(self) -> None:
        """Start workers again that died; raise Refused or LocalError when that cannot help."""
        self.servers.check()
        self.workers.look_after()

    def watch(self) -> None:
        """Look after the parts until a signal asks to stop, or one cannot be kept alive.

        From here on a signal raises nothing: it must find no lock half taken, and no second
        one may cut the stop short.
        """
        asked = Event()
        for number in _SIGNALS:
            signal.signal(number, lambda *_: asked.set())
        while not asked.wait(_POLL_SECONDS):
            self.check()


@contextmanager
def running(known: Settings, ports: Ports, *, servers_only: bool) -> Iterator[Running]:
    """Start the servers that have no address, topics, tables and workers; stop all in the end.

    Workers stop first, then the database and the broker. Raises Refused.
    """
    data = known.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stop:
        stop.enter_context(_alone(data))
        try:
            yield _start(stop, known, ports, servers_only)
        except LocalError as reason:
            raise Refused(str(reason)) from None


def _start(stop: ExitStack, known: Settings, ports: Ports, servers_only: bool) -> Running:
    """Start one part after the other, each to be stopped in the reverse order."""
    data = known.data.resolve()
    with Steps() as say:
        servers = stop.enter_context(
            stack(
                data,
                kafka=known.kafka,
                database=known.database,
                kafka_port=ports.kafka,
                database_port=ports.database,
                progress=say,
            )
        )
        workers = Workers(() if servers_only else GROUPS, data)
        stop.callback(workers.stop)
        if not servers_only:
            _prepare(known, servers, say)
        stop.enter_context(_published(data, servers))
        workers.start(_worker_settings(known, data, servers))
        if not servers_only:
            say("waiting for the workers")
            workers.wait_until_ready()
    return Running(known, servers, workers)


def _prepare(known: Settings, servers: Stack, say: Steps) -> None:
    say("creating topics and tables")
    found = admin.create_topics(servers.kafka, known.partitions)
    if found.wrong:
        raise Refused("\n".join(found.wrong))
    admin.migrate(servers.database)


def _worker_settings(known: Settings, data: Path, servers: Stack) -> dict[str, str]:
    return {
        "ULLAGE_KAFKA": servers.kafka,
        "ULLAGE_DATABASE": servers.database,
        "ULLAGE_DATA": str(data),
        "ULLAGE_WORKER_NAME": known.worker_name,
    }


@contextmanager
def _published(data: Path, servers: Stack) -> Iterator[None]:
    addresses.publish(
        data, {addresses.KAFKA: servers.kafka, addresses.DATABASE: servers.database}
    )
    try:
        yield
    finally:
        addresses.environment_file(data).unlink(missing_ok=True)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the directory; addresses that a killed one left behind are gone before all else."""
    with (data / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refused(
                f"ullage already runs on {data}, started by process {lock.read().strip()}; "
                "stop that one, or give another directory with --data"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        addresses.environment_file(data).unlink(missing_ok=True)
        yield
