"""Reports in three forms; `check` proves the books and looks at the producers' partitioner."""

import csv
import io
import json
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from confluent_kafka import Producer
from kafka.partitioner import murmur2
from rich.console import Console

from ullage.cli.admin import migrate
from ullage.cli.report import show, table
from ullage.sink.reports import Report

REPORT = Report(
    ("sku", "warehouse", "on_hand", "value", "average_cost", "negative", "flags"),
    [
        ("12345", None, Decimal("1500.500000"), Decimal("-0.004999"), None, True, ["negative"]),
        ("12345", "lyon", Decimal("1500.5"), Decimal("7"), Decimal("1.234567"), False, []),
        ("b,c", None, Decimal("1E+3"), Decimal("1234.565"), Decimal("0.1"), False, []),
    ],
)


@pytest.fixture
def database(fresh_database: str) -> str:
    migrate(fresh_database)
    return fresh_database


def test_csv_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    show("valuation", REPORT, "csv")
    header, first, second, third = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == list(REPORT.columns)
    assert first == ["12345", "", "1500.5", "-0.004999", "", "yes", "negative"]
    assert second[2:5] == ["1500.5", "7.00", "1.234567"]
    assert third[:5] == ["b,c", "", "1000", "1234.565", "0.10"]


def test_json_has_decimals_as_strings(capsys: pytest.CaptureFixture[str]) -> None:
    show("valuation", REPORT, "json")
    first, second, _ = json.loads(capsys.readouterr().out)
    assert first["value"] == "-0.004999"
    assert first["average_cost"] is None
    assert (first["negative"], first["flags"]) == (True, ["negative"])
    assert (second["sku"], second["value"]) == ("12345", "7.00")


def test_a_table_is_to_the_cent_and_adds_up_each_sku_once() -> None:
    console = Console(width=200)
    with console.capture() as shown:
        console.print(table("valuation", REPORT))
    lines = [line.split() for line in shown.get().splitlines()]
    assert ["12345", "1,500.5", "-0.00", "yes", "negative"] in lines
    assert ["12345", "lyon", "1,500.5", "7.00", "1.234567"] in lines
    assert ["1,234.56"] in lines  # -0.004999 + 1234.565, and the row of a warehouse left out


def test_wrong_filters_are_wrong_use(ullage, database: str) -> None:
    refused = ullage("report", "stock", "--from", "2026-10-01", database=database)
    assert refused.returncode == 2
    assert b"takes no dates" in refused.stderr


@pytest.mark.parametrize(
    "report",
    [
        "valuation", "cogs", "cogs --by week", "variances", "variances --costs", "ledger",
        "stock", "journals", "journals --daily",
    ],
)  # fmt: skip
def test_every_report_runs_on_empty_books(ullage, database: str, report: str) -> None:
    found = ullage("report", *report.split(), "--format", "json", database=database)
    assert (found.returncode, json.loads(found.stdout)) == (0, [])


def test_without_tables_it_says_what_to_do(ullage, fresh_database: str) -> None:
    refused = ullage("report", "valuation", database=fresh_database)
    assert refused.returncode == 1
    assert b"`ullage migrate`" in refused.stderr
    assert b"Traceback" not in refused.stderr


def test_check_finds_a_producer_with_another_partitioner(
    ullage, topics: str, database: str
) -> None:
    _produce_with(topics, "manufacturing", lambda key: _murmur2(key))
    healthy = ullage("check", kafka=topics, database=database)
    assert healthy.returncode == 0, healthy.stderr
    _produce_with(topics, "manufacturing", lambda key: (_murmur2(key) + 1) % 3)
    found = ullage("check", kafka=topics, database=database)
    assert found.returncode == 1
    assert b"manufacturing: 5 of " in found.stderr
    assert b"partitioner=murmur2_random" in found.stderr


def _murmur2(key: bytes) -> int:
    partition: int = (murmur2(key) & 0x7FFFFFFF) % 3
    return partition


def _produce_with(bootstrap: str, topic: str, partitioner: Callable[[bytes], int]) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    for _ in range(5):
        key = uuid.uuid4().hex.encode()
        producer.produce(topic, b"{}", key, partition=partitioner(key))
    assert producer.flush(30) == 0
