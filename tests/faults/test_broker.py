"""The broker dies, sleeps, or cannot be reached in the middle of a commit."""

from collections.abc import Iterator
from threading import Event

import pytest

from tests.faults.cluster import AFTER_A_BROKER_SECONDS, ENGINES, Cluster
from tests.faults.proxy import Proxy, Strike, commits_in_kafka
from tests.faults.rounds import times
from tests.faults.servers import revive

ASLEEP_SECONDS = 30


def test_killed_and_started_again(verified: Cluster) -> None:
    for _ in range(times(2, 20)):
        with verified.flowing():
            verified.moment(2)
            verified.broker_process.kill()
            revive(verified.broker)
        verified.drained("broker kill -9", AFTER_A_BROKER_SECONDS)


def test_stopped_for_a_while(verified: Cluster) -> None:
    for _ in range(times(2, 20)):
        with verified.flowing():
            verified.moment(1)
            verified.broker_process.suspend()
            Event().wait(ASLEEP_SECONDS)
            verified.broker_process.resume()
        verified.drained("broker stopped 30 s")


@pytest.fixture
def proxy(verified: Cluster) -> Iterator[Proxy]:
    """The way of the engines to their broker, while the test lasts."""
    made = Proxy(verified.broker.front, verified.broker.behind, commits_in_kafka)
    with made.running():
        verified.redirect(*ENGINES, ULLAGE_KAFKA=f"127.0.0.1:{made.front}")
        yield made
        verified.redirect(*ENGINES, ULLAGE_KAFKA=verified.broker.bootstrap)


@pytest.mark.parametrize("what", Strike, ids=lambda what: what.value)
def test_connections_fail_in_the_middle_of_a_commit(
    verified: Cluster, proxy: Proxy, what: Strike
) -> None:
    for _ in range(times(2, 20)):
        with verified.flowing():
            proxy.strike(what, times=len(ENGINES))
            verified.until("commits are struck", lambda: not proxy.left)
        verified.drained(f"commit {what.value}")


def test_all_connections_are_cut(verified: Cluster, proxy: Proxy) -> None:
    for _ in range(times(2, 20)):
        with verified.flowing():
            verified.moment(1)
            proxy.cut()
        verified.drained("connections cut")
