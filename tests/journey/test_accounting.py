"""The whole accounting, played through Kafka: figures by hand, and the bytes of a replay."""

import json
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader

from tests.journey.stage import (
    COMPACTED,
    EVENT_TOPICS,
    Played,
    bare_environment,
    by_sku,
    latest,
    play,
    rows,
    to,
    ullage,
    written,
)
from tests.journey.story import story

VALUES = """
S1-A 750 4470.60, S1-B 375 4965.30, S1-C 150 4014.10
fifo-A 1500 9195.40, fifo-B 675 9245.70, wac-A 1500 9195.40, wac-B 675 9245.70
pool 1500 9195.65, euro 6 24.60, late 2 220.00, back 2 220.00, over 15 60.00
soft 1 10.00, asked 4 10.00, sent 8 50.00, box 4 10.00, bag 7 7.00, kit 2 8.00
merged 20 40.00, held 2 4.00, true 16 64.00
"""
"""SKU, units and value in the end."""

STOCK = """
S1-A A 3576.48 B 894.12, S1-B A 2979.18 B 1986.12, S1-C A 4014.10
wac-A A 6130.27 B 3065.13, fifo-A A 6130.27 B 3065.13, pool A 6062.58 B 3133.07
"""

LAYERS = """
S1-A 750@5.9608, S1-B 375@13.2408, S1-C 150@26.7607
fifo-A 750@5.9608 250@5.9608 500@6.4692, wac-A 1500@6.1303
pool 800@5.9608 200@5.9608 200@6.4697 300@6.4697
late 2@110.0000, back 2@110.0000, over 15@4.0000, kit 1@3.0000 1@5.0000, merged 20@2.0000
true 6@4.0000 10@4.0000
"""

RECORDS = """
fifo 250 more: received 1250.00, landed_over_absorption -240.20
fifo S2 charges: landed 865.00
euro goods: received 22.00, landed 12.00, oversold_settlement 13.60
euro storage: landed 7.00, late_cost 2.80
late freight: landed 50.00, late_cost 50.00
late returned: cogs_reversal 200.00, late_cost -20.00
back returned: cogs_reversal 200.00
back freight: landed 50.00, late_cost 30.00
over goods: received 100.00, oversold_settlement 40.00
over sold again: cogs 3333.333, rounding 0.33
soft sold: cogs 53.00, non_diminishing_override 27.00
asked sold: cogs 2.00
asked told: corrected 2.50, late_cost 0.50
sent back: purchase_returned 10.00, return_difference 2.00
sent revalued: inventory_adjustment 2.00
kit built: consumed 8.00, produced 9.25
kit valued: consumed 5.00, produced 6.00, production_difference -1.00
kit without: consumed 5.00, produced 5.00
kit sold: cogs 12.25
true more: received 10.00, landed 0.00, late_cost -12.00
"""
"""What each event made, added up by type, a cost variance by its kind."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    directory = tmp_path_factory.mktemp("accounting")
    lines = [json.dumps(event).encode() for event in story()]
    (directory / "story.jsonl").write_bytes(b"\n".join(lines))
    ullage(directory, "replay", "story.jsonl", "--out", "expected")
    expected = written(directory / "expected", ("movements", *EVENT_TOPICS, *COMPACTED))
    with subprocess.Popen(
        [sys.executable, "-m", "ullage.cli", "up"],
        cwd=directory,
        env=bare_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert any("Ctrl-C stops it." in line for line in process.stdout)
            yield play(directory, lines, expected)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()
    assert process.returncode == 0


def test_each_sku_is_worth_what_it_must_be(played: Played) -> None:
    found = {one["sku"]: one for one in played.last("snapshots")}
    for sku, on_hand, value in (row.split() for row in rows(VALUES)):
        assert (found[sku]["on_hand"], found[sku]["value"]) == (on_hand, value), sku
    for sku, *wanted in (row.split() for row in rows(STOCK)):
        stock = [(one["warehouse"], to(one["value"], "0.01")) for one in found[sku]["stock"]]
        assert [word for pair in stock for word in pair] == wanted, sku
    assert not any(one["flags"] for one in found.values())


def test_each_layer_stands_at_its_cost(played: Played) -> None:
    found = defaultdict(list)
    drawn = {one["sku"]: one["open_layers"] for one in played.last("snapshots")}
    for one in played.last("cost-layers"):
        found[one["sku"]].append(f"{one['quantity']}@{to(one['unit_cost'], '0.0001')}")
    for sku, *wanted in (row.split() for row in rows(LAYERS)):
        assert set(wanted) <= set(found[sku]), sku
        assert drawn[sku] == len(wanted), sku


def test_each_event_made_the_records_it_must(played: Played) -> None:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in played.records("cogs", "costs", "variances"):
        if "amount" in one:
            kind = one.get("kind", one["type"])
            sums[one["source_id"], kind] += Decimal(one["amount"])
    for row in RECORDS.strip().splitlines():
        event, _, wanted = row.partition(": ")
        found = {kind: amount for (source, kind), amount in sums.items() if source == event}
        pairs = (pair.rsplit(" ", 1) for pair in wanted.split(", "))
        assert found.items() >= {kind: Decimal(amount) for kind, amount in pairs}.items(), event


def test_a_build_goes_across_partitions(played: Played) -> None:
    assert len({played.places[sku] for sku in ("box", "bag", "kit")}) > 1
    (without,) = [
        one
        for one in played.records("costs")
        if one["type"] == "produced" and one["source_id"] == "kit without"
    ]
    assert without["refused_components"] == ["strict"]


def test_a_cost_that_is_not_known_is_asked_for(played: Played) -> None:
    (asked,) = [one for one in played.records("variances") if one["type"] == "cost_needed"]
    assert (asked["sku"], asked["assumed_unit_cost"]) == ("asked", "2.00")


def test_every_refusal_says_why(played: Played) -> None:
    found = {one["source_id"]: one["code"] for one in played.records("rejections")}
    numbered = {f"refused {code}": code for code in (100, 101, 102, 103, 105, 106, 107)}
    assert found == numbered | {"kit without": 102, "late sold": 104}


def test_a_journal_is_held_until_it_has_its_accounts(played: Played) -> None:
    journals = played.records("journals")
    held, released = [one for one in journals if one["source_id"] == "held sold"]
    assert (held["status"], held["lines"][0]["account"]) == ("held", None)
    assert (released["status"], released["lines"][0]["account"]) == ("ready", "5000")
    assert released["releases"] == held["id"]
    assert held["posting_date"] == released["posting_date"] == "2026-10-03"


def test_the_inventory_account_is_the_value_on_hand(played: Played) -> None:
    account: dict[str, Decimal] = defaultdict(Decimal)
    for journal in played.records("journals"):
        if "releases" not in journal:
            for line in journal["lines"]:
                if line["role"] == "inventory":
                    account[journal["sku"]] += Decimal(line["debit"]) - Decimal(line["credit"])
    for one in played.last("snapshots"):
        assert abs(account[one["sku"]] - Decimal(one["value"])) < Decimal("0.01"), one["sku"]


@pytest.mark.parametrize("topic", EVENT_TOPICS)
def test_a_replay_of_the_events_gives_the_same_bytes(played: Played, topic: str) -> None:
    assert by_sku(played.live[topic]) == by_sku(played.expected[topic])


@pytest.mark.parametrize("topic", COMPACTED)
def test_a_replay_of_the_events_ends_in_the_same_state(played: Played, topic: str) -> None:
    live = latest(played.live[topic])
    assert set(played.expected[topic]) <= set(live)


@pytest.fixture(scope="module")
def replayed(played: Played) -> Path:
    dump = ullage(played.directory, "tail", "movements", "--from-start")
    (played.directory / "log.jsonl").write_bytes(dump)
    ullage(played.directory, "replay", "--log", "log.jsonl", "--out", "replayed")
    return played.directory / "replayed"


@pytest.mark.parametrize("topic", ["ledger", "cogs", "costs", "variances", "journals"])
def test_a_replay_of_the_log_gives_the_same_bytes(
    played: Played, replayed: Path, topic: str
) -> None:
    assert by_sku(written(replayed, [topic])[topic]) == by_sku(played.live[topic])


def test_the_database_has_it_all_and_nothing_is_wrong(played: Played) -> None:
    assert b"nothing wrong" in ullage(played.directory, "check")


@pytest.mark.parametrize("sku", ["late", "euro", "kit", "wac-A", "soft"])
def test_each_amount_is_explained_to_the_last_cent(played: Played, sku: str) -> None:
    records = [
        one["id"] for one in played.records("cogs", "costs", "journals") if one["sku"] == sku
    ]
    for what in (records[0], records[-1]):
        told = ullage(played.directory, "explain", what).decode()
        assert "difference 0.00" in told
        assert "unexplained" not in told


@pytest.mark.parametrize(
    ("what", "reached"),
    [
        ("L", ["2.80  in late cost of receipt euro-R", "4.20  in stock of euro"]),
        (
            "true-R1",
            ["28.00  in cogs of order true-O", "-12.00  in late cost of receipt true-R1"],
        ),
    ],
)
def test_what_a_charge_or_a_receipt_reached(
    played: Played, what: str, reached: list[str]
) -> None:
    told = ullage(played.directory, "explain", what).decode()
    assert "difference 0.00" in told
    since = told.partition("since then")[2]
    for words in reached:
        assert words in since


@pytest.mark.parametrize("options", [[], ["--daily"]])
def test_beancount_takes_the_journals(played: Played, options: list[str]) -> None:
    told = ullage(played.directory, "report", "journals", "--format", "beancount", *options)
    entries, errors, _ = loader.load_string(told.decode())
    assert errors == []
    balances: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            balances[posting.account] += posting.units.number
    # What is off is not posted: the 53.00 of the goods that do not diminish.
    value = sum(Decimal(one["value"]) for one in played.last("snapshots"))
    inventory = sum(of for name, of in balances.items() if name.startswith("Assets:Inventory"))
    assert abs(inventory - 53 - value) < Decimal("0.05")
    assert balances["Assets:Work-In-Progress"] == 0
    assert sum(balances.values()) == 0
