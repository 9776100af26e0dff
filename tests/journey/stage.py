"""Plays a story on a stack of its own, event by event, and reads all that is published."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import Producer
from kafka import KafkaConsumer, TopicPartition

from tests.processors.events import Json
from ullage import topics

PATIENCE_SECONDS = 60
EVENT_TOPICS = ("ledger", "cogs", "costs", "variances", "journals", "rejections")
COMPACTED = ("snapshots", "cost-layers")


Lines = dict[str, list[bytes]]


class Played(NamedTuple):
    """The story, played on a stack that still runs: every record, by topic."""

    directory: Path
    live: Lines
    expected: Lines
    places: dict[str, int]
    """Partition of each SKU's movements."""

    def records(self, *names: str) -> list[Json]:
        return [json.loads(value) for name in names for value in self.live[name]]

    def last(self, topic: str) -> list[Json]:
        """What compaction would leave."""
        return [json.loads(value) for value in latest(self.live[topic])]


class Reader:
    """Reads committed records of all output topics, and of the log, with another client."""

    def __init__(self, brokers: str) -> None:
        self.lines: Lines = defaultdict(list)
        self.ids: set[str] = set()
        self.places: dict[str, int] = {}
        self._consumer = KafkaConsumer(
            bootstrap_servers=brokers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=20,
        )
        names = ("movements", *EVENT_TOPICS, *COMPACTED)
        self._consumer.assign(
            [
                TopicPartition(name, partition)
                for name in names
                for partition in self._consumer.partitions_for_topic(name)
            ]
        )

    def wait(self, ids: set[str]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ids <= self.ids:
            assert time.monotonic() < deadline, f"not published: {ids - self.ids}"
            for place, found in self._consumer.poll(timeout_ms=500).items():
                for record in found:
                    self._note(place.topic, place.partition, record.value)

    def close(self) -> None:
        self._consumer.close()

    def _note(self, topic: str, partition: int, value: bytes | None) -> None:
        if value is not None:
            self.lines[topic].append(value)
            record = json.loads(value)
            self.ids.add(record["id"])
            if topic == "movements" and "sku" in record:
                self.places[record["sku"]] = partition


def play(directory: Path, lines: list[bytes], expected: Lines) -> Played:
    """Send each event when the log has all that the one before it came to.

    No order is promised across topics, and the log's order decides: so it is the story's.
    """
    environment = dict(
        line.split("=", 1) for line in (directory / ".ullage/env").read_text().splitlines()
    )
    brokers = environment["ULLAGE_KAFKA"]
    producer = Producer({"bootstrap.servers": brokers, "partitioner": "murmur2_random"})
    reader = Reader(brokers)
    logged: dict[str, set[str]] = defaultdict(set)
    for movement in map(json.loads, expected["movements"]):
        logged[movement["source_id"]].add(movement["id"])
    for line in lines:
        send(producer, line)
        reader.wait(logged[json.loads(line)["id"]])
    reader.wait({json.loads(line)["id"] for found in expected.values() for line in found})
    reader.close()
    return Played(directory, reader.lines, expected, reader.places)


def send(producer: Producer, line: bytes) -> None:
    """The record is dated as the event says that it was learnt."""
    event = json.loads(line)
    kind = event["type"]
    learnt = datetime.fromisoformat(event["recorded_at"]).timestamp()
    field = topics.key_of(kind)
    key = "all" if field == "all" else event[field]
    topic = topics.TOPIC_OF_TYPE[kind].name
    producer.produce(topic, line, key, timestamp=int(learnt * 1000))
    assert producer.flush(PATIENCE_SECONDS) == 0


def ullage(directory: Path, *arguments: str) -> bytes:
    """What the command prints; it must end as done."""
    done = subprocess.run(
        [sys.executable, "-m", "ullage.cli", *arguments],
        cwd=directory,
        env=bare_environment(),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout


def bare_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ULLAGE_")}


def written(directory: Path, names: Iterable[str]) -> Lines:
    return {
        name: (directory / f"{name}.jsonl").read_bytes().splitlines()
        for name in names
        if (directory / f"{name}.jsonl").exists()
    }


def by_sku(lines: list[bytes]) -> dict[str, list[bytes]]:
    """In the order of each SKU; what has none is of its event."""
    found = defaultdict(list)
    for line in lines:
        record = json.loads(line)
        found[record.get("sku") or record["source_id"]].append(line)
    return found


def latest(lines: list[bytes]) -> list[bytes]:
    """The last value of each key."""
    found = {}
    for line in lines:
        record = json.loads(line)
        found[record["sku"], record.get("layer_id")] = line
    return list(found.values())


def rows(table: str) -> list[str]:
    """Rows of a table in words: one a line, or several."""
    return [row.strip() for row in table.strip().replace("\n", ",").split(",")]


def to(amount: str, places: str) -> str:
    """An amount rounded to some places, as a table shows it."""
    return str(Decimal(amount).quantize(Decimal(places)))
