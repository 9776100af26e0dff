"""The service on a broker of its own, telling the story of the whole accounting in parts."""

import json
import time
from collections import defaultdict
from pathlib import Path

import asyncpg
import pytest
from confluent_kafka import Producer
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from tests.journey.stage import (
    COMPACTED,
    EVENT_TOPICS,
    PATIENCE_SECONDS,
    Lines,
    Reader,
    send,
    ullage,
    written,
)
from tests.journey.story import story
from tests.journey.workers import working
from ullage.cli.failure import Refused
from ullage.cli.repartition import switch
from ullage.cli.repartition.command import repartition
from ullage.cli.worker import STEPS
from ullage.engine.store import MARKER, RESERVED, Marker
from ullage.topics import BUILDS_LOG, MOVEMENTS, SHIPMENTS_LOG, changelog_of

ALL = ("intake", "shipments", "builds", "ledger", "sink")
LOGS = {"shipments": SHIPMENTS_LOG, "builds": BUILDS_LOG, "ledger": MOVEMENTS}
CHANGELOGS = [changelog_of(step, log.name).name for step, log in LOGS.items()]

TABLES = {"movements": "ledger", **{name: name for name in ("cogs", "costs", "journals")}}

State = dict[tuple[str, bytes], bytes]
Offsets = dict[tuple[str, int], tuple[int, int]]


class Stage:
    """The service on a broker and a database of its own."""

    def __init__(self, directory: Path, brokers: str, database: str) -> None:
        self.directory, self.brokers = directory, brokers
        (directory / ".ullage").mkdir()
        env = f"ULLAGE_KAFKA={brokers}\nULLAGE_DATABASE={database}\n"
        (directory / ".ullage/env").write_text(env)
        self.partitions(3)
        self.database = database
        self._producer = Producer(
            {"bootstrap.servers": brokers, "partitioner": "murmur2_random"}
        )
        self._lines = [json.dumps(event).encode() for event in story()]
        (directory / "story.jsonl").write_bytes(b"\n".join(self._lines))
        ullage(directory, "replay", "story.jsonl", "--out", "expected")
        self.expected = written(
            directory / "expected", ("movements", *EVENT_TOPICS, *COMPACTED)
        )
        self._told = 0

    def partitions(self, count: int) -> None:
        (self.directory / "ullage.toml").write_text(f"partitions = {count}\n")

    def tell_to(self, last: str) -> None:
        """Send the story up to an event, each when the one before it is in the log."""
        logged = defaultdict(set)
        for movement in map(json.loads, self.expected["movements"]):
            logged[movement["source_id"]].add(movement["id"])
        reader = Reader(self.brokers)
        told = ""
        while told != last:
            told = self.send_next()
            reader.wait(logged[told])
        reader.wait(self.made_so_far())
        reader.close()

    def tell_the_rest(self) -> None:
        self.tell_to(str(json.loads(self._lines[-1])["id"]))

    def send_next(self) -> str:
        line = self._lines[self._told]
        self._told += 1
        send(self._producer, line)
        return str(json.loads(line)["id"])

    def made_so_far(self) -> set[str]:
        """Ids of all that a replay makes of what was sent."""
        so_far = self.directory / f"told-{self._told}"
        (self.directory / "told.jsonl").write_bytes(b"\n".join(self._lines[: self._told]))
        ullage(self.directory, "replay", "told.jsonl", "--out", so_far.name)
        made = written(so_far, ("movements", *EVENT_TOPICS, *COMPACTED))
        return {json.loads(line)["id"] for lines in made.values() for line in lines}

    def working(self):
        return working(self.brokers, self.directory, "one", *ALL, ULLAGE_DATABASE=self.database)

    def published(self) -> Lines:
        names = ("movements", *EVENT_TOPICS, *COMPACTED)
        found = read(self.brokers, *names)
        return {
            name: [value for topic, _, _, value in found if topic == name and value]
            for name in names
        }

    def state(self) -> State:
        """The last value of each key of each changelog; its partition is part of the key."""
        last: dict[tuple[str, bytes], bytes | None] = {}
        for topic, partition, key, value in read(self.brokers, *CHANGELOGS):
            if key not in RESERVED:
                last[f"{topic}-{partition}", key or b""] = value
        return {key: value for key, value in last.items() if value is not None}

    def places(self) -> dict[str, int]:
        """The partition of each SKU's movements."""
        return {
            json.loads(value)["sku"]: partition
            for _, partition, _, value in read(self.brokers, "movements")
            if value and "sku" in json.loads(value)
        }

    def offsets(self) -> Offsets:
        """How far the state of each partition is, and how far it is to be rebuilt."""
        return {
            (topic, partition): (marker.next_offset, marker.rebuild_to)
            for topic, partition, key, value in read(self.brokers, *CHANGELOGS)
            if key == MARKER and (marker := Marker.decode(value or b""))
        }

    def wait_rebuilt(self, wanted: Offsets) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.offsets()) != wanted:
            assert time.monotonic() < deadline, f"not rebuilt: {found} of {wanted}"


def read(brokers: str, *topics: str) -> list[tuple[str, int, bytes | None, bytes | None]]:
    """All committed records of topics: topic, partition, key and value."""
    consumer = KafkaConsumer(
        bootstrap_servers=brokers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    places = [
        TopicPartition(topic, number)
        for topic in topics
        for number in consumer.partitions_for_topic(topic) or ()
    ]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    found = []
    while any(consumer.position(place) < ends[place] for place in places):
        for place, records in consumer.poll(200, max_records=100_000).items():
            found += [(*place[:2], record.key, record.value) for record in records]
    consumer.close()
    return found


class CutOff(Exception):
    """What a kill would be."""


def cut_off(brokers: str) -> None:
    """Begin the change, and end it when the former logs are gone; intake must not start."""

    def cut(*_: object) -> None:
        raise CutOff

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(switch, "move_layers", cut)
        with pytest.raises(CutOff):
            repartition(brokers, 5)
    with pytest.raises(Refused, match="let `ullage topics --repartition` end"):
        STEPS["intake"](brokers)
    with pytest.raises(Refused, match="a change to 5 partitions was begun and cut off"):
        repartition(brokers, 7)


def delete(brokers: str, *topics: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    admin.delete_topics(list(topics))
    while set(topics) & set(admin.list_topics()):
        pass
    admin.close()


async def in_database(url: str, expected: Lines) -> None:
    """Wait until PostgreSQL has everything of the event topics."""
    connection = await asyncpg.connect(url)
    deadline = time.monotonic() + PATIENCE_SECONDS
    for table, topic in TABLES.items():
        wanted = len(expected[topic])
        count = f"select count(*) from ullage.{table}"
        while (found := await connection.fetchval(count)) != wanted:
            assert time.monotonic() < deadline, f"{found} of {wanted} {table}"
    await connection.close()
