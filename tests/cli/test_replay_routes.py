"""`ullage replay`: what one processor says to another reaches it in order, and is not written.

The ledger is a stand-in that answers: what it makes of movements is tested elsewhere.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.cli.jsonl import write
from tests.processors.events import Json, body, example
from ullage import topics
from ullage.cli import replay
from ullage.step import Occurrence, Output, Record, Store

SEEN: list[Json] = []


class Answering:
    """Answers each consumption with 1.50, and takes a note to itself for each policy."""

    name = "ledger"
    inputs = (topics.MOVEMENTS.name,)
    keeps_state = True

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        for record in records:
            movement = body(Output(record.topic, record.key, record.value))
            SEEN.append(movement | {"at": record.timestamp, "offset": record.offset})
            yield Output("ledger", record.key, record.value)
            if movement["type"] == "consumption":
                yield _answer(movement)
            elif movement["type"] == "policy":
                yield Output(topics.MOVEMENTS.name, b"all", b'{"type":"release"}')


def _answer(movement: Json) -> Output:
    said = {
        "type": "consumed",
        "order_id": movement["order_id"],
        "movement_id": movement["id"],
        "sku": movement["sku"],
        "amount": "1.50",
        "posted_amount": "1.50",
        "refused": False,
    }
    key = str(movement["order_id"]).encode()
    return Output(topics.BUILDS_LOG.name, key, json.dumps(said).encode())


@pytest.fixture(autouse=True)
def _answering(monkeypatch: pytest.MonkeyPatch) -> None:
    SEEN.clear()
    monkeypatch.setattr(replay, "Ledger", Answering)


def played(directory: Path, *events: Json) -> list[Output]:
    """What is written of the events."""
    file, written = directory / "events.jsonl", list[Output]()
    write(file, *events)
    replay.replay([file], written.append)
    return written


def test_an_answer_comes_before_the_next_event(tmp_path: Path) -> None:
    component: Json = {"sku": "c", "warehouse": "A", "quantity": 1}
    build = example("build", consume=[component, component], overhead=...)
    played(tmp_path, build, example("sale"))
    assert [one["type"] for one in SEEN] == ["consumption"] * 2 + ["production", "sale"]
    assert SEEN[2]["cost"] == "3"
    assert SEEN[2]["recorded_at"] == SEEN[0]["recorded_at"]
    assert [one["offset"] for one in SEEN] == [0, 1, 2, 3]


def test_purchasing_goes_through_shipments(tmp_path: Path) -> None:
    played(tmp_path, example("landed_cost"), example("receipt"), example("purchase_return"))
    assert [one["type"] for one in SEEN] == ["receipt"] * 3 + ["purchase_return"]
    assert "charges" in SEEN[0]


def test_a_policy_holds_for_what_comes_after_it(tmp_path: Path) -> None:
    euros = example("receipt", currency="EUR", fx_rate=...)
    written = played(tmp_path, euros, example("policy", base_currency="EUR"), euros)
    assert [one["type"] for one in SEEN] == ["policy", "release"] + ["receipt"] * 3
    rejected = [body(one) for one in written if one.topic == "rejections"]
    assert ["is in EUR and has no fx_rate" in str(one["message"]) for one in rejected] == [True]


def test_the_log_is_written_and_no_internal_topic(tmp_path: Path) -> None:
    written = played(tmp_path, example("policy"), example("receipt"), example("build"))
    log = [body(one)["type"] for one in written if one.topic == "movements"]
    assert log == [one["type"] for one in SEEN]
    assert {one.topic for one in written} == {"movements", "ledger"}


def test_a_dump_has_what_the_ledger_said_to_others(tmp_path: Path) -> None:
    first = played(tmp_path, example("policy"), example("build"), example("sale"))
    dump = tmp_path / "movements.jsonl"
    dump.write_bytes(
        b"".join((one.value or b"") + b"\n" for one in first if one.topic == "movements")
    )
    again: list[Output] = []
    told, _ = replay.replay_log(dump, again.append)
    assert [one.value for one in first if one.topic == "ledger"] == [one.value for one in again]
    assert told == {"ledger": len(again)}
