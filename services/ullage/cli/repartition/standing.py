"""How a cluster stands before its keys may move: nobody at work, and everything readable."""

from time import monotonic, sleep

from confluent_kafka import Consumer
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from ullage.cli import cluster
from ullage.cli.failure import Refused
from ullage.cli.repartition import transport
from ullage.engine.config import group_of
from ullage.sink.reader import GROUP

STEPS = ("intake", "shipments", "builds", "ledger")
_PATIENCE_SECONDS = 15.0  # a worker just stopped is a member of its group for 6 s more
_AT_REST = (None, "Empty", "Dead")


def require_stopped(admin: KafkaAdminClient) -> None:
    """Wait a little for workers that have just been stopped. Raises Refused."""
    deadline = monotonic() + _PATIENCE_SECONDS
    while busy := [group for group in _groups() if _states(admin).get(group) not in _AT_REST]:
        if monotonic() > deadline:
            raise Refused(f"workers still run ({', '.join(busy)}); stop all of them first")
        sleep(0.2)


def require_whole(bootstrap: str, log: str, partitions: int) -> list[int]:
    """Return where each partition of a log ends; all of it must be there. Raises Refused."""
    bounds = transport.bounds(bootstrap, log, partitions)
    cut = [f"{log}-{number}" for number, (first, _) in enumerate(bounds) if first > 0]
    if cut:
        raise Refused(
            f"{', '.join(cut)} no longer begin with their first record: the books cannot be "
            "made again from them, so their keys have to stay where they are"
        )
    ends = [end for _, end in bounds]
    if ends != _uncommitted_ends(bootstrap, log, partitions):
        raise Refused(
            f"a transaction is open in {log}, of a worker that was killed; the broker ends it "
            "by itself within half a minute: try again then"
        )
    return ends


def read_so_far(admin: KafkaAdminClient, step: str, log: str, partitions: int) -> list[int]:
    """How far a step has processed each partition of its log."""
    group = group_of(step)
    found = admin.list_group_offsets(group)[group] if group in _states(admin) else {}
    places = [TopicPartition(log, number) for number in range(partitions)]
    return [max(0, found[place].offset) if place in found else 0 for place in places]


def _groups() -> list[str]:
    return [*map(group_of, STEPS), GROUP]


def _states(admin: KafkaAdminClient) -> dict[str, str]:
    """The state of every group there is."""
    return {group["group_id"]: group["group_state"] for group in admin.list_groups()}


def _uncommitted_ends(bootstrap: str, topic: str, partitions: int) -> list[int]:
    reader = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "ullage-reader",
            "isolation.level": "read_uncommitted",
        }
    )
    try:
        return [high for _, high in cluster.ends(reader, topic, partitions)]
    finally:
        reader.close()
