"""Puts the engine, and the sink's reader, on the clients of a world."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import CRITICAL

import pytest
import structlog

from tests.simulation.admin import AdminClient
from tests.simulation.consumer import Consumer
from tests.simulation.producer import Producer
from tests.simulation.world import World
from ullage.engine import (
    changelog,
    namesake,
    pulse,
    reading,
    rebuild,
    recovery,
    restore,
    session,
    transaction,
)
from ullage.sink import reader, trouble


class NoSweeper:
    """The collector is left alone: it would look through the whole test run at every start."""

    def after(self, records: int) -> None:
        pass


def at_once(seconds: float, call: Callable[[], None]) -> None:
    """A call of the world comes back; in a thread of its own, its order would be chance."""
    call()


@contextmanager
def plugged(world: World) -> Iterator[pytest.MonkeyPatch]:
    """Clients, stores and clocks are the world's, for the process that runs in it."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (session, reading, rebuild, reader):
            patch.setattr(module, "Consumer", lambda given: Consumer(world.running, given))
        patch.setattr(session, "Producer", lambda given: Producer(world.running, given))
        for module in (restore, reader):
            patch.setattr(module, "AdminClient", lambda given: AdminClient(world.running))
        patch.setattr(session, "Sweeper", NoSweeper)
        patch.setattr(session, "crash_hook", lambda setting, flush: world.running.pass_by)
        patch.setattr(restore, "open_store", world.open_store)
        patch.setattr(transaction, "within", at_once)
        for module in (namesake, pulse, recovery, restore, trouble):
            patch.setattr(module, "monotonic", lambda: world.clock.seconds)
        patch.setattr(restore, "time", lambda: world.clock.seconds)
        patch.setattr(changelog, "sleep", lambda seconds: None)
        patch.setattr(transaction, "perf_counter", lambda: world.clock.seconds)
        said = structlog.get_config()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
        try:
            yield patch
        finally:
            structlog.configure(**said)
