"""The command line as a person meets it: a process, its output and its exit status."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ullage.local import LocalBroker

Ullage = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def ullage(tmp_path: Path) -> Ullage:
    """Run `ullage ARGUMENTS` in an empty directory with nothing set but what is given."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ULLAGE_")}

    def run(
        *arguments: str, said: bytes = b"", **settings: str
    ) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "-m", "ullage.cli", *arguments],
            input=said,
            env=bare | {f"ULLAGE_{name.upper()}": value for name, value in settings.items()},
            cwd=tmp_path,
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of these tests' own: the names of the contract's topics cannot be shared."""
    broker = LocalBroker(tmp_path_factory.mktemp("cluster"))
    try:
        broker.start()
        broker.wait()
        yield broker.bootstrap
    finally:
        broker.stop()


@pytest.fixture(scope="session")
def topics(cluster: str) -> str:
    """The cluster with the topics of the contract, three partitions each."""
    from ullage.cli.admin import create_topics

    assert not create_topics(cluster, 3).wrong
    return cluster
