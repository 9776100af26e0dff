"""A fleet of toy workers on the session's broker."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.fleet import Fleet

SOAK = int(os.environ.get("ULLAGE_SOAK") or "0")
"""0 in `make test`; with 1, faults are tried ten times as often."""


@pytest.fixture
def fleet(kafka: str, tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(kafka, tmp_path)
    yield fleet
    fleet.close()


@pytest.fixture
def rounds() -> int:
    """How often a random fault is repeated."""
    return 1 + 9 * SOAK


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
