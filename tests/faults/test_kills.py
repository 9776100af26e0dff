"""Every process killed: at any instant, and at each point of a commit."""

import signal

from tests.faults.cluster import ENGINES, PROCESSORS, Cluster
from tests.faults.rounds import times
from tests.faults.worker import ROOT, Life
from ullage.engine.crash import AFTER_ONE_STORE, POINTS

SINK_POINTS = ("inside", "committed")
CRASHING_SINK = str(ROOT / "tests/sink/crashing_sink.py")
LIVES_SECONDS = 200


def test_killed_at_random_instants(verified: Cluster) -> None:
    """All processes once a round, in any order, while events come in."""
    for _ in range(times(5, 100)):
        with verified.flowing():
            for processor in verified.chance.sample(PROCESSORS, len(PROCESSORS)):
                verified.moment(0.5)
                verified.worker(processor).kill()
        verified.drained("kill -9 at a random instant")


def test_killed_at_every_point_of_the_commit(verified: Cluster) -> None:
    """Each life of an engine ends at the next point, in one of its first batches."""
    for turn in range(times(1, 20)):
        lives = {processor: _lives(processor, turn) for processor in ENGINES}
        _live_and_die(verified, lives)
        verified.drained("kill -9 at each point of the commit")


def test_the_sink_killed_in_the_middle_of_its_batches(verified: Cluster) -> None:
    """With rows in an open transaction, and with rows committed that nobody was told of."""
    addresses = (verified.broker.bootstrap, verified.database.url)
    lives = [
        Life(command=(CRASHING_SINK, *addresses, point, str(2 + turn)))
        for turn in range(times(2, 20))
        for point in SINK_POINTS
    ]
    _live_and_die(verified, {"sink": lives})
    verified.drained("kill -9 in the sink's transaction")


def _lives(processor: str, turn: int) -> list[Life]:
    """One for each point that the processor passes: intake keeps nothing in a store."""
    stateless = processor == "intake"
    points = [point for point in POINTS if not (stateless and point == AFTER_ONE_STORE)]
    return [
        Life({"ULLAGE_CRASH_AT": f"{point}:{1 + (turn + place) % 3}"})
        for place, point in enumerate(points)
    ]


def _live_and_die(cluster: Cluster, lives: dict[str, list[Life]]) -> None:
    """Wait, while events come in, until all of these lives have ended by a kill."""
    workers = [cluster.restart(processor, *some) for processor, some in lives.items()]
    killed = [[-signal.SIGKILL] * len(some) for some in lives.values()]

    def are_killed() -> bool:
        return [worker.ends for worker in workers] == killed

    with cluster.flowing():
        cluster.until("each life ends at its point", are_killed, LIVES_SECONDS)
