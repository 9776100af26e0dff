"""Movements per second of the ledger: the step alone, and through the engine end to end.

The mix: 10 receipts, 5 stock pulls, 85 sales of each hundred, over 5,000 SKUs. End to end is
`ullage worker ledger` on a filled `movements` topic: real broker, real local store, changelog,
every output topic, exactly once. One worker is one process. `replay` reads the same movements
from a file and writes every output topic to files. The step is played again without parts
of the accounting, to say what they cost. Nothing is asserted.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from bench_engine import broker, measure
from confluent_kafka import Producer
from rich.console import Console
from shop import movements

from ullage.cli.admin import create_topics
from ullage.costing import sales
from ullage.engine.config import group_of
from ullage.engine.store import MemoryStore
from ullage.engine.sweep import Sweeper
from ullage.processors.ledger import batch
from ullage.processors.ledger.journals import Journals
from ullage.processors.ledger.step import Ledger
from ullage.step import Record

PARTITIONS = 8
BATCH = 5_000
console = Console()


def step_alone(log: list[Record]) -> float:
    """One partition's worth after another, in memory."""
    began, ledger, store = perf_counter(), Ledger(), MemoryStore()
    for start in range(0, len(log), BATCH):
        for _ in ledger.run(store, log[start : start + BATCH]):
            pass
    return len(log) / (perf_counter() - began)


def step_without(log: list[Record], *parts: str) -> float:
    """The step alone, some of its parts left out."""
    left_out: dict[str, list[AbstractContextManager[object]]] = {
        "journals": [patch.object(Journals, "of", lambda *_: [])],
        "order lines": [patch.object(sales, "remember_sale", lambda *_: None)],
        "ids": [
            patch.object(batch, "digest", lambda _: b""),
            patch.object(batch, "_came_before", lambda *_: False),
        ],
    }
    with ExitStack() as stack:
        for part in parts:
            for change in left_out[part]:
                stack.enter_context(change)
        return step_alone(log)


def end_to_end(log: list[Record]) -> float:
    with broker() as brokers, tempfile.TemporaryDirectory() as directory:
        create_topics(brokers, PARTITIONS)
        producer = Producer({"bootstrap.servers": brokers, "partitioner": "murmur2_random"})
        for number, record in enumerate(log):
            headers = list(record.headers)
            producer.produce(record.topic, record.value, record.key, headers=headers)
            if number % 10_000 == 0:
                producer.flush()
        producer.flush()
        os.environ |= {
            "ULLAGE_KAFKA": brokers,
            "ULLAGE_DATA": directory,
            "ULLAGE_WORKER_NAME": "bench",
        }
        job = [sys.executable, "-m", "ullage.cli", "worker", "ledger"]
        return measure(brokers, group_of(Ledger.name), len(log), job)


def replayed(log: list[Record]) -> float:
    with tempfile.TemporaryDirectory() as directory:
        dump = Path(directory, "movements.jsonl")
        dump.write_bytes(b"".join(record.value + b"\n" for record in log if record.value))
        job = [sys.executable, "-m", "ullage.cli", "replay", "--log", str(dump)]
        began = perf_counter()
        subprocess.run([*job, "--out", directory], check=True, capture_output=True)
        return len(log) / (perf_counter() - began)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--movements", type=int, default=400_000)
    Sweeper()  # as in a worker
    log = movements(arguments.parse_args().movements, skus=5_000)
    first = log[:100_000]
    alone = step_alone(first)
    for name, rate in (
        ("ledger, the step alone", alone),
        ("  without journals", step_without(first, "journals")),
        ("  nor kept order lines, ids", step_without(first, "journals", "order lines", "ids")),
        ("ledger, end to end", end_to_end(log)),
        ("replay --log, to files", replayed(log)),
    ):
        console.print(f"{name:28} {rate:10,.0f} movements/s   {rate / alone:5.2f} of the step")


if __name__ == "__main__":
    main()
