"""What `replay` gives back on `rejections` can be played again when its cause is gone."""

from pathlib import Path

import pytest

from tests.cli.jsonl import read, write
from tests.processors.events import Json
from tests.processors.refusals import REFUSALS, Refusal
from ullage.cli import results
from ullage.cli.replay import replay


def played(directory: Path, *events: Json) -> tuple[list[Json], dict[str, Json]]:
    """The rejections, and each SKU's last snapshot."""
    directory.mkdir()
    file, out = directory / "events.jsonl", directory / "out"
    write(file, *events)
    with results.to_directory(out, [file], movements=True) as take:
        replay([file], take)
    snapshots = {str(one["sku"]): one for one in read(out / "snapshots.jsonl")}
    return read(out / "rejections.jsonl"), snapshots


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_rejections_are_played_again(tmp_path: Path, refusal: Refusal) -> None:
    refused, _ = played(tmp_path / "first", *refusal.before, refusal.event)
    of_event = [one for one in refused if one["source_id"] == refusal.event["id"]]
    given_back = [one["event"] for one in of_event if isinstance(one["event"], dict)]
    assert len(given_back) == refusal.refused
    so_far = (*refusal.before, refusal.event, *refusal.cure)
    still, books = played(tmp_path / "again", *so_far, *given_back, *given_back)
    assert still == refused
    _, by_whole = played(tmp_path / "whole", *so_far, refusal.event)
    assert books == by_whole
    _, without = played(tmp_path / "without", *so_far)
    assert books != without
