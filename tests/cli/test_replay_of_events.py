"""`ullage replay`: where each event goes, when it counts as recorded, and what is refused."""

from pathlib import Path

import pytest

from tests.cli.jsonl import read, write
from tests.processors.events import Json, example
from ullage import topics
from ullage.cli import records, results
from ullage.cli.failure import Refused
from ullage.cli.replay import replay

NO_TIMES = [
    "2300-01-01T00:00:00Z",
    "1969-12-31T00:00:00Z",
    "2027-01-01T00:00:00",
    "bad",
    5,
    ...,
]
"""What an event may claim as a time, and the contract does not take; `...`: nothing."""


def test_a_line_is_recorded_when_it_says_or_at_the_latest_event_so_far(tmp_path: Path) -> None:
    assert _recorded(
        tmp_path,
        example("sale", effective_at="2026-10-05T10:00:00Z"),
        example("sale", effective_at="2026-10-05T09:00:00Z"),
        example("sale", recorded_at="2026-10-07T00:00:00+02:00"),
        example("sale", recorded_at=None, effective_at="2026-10-05T11:00:00Z"),
    ) == ["2026-10-05T10:00:00Z"] * 2 + ["2026-10-06T22:00:00Z", "2026-10-05T11:00:00Z"]


@pytest.mark.parametrize("wrong", NO_TIMES)
def test_a_date_that_the_contract_refuses_does_not_count(tmp_path: Path, wrong: object) -> None:
    outputs = _replayed(
        tmp_path,
        example("sale", id="1", effective_at="2026-10-05T10:00:00Z"),
        example("sale", id="2", effective_at=wrong),
        example("sale", id="3", effective_at="2026-10-05T09:00:00Z"),
    )
    assert [(sale["source_id"], sale["recorded_at"]) for sale in outputs["movements"]] == [
        ("1", "2026-10-05T10:00:00Z"),
        ("3", "2026-10-05T10:00:00Z"),
    ]
    (rejection,) = outputs["rejections"]
    assert "effective_at " in str(rejection["message"])
    assert rejection["recorded_at"] == "2026-10-05T10:00:00Z"


def test_nothing_is_recorded_before_it_happened(tmp_path: Path) -> None:
    """Records have milliseconds: what is finer is rounded up, said or found."""
    assert _recorded(
        tmp_path,
        example("sale", effective_at="2026-10-05T10:00:00.123456Z"),
        example("sale", effective_at="2026-10-05T10:00:00.124Z"),
        example("sale", recorded_at="2026-10-05T10:00:00.999001Z"),
        example("sale", effective_at="2199-12-31T23:59:59.999999Z"),
        example("sale"),
    ) == [
        "2026-10-05T10:00:00.124000Z",
        "2026-10-05T10:00:00.124000Z",
        "2026-10-05T10:00:01Z",
        "2199-12-31T23:59:59.999000Z",
        "2199-12-31T23:59:59.999000Z",
    ]


@pytest.mark.parametrize("kind", [*topics.TOPIC_OF_TYPE])
def test_a_line_goes_to_the_topic_and_under_the_key_of_its_type(
    tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "events.jsonl"
    write(file, example(kind))
    (record,) = records.of_events([file])
    assert record.topic == topics.TOPIC_OF_TYPE[kind].name
    field = topics.key_of(kind)
    assert record.key == str(example(kind).get(field, field)).encode()


@pytest.mark.parametrize(
    ("kind", "field"), [("sale", "sku"), ("receipt", "shipment_id"), ("sale", "order_id")]
)
def test_an_event_without_its_key_is_told_which_field_it_lacks(
    tmp_path: Path, kind: str, field: str
) -> None:
    for wrong, rule in ((..., "is missing"), (5, "must be text; it is 5"), (None, "is null")):
        outputs = _replayed(tmp_path, example(kind, **{field: wrong}))
        (rejection,) = outputs["rejections"]
        message = str(rejection["message"])
        assert message.startswith(f"The {kind} is not valid: {field} ")
        assert message.endswith(f"{rule}.")
        assert "movements" not in outputs


def test_a_type_that_is_not_known_is_refused_as_such(tmp_path: Path) -> None:
    outputs = _replayed(tmp_path, example("sale") | {"type": "sail"}, example("sale"))
    (rejection,) = outputs["rejections"]
    assert str(rejection["message"]).startswith('The type of the event is "sail"; it must be')
    assert len(outputs["movements"]) == 1


@pytest.mark.parametrize("line", [b"no json", b"\xff", b"[1]", b'{"type": "sale"}', b"\0"])
def test_a_dead_letter_tells_the_file_and_the_line(tmp_path: Path, line: bytes) -> None:
    outputs = _replayed(tmp_path, example("sale"), b"", line)
    (letter,) = outputs["dead-letters"]
    headers = letter["headers"]
    assert isinstance(headers, dict)
    assert headers["source_topic"] == str(tmp_path / "events.jsonl")
    assert headers["source_offset"] == "3"
    assert len(outputs["movements"]) == 1


def test_a_recorded_at_out_of_range_is_told_the_range(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    write(file, example("sale", recorded_at="2300-01-01T00:00:00Z"))
    with pytest.raises(Refused, match="line 1: recorded_at must lie in the years 1970 to 2199"):
        replay([file], lambda output: None)


def _recorded(directory: Path, *events: Json) -> list[object]:
    """When each of the events was recorded, by the log."""
    numbered = [event | {"id": str(number)} for number, event in enumerate(events)]
    return [event["recorded_at"] for event in _replayed(directory, *numbered)["movements"]]


def _replayed(directory: Path, *lines: Json | bytes) -> dict[str, list[Json]]:
    """What is written of the lines, by topic."""
    file = directory / "events.jsonl"
    write(file, *lines)
    out = directory / "out"
    with results.to_directory(out, [file], movements=True) as take:
        replay([file], take)
    return {place.stem: read(place) for place in out.iterdir() if place.stat().st_size}
