"""One broker and one database for the session, and how hard the laws are tried.

Both are started when a test first asks for them; ULLAGE_KAFKA and ULLAGE_DATABASE name others
to use instead. Tests share the broker: each takes topic and group names of its own.
"""

import asyncio
import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import asyncpg
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from ullage.local import LocalBroker, LocalDatabase

collect_ignore = ["bench"]
"""Scripts that measure: they hold no test, and one needs a library of its own environment."""

Server = TypeVar("Server", LocalBroker, LocalDatabase)

settings.register_profile("ci", derandomize=True, max_examples=100, deadline=None)
settings.register_profile("soak", max_examples=5_000, deadline=None)
settings.load_profile("soak" if os.environ.get("ULLAGE_SOAK") else "ci")


class TwoGroups(LoadScopeScheduling):
    """What runs in one process each under `make test`: some mostly wait, the rest computes."""

    def _split_scope(self, nodeid: str) -> str:
        waits = nodeid.startswith(("tests/faults/", "tests/local/"))
        return "waits" if waits else "computes"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TwoGroups:
    return TwoGroups(config, log)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of the session's broker."""
    if given := os.environ.get("ULLAGE_KAFKA"):
        yield given
        return
    with running(LocalBroker(tmp_path_factory.mktemp("broker"))) as broker:
        yield broker.bootstrap


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the session's database server; of use to make databases on it."""
    if given := os.environ.get("ULLAGE_DATABASE"):
        yield given
        return
    with running(LocalDatabase(tmp_path_factory.mktemp("database"))) as server:
        yield server.url


@pytest.fixture(scope="session")
def new_database(database_server: str) -> Iterator[Callable[[], str]]:
    """Make an empty database and return its URL; all are dropped when the session ends."""
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{uuid.uuid4().hex}")
        _execute(database_server, f"CREATE DATABASE {made[-1]}")
        return urlsplit(database_server)._replace(path=f"/{made[-1]}").geturl()

    yield make
    for name in made:
        _execute(database_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database(new_database: Callable[[], str]) -> str:
    """URL of one database that the whole session shares."""
    return new_database()


@pytest.fixture
def fresh_database(new_database: Callable[[], str]) -> str:
    """URL of an empty database of the test's own."""
    return new_database()


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Have a local server answer for as long as the `with` lasts."""
    try:
        server.start()
        server.wait()
        yield server
    finally:
        server.stop()


def _execute(url: str, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    # A thread of its own, as a test that asks for a database may have a running loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, execute()).result()
