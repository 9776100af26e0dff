"""State lost, and moved to more partitions, in the middle of a whole life of the service.

The story of the whole accounting is told event by event; between its parts the local stores are
deleted, then the changelogs, then three partitions become five. What is published in the end
is what a replay of all events publishes, and nothing is there twice.
"""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import running
from tests.faults.stage import CHANGELOGS, Stage, State, cut_off, delete, in_database
from tests.journey.stage import (
    COMPACTED,
    EVENT_TOPICS,
    Lines,
    by_sku,
    ullage,
    written,
)
from ullage.cli.admin import create_topics, migrate
from ullage.local import LocalBroker


class Life(NamedTuple):
    """What stood in the topics at the turns of the story."""

    directory: Path
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
        states, said = lose_changelogs(stage)
        printed = repartition_in_mid_life(stage)
        with stage.working():
            stage.tell_the_rest()
            asyncio.run(in_database(database, stage.expected))
        yield Life(
            directory, stage.expected, states, said, printed, stage.published(), stage.places()
        )


def lose_changelogs(stage: Stage) -> tuple[tuple[State, State], tuple[Lines, Lines]]:
    """State and outputs before the changelogs are deleted, and when they are there again."""
    state, said, offsets = stage.state(), stage.published(), stage.offsets()
    delete(stage.brokers, *CHANGELOGS)
    with stage.working():
        stage.wait_rebuilt(offsets)
    return (state, stage.state()), (said, stage.published())


def repartition_in_mid_life(stage: Stage) -> bytes:
    """Go from three to five, at the second go, while an event and held journals wait."""
    assert stage.send_next() == "policy mapped"
    stage.partitions(5)
    cut_off(stage.brokers)
    return ullage(stage.directory, "topics", "--repartition")


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
