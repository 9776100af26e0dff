"""Opening balances: shown first, sent when asked, and never twice."""

import json
import uuid
from datetime import datetime
from pathlib import Path

import pytest

from ullage.cli import balances
from ullage.cli.balances import Balances

AT = datetime.fromisoformat("2026-10-01T00:00:00Z")
HEADER = "sku,warehouse,quantity,unit_cost,value,effective_at,reason\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "balances.csv"


def read(file: Path, text: str, at: datetime | None = AT) -> Balances:
    file.write_text(text, encoding="utf-8")
    return balances.of_file(file, at)


def test_a_unit_cost_or_a_value_makes_an_adjustment_of_both(file: Path) -> None:
    found = read(
        file, HEADER + "A,Oslo,3,1.333333,,,\nB,Oslo,1.5,,10,2026-09-30T22:00:00Z,count\n"
    )
    first, second = (balance.event for balance in found.found)
    assert (str(first.quantity), str(first.value)) == ("3", "3.999999")
    assert json.loads(found.found[0].as_json()) == {
        "type": "adjustment",
        "id": first.id,
        "source": "ullage-import",
        "effective_at": "2026-10-01T00:00:00Z",
        "sku": "A",
        "warehouse": "Oslo",
        "mode": "quantity_and_value",
        "quantity": "3",
        "value": "3.999999",
        "reason": "opening balance",
    }
    assert (str(second.value), second.reason) == ("10", "count")
    assert second.effective_at.isoformat() == "2026-09-30T22:00:00+00:00"


def test_a_value_of_many_digits_is_exact_to_a_millionth(file: Path) -> None:
    found = read(file, "sku,warehouse,quantity,unit_cost\nA,Oslo,123456.789,1234567.891234\n")
    assert str(found.found[0].value) == "152415787654.250888"


def test_no_value_leaves_the_cost_to_the_item(file: Path) -> None:
    found = read(file, "sku,warehouse,quantity,value\nA,Oslo,3,0\n")
    assert json.loads(found.found[0].as_json())["mode"] == "quantity"
    assert "value" not in json.loads(found.found[0].as_json())


def test_spreadsheets_are_read(file: Path) -> None:
    """A mark at the file's begin, semicolons, names in capitals, columns of their own."""
    lines = (
        "\ufeffName;SKU;Warehouse;Quantity;Value",
        "Tea;A;Oslo;3;4.50",
        ";;;;",
        "No;B;Oslo;0;",
    )
    found = read(file, "\r\n".join(lines))
    assert [balance.event.sku for balance in found.found] == ["A"]
    assert (found.empty, found.unused, found.wrong) == (1, ["name"], [])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("A,Oslo,x,1,,,", 'has the quantity "x"; it must be a number'),
        ("A,Oslo,3,,,,", "has neither unit_cost nor value; give one of them"),
        ("A,Oslo,3,1,3,,", "has both unit_cost and value; give one of them"),
        ("A,Oslo,3,-1,,,", "has a negative unit_cost, -1; it must be 0 or more"),
        ("A,Oslo,-3,1,,,", "has a quantity of -3 and a value of -3; what is on hand must be"),
        ("A,Oslo,0,,5,,", "has a quantity of 0 and a value of 5; what is on hand must be"),
        (",Oslo,3,1,,,", "cannot be imported: sku must not be empty"),
        ("A,Oslo,3,1,,yesterday,", 'has the effective_at "yesterday"; it must be a time'),
        ("A,Oslo,999999999999,999999999999,,,", "cannot be imported: value must have at most"),
        ("Z,Oslo,1,1,,,", "has the same SKU, warehouse and time as line 2"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(file: Path, line: str, sentence: str) -> None:
    found = read(file, f"{HEADER}Z,Oslo,3,1,,,\n{line}\n")
    assert len(found.found) == 1
    [said] = found.wrong
    assert said.startswith("balances.csv, line 3 " + sentence)


def test_a_balance_needs_a_time(file: Path) -> None:
    [said] = read(file, "sku,warehouse,quantity,value\nA,Oslo,3,1\n", at=None).wrong
    assert "with --at 2026-10-01T00:00:00Z" in said


def test_an_id_is_of_the_place_and_the_time(file: Path) -> None:
    """Other figures are the same event changed: it is refused, not added to the first."""
    first, other, later = (
        read(file, HEADER + f"A,Oslo,{line},\n").found[0].event.id
        for line in ("3,1,,", "4,1,,", "3,1,,2026-10-02T00:00:00Z")
    )
    assert first == other != later


def test_a_preview_sends_nothing(ullage, file: Path) -> None:
    file.write_text(HEADER + "[b]A[/],Oslo,1500,2.5,,,\nB,Oslo,1,0,,,\n")
    shown = ullage("import", "balances.csv", "--at", "2026-10-01T00:00:00Z")
    assert shown.returncode == 0, shown.stderr
    said = shown.stdout.decode()
    row = said.splitlines()[3].split()
    assert row[:6] == ["2", "[b]A[/]", "Oslo", "1500", "2.50", "3,750.00"]
    assert "nothing was sent" in said
    assert "1 lines of no value come in at the item's standard cost" in said


@pytest.mark.parametrize(
    ("text", "arguments", "status", "sentence"),
    [
        (HEADER + "A,Oslo,3,1,,,\nB,Oslo,x,1,,,\n", [], 1, "line 3 has the quantity"),
        ("sku,quantity,value\n", [], 1, "it lacks warehouse"),
        ("sku,warehouse,quantity\n", [], 1, "it lacks unit_cost or value"),
        ("", [], 1, "it lacks sku, warehouse, quantity"),
        (HEADER, ["--at", "now"], 2, '--at is "now"; it must be a time'),
    ],
)
def test_what_cannot_be_imported(
    ullage, file: Path, text: str, arguments: list[str], status: int, sentence: str
) -> None:
    file.write_text(text)
    refused = ullage("import", "balances.csv", "--apply", *arguments)
    assert refused.returncode == status
    assert sentence in refused.stderr.decode()
    assert b"Traceback" not in refused.stderr


def test_a_file_that_is_not_there(ullage) -> None:
    refused = ullage("import", "absent.csv")
    assert (refused.returncode, b"absent.csv cannot be read" in refused.stderr) == (1, True)


def test_applied_twice_the_books_are_the_same(ullage, topics: str, file: Path) -> None:
    sku = f"SKU-{uuid.uuid4().hex}"
    file.write_text(f"sku,warehouse,quantity,value\n{sku},Oslo,3,10\n")
    for _ in range(2):
        sent = ullage(
            "import", "balances.csv", "--apply", "--at", "2026-10-01T00:00:00Z", kafka=topics
        )
        assert sent.returncode == 0, sent.stderr
    told = ullage("tail", "inventory", "--from-start", kafka=topics).stdout.splitlines()
    events = [line for line in told if sku.encode() in line]
    assert len(events) == 2
    replayed = ullage("replay", "-", said=b"\n".join(events))
    [snapshot] = [
        json.loads(line) for line in replayed.stdout.splitlines() if b'"snapshots"' in line
    ]
    assert (snapshot["on_hand"], snapshot["value"], snapshot["sequence"]) == ("3", "10.00", 1)
