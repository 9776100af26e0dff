"""The first thing a newcomer does: `ullage demo`, and what it says is found in the books."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

STORY = """
receive 200 @ 3.00        | 200@3        | 200 | 200 | -
sell 10                   | 190@3        | 190 | 190 | -
pull 188                  | 190@3        | 190 | 188 | -2 (opened)
receive 200 @ 2.00        | 190@3, 200@2 | 390 | 388 | -2
pull 188 (warehouse lags) | 190@3, 200@2 | 390 | 188 | -202 (changed)
pull 388                  | 190@3, 200@2 | 390 | 388 | -2 (changed)
defective report 2        | 188@3, 200@2 | 388 | 388 | 0 (resolved); write-off 6.00
pull 388                  | 188@3, 200@2 | 388 | 388 | 0
"""


class Demo(NamedTuple):
    """A demo that has played and still runs, and what it printed."""

    directory: Path
    printed: str
    process: "subprocess.Popen[str]"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    directory = tmp_path_factory.mktemp("journey")
    process = subprocess.Popen(
        [sys.executable, "-m", "ullage.cli", "demo"],
        cwd=directory,
        env=_bare_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl-C stops it." in line:
                break
        else:
            pytest.fail(f"the demo ended:\n{printed}")
        yield Demo(directory, printed, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_the_story_has_every_value_of_the_page(demo: Demo) -> None:
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in demo.printed.splitlines()
    ]
    for line in STORY.strip().splitlines():
        assert [cell.strip() for cell in line.split("|")] in rows
    assert "every value is the one it must be" in demo.printed


def test_it_shows_the_reports_and_proves_the_books(demo: Demo) -> None:
    for shown in (
        "report valuation",
        "report cogs --by week",
        "report variances",
        "report journals --daily",
        "explain shop-kit-04",
    ):
        assert f"ullage {shown}" in demo.printed
    assert "difference 0.00" in demo.printed
    assert "nothing wrong" in demo.printed
    _said(demo, "check")


def test_reports_agree_with_each_other(demo: Demo) -> None:
    sums = {
        period: sum(Decimal(row["total"]) for row in _csv(demo, "cogs", "--by", period))
        for period in ("day", "week", "month")
    }
    assert len(set(sums.values())) == 1
    assert sums["day"] > 0
    valuation = _csv(demo, "valuation")
    whole = sum(Decimal(row["value"]) for row in valuation if not row["warehouse"])
    assert whole == sum(Decimal(row["value"]) for row in valuation if row["warehouse"])
    assert len({row["sku"] for row in valuation}) == 42


def test_the_month_has_all_that_the_accounting_knows(demo: Demo) -> None:
    said = [
        json.loads(line)
        for topic in ("cogs", "costs", "variances")
        for line in _said(demo, "tail", topic, "--from-start").splitlines()
    ]
    assert {one.get("kind", one["type"]) for one in said} >= {
        "received", "landed", "late_cost", "cogs_reversal", "purchase_returned",
        "return_difference", "consumed", "produced", "cost_needed",
    }  # fmt: skip
    whole = _said(demo, "explain", "shop-kit-04").decode()
    for part in (
        "cogs of order shop-kit-04",
        "produced of order",
        " by unit, on receipt shop-",
        "overhead",
    ):
        assert part in whole


@pytest.fixture(scope="module")
def replayed(demo: Demo) -> Path:
    """What `replay` makes of a dump of the log, one file a topic."""
    dump = demo.directory / "movements.jsonl"
    dump.write_bytes(_said(demo, "tail", "movements", "--from-start"))
    _said(demo, "replay", "--log", dump.name, "--out", "out")
    return demo.directory / "out"


@pytest.mark.parametrize("topic", ["ledger", "cogs", "costs", "variances", "journals"])
def test_replaying_the_log_gives_the_same_bytes(demo: Demo, replayed: Path, topic: str) -> None:
    live = _said(demo, "tail", topic, "--from-start").splitlines()
    assert live
    assert sorted((replayed / f"{topic}.jsonl").read_bytes().splitlines()) == sorted(live)


def test_the_last_snapshots_of_a_replay_are_the_live_ones(demo: Demo, replayed: Path) -> None:
    live = _latest(_said(demo, "tail", "snapshots", "--from-start"))
    assert len(live) == 42
    assert _latest((replayed / "snapshots.jsonl").read_bytes()) == live


def test_it_stops_in_order_and_a_second_play_adds_a_story_only(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(timeout=120) == 0
    assert not (demo.directory / ".ullage" / "env").exists()
    again = _ullage(demo, "demo", "--exit")
    assert again.returncode == 0, again.stderr
    assert b"The month was played here before; nothing was sent again." in again.stdout
    assert b"every value is the one it must be" in again.stdout
    assert b"largest of 43" in again.stdout


def _ullage(demo: Demo, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "ullage.cli", *arguments],
        cwd=demo.directory,
        env=_bare_environment(),
        capture_output=True,
        timeout=240,
        check=False,
    )


def _said(demo: Demo, *arguments: str) -> bytes:
    """What a command printed that did what it was asked for."""
    done = _ullage(demo, *arguments)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def _csv(demo: Demo, *report: str) -> list[dict[str, str]]:
    found = _said(demo, "report", *report, "--format", "csv")
    return list(csv.DictReader(found.decode().splitlines()))


def _latest(lines: bytes) -> dict[str, object]:
    """The last value of each SKU, as compaction would leave it."""
    return {record["sku"]: record for record in map(json.loads, lines.splitlines())}


def _bare_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ULLAGE_")}
