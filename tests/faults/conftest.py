"""One cluster and one history for all faults that it can go through; verified after each."""

from collections.abc import Iterator
from statistics import median

import pytest

from tests.faults.cluster import Cluster
from tests.faults.rounds import SOAK
from tests.faults.verify import complaints

SEED = 20261122


@pytest.fixture(scope="module" if SOAK else "package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Kept on a path that its failures name: the log of every worker, and `recoveries`."""
    running = Cluster(tmp_path_factory.mktemp("faults"), SEED)
    try:
        running.start()
        yield running
    finally:
        running.close()
        lines = (
            f"{fault}: {len(seconds)} times, median {median(seconds):.1f} s, "
            f"worst {max(seconds):.1f} s\n"
            for fault, seconds in running.recoveries.items()
        )
        (running.data / "recoveries").write_text("".join(lines))


@pytest.fixture
def verified(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster; when the test has had it recover, its whole history must be right."""
    yield cluster
    found = [] if cluster.progress.behind() else complaints(cluster.history())
    assert not found, "\n".join((f"seed {cluster.seed}, logs in {cluster.data}", *found))
