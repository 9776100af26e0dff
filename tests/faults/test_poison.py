"""Poison at the head, the middle and the end of every partition: each record has its sentence.

The heads are poisoned when the cluster starts, before its first event.
"""

from tests.faults.cluster import PARTITIONS, Cluster
from tests.faults.poison import at_every_partition, large
from tests.faults.rounds import times


def test_between_good_events_and_after_them(verified: Cluster) -> None:
    for _ in ("middle", "end"):
        verified.send(verified.trade.records(200))
        verified.send(at_every_partition(PARTITIONS))
    verified.drained("poison")


def test_records_as_large_as_an_input_may_be(verified: Cluster) -> None:
    """At the head, in the middle and at the end of what intake finds when it starts."""
    verified.worker("intake").stop()
    for turn in range(times(1, 3)):
        verified.send(large("sales", PARTITIONS, turn))
        verified.send(verified.trade.records(100))
    verified.send(large("sales", PARTITIONS, turn=3))
    verified.worker("intake").start()
    verified.drained("10 MB records")
