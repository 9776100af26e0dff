"""State lost, and moved to more partitions, in the middle of a whole life of the service.

The story of the whole accounting is told event by event; between its parts the local stores are
deleted, then the changelogs, then three partitions become five. What is published in the end
is what a replay of all events publishes, and nothing is there twice.
"""

import asyncio
import json
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg
import pytest
from confluent_kafka import Producer
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from tests.conftest import running
from tests.journey.stage import (
    COMPACTED,
    EVENT_TOPICS,
    PATIENCE_SECONDS,
    Lines,
    Reader,
    by_sku,
    send,
    ullage,
    written,
)
from tests.journey.story import story
from tests.journey.workers import working
from ullage.cli.admin import create_topics, migrate
from ullage.cli.failure import Refused
from ullage.cli.repartition import switch
from ullage.cli.repartition.command import repartition
from ullage.cli.worker import STEPS
from ullage.engine.store import MARKER, RESERVED, Marker
from ullage.local import LocalBroker
from ullage.topics import BUILDS_LOG, MOVEMENTS, SHIPMENTS_LOG, changelog_of

ALL = ("intake", "shipments", "builds", "ledger", "sink")
LOGS = {"shipments": SHIPMENTS_LOG, "builds": BUILDS_LOG, "ledger": MOVEMENTS}
CHANGELOGS = [changelog_of(step, log.name).name for step, log in LOGS.items()]

State = dict[tuple[str, bytes], bytes]
Offsets = dict[tuple[str, int], tuple[int, int]]


class Life(NamedTuple):
    """What stood in the topics at the turns of the story."""

    directory: Path
    database: str
    expected: Lines
    state: tuple[State, State]
    """Before the changelogs were deleted, and when they were there again."""
    said: tuple[Lines, Lines]
    """All that was published at the same moments."""
    printed: bytes
    """What the change of partitions said."""
    published: Lines
    """All that was published in the end."""
    places: dict[str, int]


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


@pytest.fixture(scope="module")
def life(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]
) -> Iterator[Life]:
    directory, database = tmp_path_factory.mktemp("life"), new_database()
    migrate(database)
    with running(LocalBroker(directory / "broker")) as broker:
        create_topics(broker.bootstrap, 3)
        stage = Stage(directory, broker.bootstrap, database)
        with stage.working():
            stage.tell_to("late freight")
        shutil.rmtree(directory / "stores")
        with stage.working():
            stage.tell_to("held sold")
        before, offsets = (stage.state(), stage.published()), stage.offsets()
        delete(broker.bootstrap, *CHANGELOGS)
        with stage.working():
            stage.wait_rebuilt(offsets)
        after = stage.state(), stage.published()
        assert stage.send_next() == "policy mapped"  # not read when the partitions change
        stage.partitions(5)
        cut_off(broker.bootstrap)
        printed = ullage(directory, "topics", "--repartition")
        with stage.working():
            stage.tell_to("late sold")
            asyncio.run(in_database(database, len(stage.expected["ledger"])))
        yield Life(
            directory,
            database,
            stage.expected,
            (before[0], after[0]),
            (before[1], after[1]),
            printed,
            stage.published(),
            {
                json.loads(value)["sku"]: partition
                for topic, partition, _, value in read(broker.bootstrap, "movements")
                if value and "sku" in json.loads(value)
            },
        )


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


async def in_database(url: str, movements: int) -> None:
    """Wait until PostgreSQL has every movement."""
    connection = await asyncpg.connect(url)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := await connection.fetchval("select count(*) from ullage.movements")) != (
        movements
    ):
        assert time.monotonic() < deadline, f"{found} of {movements} movements"
    await connection.close()


def test_lost_changelogs_come_back_as_they_were(life: Life) -> None:
    before, after = life.state
    assert len(before) > 100
    assert after == before


def test_a_rebuild_publishes_nothing(life: Life) -> None:
    before, after = life.said
    assert {name: len(lines) for name, lines in after.items()} == {
        name: len(lines) for name, lines in before.items()
    }


def test_more_partitions_are_used(life: Life) -> None:
    assert b"all keys are where 5 partitions put them" in life.printed
    assert set(life.places.values()) == set(range(5))


@pytest.mark.parametrize("topic", EVENT_TOPICS)
def test_each_sku_goes_on_as_in_a_replay(life: Life, topic: str) -> None:
    """Up to the order of partitions: a SKU's records before the change are in another one."""
    live, expected = by_sku(life.published[topic]), by_sku(life.expected[topic])
    assert {sku: Counter(lines) for sku, lines in live.items()} == {
        sku: Counter(lines) for sku, lines in expected.items()
    }


@pytest.mark.parametrize("topic", COMPACTED)
def test_each_book_stands_as_in_a_replay(life: Life, topic: str) -> None:
    newest: dict[tuple[str, str | None], bytes] = {}
    for line in sorted(life.published[topic], key=lambda line: json.loads(line)["sequence"]):
        one = json.loads(line)
        newest[one["sku"], one.get("layer_id")] = line
    assert set(life.expected[topic]) <= set(newest.values())


def test_the_log_is_as_if_it_had_always_had_them(life: Life) -> None:
    """Each SKU's movements are the same; a policy is there once a partition."""
    movements = [json.loads(line) for line in life.published["movements"]]
    policies = [one for one in movements if one["type"] == "policy"]
    assert {one["partitions"] for one in policies} == {5}
    for source_id in {one["source_id"] for one in policies}:
        places = [one["partition"] for one in policies if one["source_id"] == source_id]
        assert sorted(places) == list(range(5))
    of_skus = [line for line in life.published["movements"] if b'"partitions":' not in line]
    assert Counter(of_skus) == Counter(
        line for line in life.expected["movements"] if b'"partitions":' not in line
    )


def test_a_replay_of_the_log_gives_what_was_published(life: Life) -> None:
    (life.directory / "log.jsonl").write_bytes(b"\n".join(life.published["movements"]))
    ullage(life.directory, "replay", "--log", "log.jsonl", "--out", "replayed")
    for topic in ("ledger", "cogs", "costs", "variances", "journals"):
        again = written(life.directory / "replayed", [topic])[topic]
        assert Counter(again) == Counter(life.published[topic])


def test_the_database_has_it_all_once(life: Life) -> None:
    assert b"nothing wrong" in ullage(life.directory, "check")
