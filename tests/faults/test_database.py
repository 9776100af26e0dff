"""PostgreSQL goes away, and commits without saying so: the books go on, the sink catches up."""

import signal
from collections.abc import Iterator
from threading import Event
from urllib.parse import urlsplit

import pytest

from tests.faults.cluster import Cluster
from tests.faults.proxy import Proxy, Strike, commits_in_postgres
from tests.faults.rounds import SOAK, times
from tests.faults.servers import free_port, revive

AWAY_SECONDS = 600 if SOAK else 20


def test_stopped_immediately_for_a_while(verified: Cluster) -> None:
    """As pg_ctl -m immediate does: no checkpoint, no good-bye."""
    with verified.flowing():
        verified.database_process.send_signal(signal.SIGQUIT)
        Event().wait(AWAY_SECONDS)
        revive(verified.database)
    verified.drained("PostgreSQL stopped")


@pytest.fixture
def proxy(verified: Cluster) -> Iterator[Proxy]:
    """The sink's way to its database, while the test lasts."""
    url = urlsplit(verified.database.url)
    assert url.port is not None
    made = Proxy(free_port(), url.port, commits_in_postgres)
    address = url.netloc.replace(f":{url.port}", f":{made.front}")
    with made.running():
        verified.redirect("sink", ULLAGE_DATABASE=url._replace(netloc=address).geturl())
        yield made
        verified.redirect("sink", ULLAGE_DATABASE=verified.database.url)


@pytest.mark.parametrize(
    "what", [Strike.REQUEST_LOST, Strike.ANSWER_LOST], ids=lambda it: it.value
)
def test_a_commit_or_its_answer_is_lost(verified: Cluster, proxy: Proxy, what: Strike) -> None:
    for _ in range(times(1, 200)):
        with verified.flowing():
            proxy.strike(what, times=1)
            verified.until("a commit is struck", lambda: not proxy.left)
        verified.drained(f"PostgreSQL's commit {what.value}")
