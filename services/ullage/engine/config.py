"""How an engine is set up, and the librdkafka settings that follow from it."""

from dataclasses import dataclass
from pathlib import Path

from ullage.connection import CONNECTION

LARGEST_MESSAGE_BYTES = 13 * 1024 * 1024  # a dead letter of 12 MiB, key, headers and framing

ClientSettings = dict[str, str | int | float | bool]

_CONNECTION: ClientSettings = {
    **CONNECTION,
    # A broker that comes back is found at once, one that answers no more is given up: the
    # client's own 10 s and 60 s are longer than a worker may be away.
    "reconnect.backoff.max.ms": 1_000,
    "socket.timeout.ms": 9_000,
}


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Settings of one engine.

    `worker` differs between the workers of a step and stays the same over restarts: it names
    the transaction and the group member, so that a restarted worker takes over from itself at
    once instead of waiting out a timeout. `data_dir` None keeps the stores in memory. A batch
    is `batch_records` or what arrives in `batch_ms`, whichever comes first.
    """

    brokers: str
    worker: str
    data_dir: Path | None
    batch_records: int = 5000
    batch_ms: int = 10
    session_timeout_ms: int = 6_000
    transaction_timeout_ms: int = 10_000
    restore_timeout_s: float = 60.0
    crash_at: str = ""
    """The fault suite's hook: `<point>[:n]`, see crash.py. Empty in every other process."""

    def store_path(self, step: str, topic: str, partition: int) -> Path | None:
        """Where a partition's store is; no two workers share one, even on one disk."""
        if self.data_dir is None:
            return None
        return self.data_dir / self.worker / step / f"{topic}-{partition}"

    def admin(self) -> ClientSettings:
        return {"bootstrap.servers": self.brokers, **_CONNECTION}

    def consumer(self, step: str) -> ClientSettings:
        """The group member that reads the inputs: read_committed, commits nothing by itself."""
        return {
            **self.admin(),
            "group.id": group_of(step),
            "group.instance.id": self.worker,
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": self.session_timeout_ms,
            "heartbeat.interval.ms": 500,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            # Records that are gone before they were read are lost money, not a new beginning.
            "auto.offset.reset": "error",
            # The end of a partition tells a lag of 0 apart from a commit marker not yet passed.
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 10,
            "fetch.queue.backoff.ms": 10,
        }

    def restore_consumer(self, step: str) -> ClientSettings:
        """The reader of changelogs; its group only names it, nothing is joined or committed."""
        return {
            **self.admin(),
            "group.id": f"{group_of(step)}-restore",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 10,
            "fetch.queue.backoff.ms": 10,
        }

    def producer(self, step: str) -> ClientSettings:
        """The transactional writer; its id is stable, a restart aborts what was left open."""
        return {
            **self.admin(),
            "transactional.id": f"{group_of(step)}-{self.worker}",
            "transaction.timeout.ms": self.transaction_timeout_ms,
            # The Java client's partitioner: librdkafka's own default puts keys elsewhere.
            "partitioner": "murmur2_random",
            # A missing output topic is found out before the transaction times out.
            "topic.metadata.propagation.max.ms": 5_000,
            "message.max.bytes": LARGEST_MESSAGE_BYTES,
            "queue.buffering.max.messages": 1_000_000,
            # The commit flushes; until then larger message sets are cheaper for the broker.
            "linger.ms": 20,
        }


def group_of(step: str) -> str:
    """The consumer group of a step."""
    return f"ullage-{step}"
