"""One cluster and one history for all faults that it can go through; verified after each."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.cluster import Cluster
from tests.faults.verify import complaints

SEED = 20261122
SOAK = bool(os.environ.get("ULLAGE_SOAK"))


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Kept on a path that its failures name, with the log of every worker."""
    running = Cluster(tmp_path_factory.mktemp("faults"), SEED)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture
def verified(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster; when the test is through, its whole history must be right."""
    yield cluster
    found = complaints(cluster.history())
    assert not found, "\n".join((f"seed {cluster.seed}, logs in {cluster.data}", *found))


def times(short: int, soak: int) -> int:
    """How often a fault is tried: in `make test`, and in `make soak`."""
    return soak if SOAK else short
