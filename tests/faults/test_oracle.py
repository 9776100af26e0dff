"""The oracle and the service agree on the trade when nothing breaks: a replay, no broker."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.faults.history import History, Record
from tests.faults.rounds import times
from tests.faults.traffic import Trade
from tests.faults.verify_books import (
    books_add_up,
    good_events_are_not_refused,
    inventory_account_is_the_value,
    journals_balance,
    oracle_skus,
    totals_equal_the_oracle,
)

TOPICS = ("ledger", "cogs", "costs", "variances", "journals", "rejections", "snapshots")
EVENTS = 3_000


@pytest.mark.parametrize("seed", range(times(1, 20)))
def test_a_replay_of_the_trade_comes_to_the_oracles_totals(tmp_path: Path, seed: int) -> None:
    trade = Trade(seed)
    lines = [sent.value for sent in (*trade.settings(), *trade.records(EVENTS))]
    (tmp_path / "trade.jsonl").write_bytes(b"\n".join(lines))
    command = [sys.executable, "-m", "ullage.cli", "replay", "trade.jsonl", "--out", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120)
    history = read(tmp_path / "out")
    assert len(oracle_skus(history)) >= 20
    for check in (
        totals_equal_the_oracle,
        books_add_up,
        good_events_are_not_refused,
        inventory_account_is_the_value,
        journals_balance,
    ):
        assert list(check(history)) == []


def read(directory: Path) -> History:
    """What was replayed; of a movement that came again, the first is the one applied."""
    history = History()
    movements: dict[str, Record] = {}
    for record in records(directory, "movements"):
        if "sku" in record.body:
            movements.setdefault(record.text("id"), record)
    history.topics["movements"] = list(movements.values())
    for topic in TOPICS:
        history.topics[topic] = records(directory, topic)
    return history


def records(directory: Path, topic: str) -> list[Record]:
    made = []
    for place, line in enumerate((directory / f"{topic}.jsonl").read_bytes().splitlines()):
        body = json.loads(line, parse_float=Decimal)
        key = str(body.get("sku")).encode()
        made.append(Record(topic, 0, place, key, line, {}, body))
    return made
