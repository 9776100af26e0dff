"""`ullage replay`: the books of a file of events, or of a dump of the log, without a broker."""

import json
from collections import Counter
from errno import ENOSPC
from io import BytesIO
from pathlib import Path

import pytest

from tests.cli.jsonl import lines, read, write
from tests.processors.events import Json, example
from ullage import topics
from ullage.cli import results
from ullage.cli.failure import Refused
from ullage.step import Output

OUTPUTS = {f"{topic.name}.jsonl" for topic in topics.OUTPUTS}
OLD = b"of an earlier run\n"


def test_events_become_movements_and_all_outputs_of_the_ledger(ullage, tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", example("receipt"), example("sale"))
    done = ullage("replay", "events.jsonl", "--out", "out")
    assert (done.returncode, done.stdout) == (0, b"")
    assert _names(tmp_path / "out") == OUTPUTS | {"movements.jsonl"}
    types = [movement["type"] for movement in read(tmp_path / "out" / "movements.jsonl")]
    assert types == ["receipt", "receipt", "receipt", "sale"]
    assert [sale["amount"] for sale in read(tmp_path / "out" / "cogs.jsonl")] == ["50.00"]


def test_without_a_directory_each_line_tells_its_topic(ullage) -> None:
    events = lines(example("receipt"), example("sale"), b"no json")
    done = ullage("replay", "-", said=events)
    assert done.returncode == 0
    shown = Counter(json.loads(line)["topic"] for line in done.stdout.splitlines())
    assert shown["ledger"] == 4
    assert shown["cogs"] == shown["dead-letters"] == 1
    assert "movements" not in shown


def test_a_dump_is_replayed_into_its_own_directory(ullage, tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", example("receipt"), example("sale"))
    assert ullage("replay", "events.jsonl", "--out", "out").returncode == 0
    first = _contents(tmp_path / "out")
    done = ullage("replay", "--log", "out/movements.jsonl", "--out", "out")
    assert done.returncode == 0
    assert b"4 ledger\n" in done.stderr
    assert _contents(tmp_path / "out") == first


def test_a_file_that_is_read_is_never_replaced(ullage, tmp_path: Path) -> None:
    write(tmp_path / "movements.jsonl", example("receipt"))
    before = _contents(tmp_path)
    refused = ullage("replay", "./movements.jsonl", "--out", ".")
    assert refused.returncode == 1
    assert refused.stderr == (
        b"ullage: movements.jsonl is read, and would be replaced; give another --out\n"
    )
    assert _contents(tmp_path) == before


@pytest.mark.parametrize("time", ["bad", 17, "2026-10-05T09:55:00", "2300-01-01T00:00Z"])
@pytest.mark.parametrize("out", [(), ("--out", "out")])
def test_a_recorded_at_that_is_no_time_stops_the_run(
    ullage, tmp_path: Path, time: object, out: tuple[str, ...]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cogs.jsonl").write_bytes(OLD)
    wrong = example("sale", recorded_at=time)
    write(tmp_path / "events.jsonl", example("receipt"), b"", wrong)
    refused = ullage("replay", "events.jsonl", *out)
    assert (refused.returncode, refused.stdout) == (1, b"")
    said = refused.stderr.decode()
    assert said.startswith("ullage: events.jsonl, line 3: recorded_at must be a time with")
    assert said.endswith("; nothing was written\n")
    assert _contents(tmp_path / "out") == {"cogs.jsonl": OLD}


@pytest.mark.parametrize(
    ("dump", "said"),
    [
        ([example("sale")], "1 line is no movement (the first: line 1)"),
        ([b"", b"no json", b"{}", b"[]"], "3 lines are no movements (the first: line 2)"),
    ],
)
@pytest.mark.parametrize("out", [(), ("--out", "out")])
def test_a_file_that_is_no_dump_is_refused(
    ullage, tmp_path: Path, dump: list[Json | bytes], said: str, out: tuple[str, ...]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cogs.jsonl").write_bytes(OLD)
    write(tmp_path / "dump.jsonl", *dump)
    refused = ullage("replay", "--log", "dump.jsonl", *out)
    assert (refused.returncode, refused.stdout) == (1, b"")
    asked = "is it a dump of the topic movements? Nothing was written"
    assert refused.stderr.decode() == f"ullage: dump.jsonl: {said}; {asked}\n"
    assert _contents(tmp_path / "out") == {"cogs.jsonl": OLD}


def test_one_line_of_a_dump_that_is_no_movement_is_named(ullage, tmp_path: Path) -> None:
    write(tmp_path / "events.jsonl", example("receipt"))
    assert ullage("replay", "events.jsonl", "--out", "out").returncode == 0
    dump = (tmp_path / "out" / "movements.jsonl").read_bytes() + b"cut of"
    refused = ullage("replay", "--log", "-", said=dump)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"ullage: -: 1 line is no movement (the first: line 4); " in refused.stderr


def test_what_the_ledger_refuses_of_a_dump_is_an_output(ullage, tmp_path: Path) -> None:
    strict = example("item", negative_stock="reject")
    write(tmp_path / "events.jsonl", strict, example("sale"))
    assert ullage("replay", "events.jsonl", "--out", "out").returncode == 0
    done = ullage("replay", "--log", "out/movements.jsonl", "--out", "out")
    assert done.returncode == 0
    assert len(read(tmp_path / "out" / "rejections.jsonl")) == 1


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("file", "is a file; --out takes a directory"),
        ("file/under", "cannot be written: Not a directory"),
        ("/proc/ullage", "cannot be written: "),
    ],
)
def test_a_place_that_cannot_be_written_is_said(
    ullage, tmp_path: Path, out: str, said: str
) -> None:
    (tmp_path / "file").write_bytes(OLD)
    refused = ullage("replay", "-", "--out", out, said=lines(example("sale")))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"ullage: {out} {said}".encode())
    assert refused.stderr.count(b"\n") == 1


def test_a_directory_in_the_place_of_a_topic_replaces_nothing(ullage, tmp_path: Path) -> None:
    (tmp_path / "out" / "snapshots.jsonl").mkdir(parents=True)
    (tmp_path / "out" / "cogs.jsonl").write_bytes(OLD)
    refused = ullage("replay", "-", "--out", "out", said=lines(example("sale")))
    assert refused.returncode == 1
    assert b"ullage: out/snapshots.jsonl is a directory; " in refused.stderr
    assert (tmp_path / "out" / "cogs.jsonl").read_bytes() == OLD
    assert _names(tmp_path / "out") == {"snapshots.jsonl", "cogs.jsonl"}


def test_a_stream_that_takes_nothing_is_said() -> None:
    class Full(BytesIO):
        def write(self, content: object) -> int:
            raise OSError(ENOSPC, "No space left on device")

    def fill() -> None:
        with results.to_stream(Full()) as take:
            take(Output("cogs", b"A", b"{}"))

    with pytest.raises(Refused, match="the results cannot be written: No space left"):
        fill()


def test_drafts_are_gone_when_a_run_breaks_off(tmp_path: Path) -> None:
    (tmp_path / "cogs.jsonl").write_bytes(OLD)

    def break_off() -> None:
        with results.to_directory(tmp_path, [], movements=True) as take:
            take(Output("cogs", b"A", b"{}"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert _contents(tmp_path) == {"cogs.jsonl": OLD}


@pytest.mark.parametrize("source", ["absent.jsonl", "."])
@pytest.mark.parametrize("option", [(), ("--log",)])
def test_a_file_that_cannot_be_read_is_said(ullage, source: str, option: tuple[str]) -> None:
    refused = ullage("replay", *option, source, "--out", "out")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"ullage: {source} cannot be read: ".encode())


def _contents(directory: Path) -> dict[str, bytes]:
    return {place.name: place.read_bytes() for place in directory.iterdir()}


def _names(directory: Path) -> set[str]:
    return {place.name for place in directory.iterdir()}
