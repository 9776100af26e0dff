"""A worker with the toy step, as a process of its own that tests start, stop and kill.

Its arguments: brokers, worker name, data directory, topic, and the port for health or 0.
"""

import os
import resource
import sys
from pathlib import Path

import structlog
from confluent_kafka import TopicPartition

from tests.engine.toy import Counter
from ullage.engine.config import EngineConfig
from ullage.engine.host import host
from ullage.engine.loop import Engine
from ullage.engine.partition import Share
from ullage.engine.service import EngineService
from ullage.engine.transaction import Transactions
from ullage.health import Health


def commit_outside(self: Transactions, batch: list[Share]) -> None:
    """A classic mistake: the offsets are committed whether the outputs are or not."""
    offsets = [TopicPartition(*share.partition.place, share.next_offset) for share in batch]
    self._consumer.commit(offsets=offsets, asynchronous=False)


def main(brokers: str, worker: str, data: str, topic: str, port: str) -> int:
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    if limit := os.environ.get("TOY_FILE_BYTES"):  # a full disk, as far as one process sees it
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    health = Health()
    config = EngineConfig(
        brokers,
        worker,
        Path(data),
        batch_records=int(os.environ.get("TOY_BATCH", "500")),
        crash_at=os.environ.get("ULLAGE_CRASH_AT", ""),
    )
    if "TOY_BROKEN" in os.environ:
        Transactions._send_offsets = commit_outside  # type: ignore[method-assign]
    step = Counter(f"toy-{topic}", topic, keeps_state="TOY_STATELESS" not in os.environ)
    engine = EngineService(Engine(step, config, health))
    return host(
        [engine], name=f"toy-{worker}", health=health, port=int(port) or None, brokers=brokers
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
