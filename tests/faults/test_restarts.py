"""Workers that stop, join, leave and sleep: what one leaves, the next one takes up."""

import signal
from threading import Event

from tests.faults.cluster import PROCESSORS, Cluster
from tests.faults.rounds import times
from tests.faults.worker import Life, Worker

SESSION_SECONDS = 6
ASSIGNED = '"event": "partition_assigned"'


def test_stopped_and_started_with_a_backlog(verified: Cluster) -> None:
    """In order: nobody is killed, and every worker ends with status 0."""
    for _ in range(times(5, 50)):
        verified.send(verified.trade.records(100))
        for processor in PROCESSORS:
            verified.worker(processor).stop()
        verified.send(verified.trade.records(300))
        for processor in PROCESSORS:
            verified.worker(processor).start()
        verified.drained("clean stop with a backlog")


def test_partitions_move_in_mid_batch(verified: Cluster) -> None:
    """One ledger becomes three and one again, while events come in."""
    more = [verified.worker("ledger", name) for name in ("two", "three")]
    for _ in range(times(5, 40)):
        with verified.flowing():
            _join(verified, more)
            verified.moment(0.5)
            for worker in more:
                worker.stop()
        verified.drained("rebalance 1 to 3 to 1")


def test_a_zombie_wakes_after_others_took_over(verified: Cluster) -> None:
    """Asleep in the middle of a transaction, for twice the time its group waits for it."""
    heir = verified.worker("ledger", "two")
    for _ in range(times(1, 10)):
        asleep = Life({"ULLAGE_CRASH_AT": "after_offsets:3:STOP"})
        zombie = verified.restart("ledger", asleep)
        with verified.flowing():
            verified.until("the worker sleeps", zombie.is_asleep)
            heir.start()
            Event().wait(2 * SESSION_SECONDS)
            zombie.signal(signal.SIGCONT)
            verified.moment(2)
        verified.drained("zombie")
        heir.stop()
    verified.drained("zombie, its heir gone")


def _join(cluster: Cluster, workers: list[Worker]) -> None:
    """Start workers and wait until each has got partitions."""
    before = [worker.said().count(ASSIGNED) for worker in workers]
    for worker in workers:
        worker.start()
    for worker, count in zip(workers, before, strict=True):
        cluster.until(
            f"{worker.name} gets partitions",
            lambda worker=worker, count=count: worker.said().count(ASSIGNED) > count,
        )
