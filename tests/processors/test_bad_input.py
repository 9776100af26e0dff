"""Bad input: said in a sentence, published whole, and the next record is taken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processors.events import EXAMPLES, Json, example, header, record, run
from ullage import topics
from ullage.processors.builds.step import Builds
from ullage.processors.intake import Intake
from ullage.processors.refuse import dead_letter
from ullage.processors.shipments.step import Shipments
from ullage.step import Output, Record, Step
from ullage_schemas.outputs import Rejection

NO_NUMBER = "quantity must be a number or a decimal string like 12.50; it is "
TOO_LARGE = "quantity must have at most 12 digits before the point; it is "

STEPS: dict[str, Step] = {"purchasing": Shipments(), "manufacturing": Builds()}
"""Who takes a document that intake lets pass."""
SCALARS = st.none() | st.booleans() | st.text() | st.integers() | st.floats(allow_nan=False)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def rejected(bad: Record) -> Json:
    """The rejection of a record, after which the next is taken."""
    said = run(Intake(), [bad, record(EXAMPLES["sale"])])
    (rejection,) = said.rejections
    assert said.dead_letters == []
    assert [movement["source_id"] for movement in said.movements] == ["sale-1"]
    assert said.occurrences[0].kind == "rejection"
    assert said.outputs[0].key == bad.key
    Rejection.model_validate_json(said.outputs[0].value or b"")
    assert (rejection["code"], rejection["name"]) == (100, "invalid_event")
    assert rejection["event"] == json.loads(bad.value or b"")
    return rejection


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"type": "refund"}, 'The type of the event is "refund"; it must be one of item, '),
        ({"type": 5}, "The type of the event is no text; it must be one of item, "),
        ({"type": ...}, "The type of the event is no text; it must be one of item, "),
        ({"quantity": ...}, "The sale is not valid: quantity is missing."),
        ({"quantity": None}, NO_NUMBER + "null."),
        ({"quantity": True}, NO_NUMBER + "true."),
        ({"quantity": [1]}, NO_NUMBER + "a list."),
        ({"quantity": "ten"}, NO_NUMBER + '"ten".'),
        ({"quantity": "NaN"}, NO_NUMBER + '"NaN".'),
        ({"quantity": "1e400"}, TOO_LARGE + '"1e400".'),
        ({"quantity": "1e999999999"}, TOO_LARGE),
        ({"quantity": "0." + "3" * 30}, "quantity must have at most 6 decimals; it is "),
        ({"quantity": -3}, "The sale is not valid: quantity must be greater than 0; it is -3."),
        ({"sku": ""}, 'sku must not be empty; it is "".'),
        ({"sku": "x" * 300}, "sku must have at most 64 characters; it is "),
        ({"sku": 5}, "sku must be text; it is 5."),
        ({"sku": "12345\x1f"}, "sku must be printable, without white space at either end"),
        ({"effective_at": "2026-10-05"}, "effective_at must be a time with an offset"),
        ({"effective_at": "2016-12-31T23:59:60Z"}, "effective_at is a leap second (:60)"),
        ({"order_id": {}, "line_id": 1}, "order_id must be text; it is an object; line_id "),
        (
            {"sku": 1, "warehouse": 1, "quantity": 0, "order_id": 1, "line_id": 1},
            "; and 2 more.",
        ),
    ],
)  # fmt: skip
def test_an_invalid_event_is_refused_with_a_sentence(changes: Json, sentence: str) -> None:
    rejection = rejected(record(json.dumps(example("sale", **changes)).encode()))
    assert sentence in str(rejection["message"])
    assert len(str(rejection["message"])) <= 1_000


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("item", {"method": "fefo"}, "method must be 'fifo', 'lifo' or 'wac'; it is \"fefo\"."),
        ("item", {"non_diminishing": "yes"}, 'must be true or false; it is "yes".'),
        ("transfer", {"to_warehouse": "A"}, "from_warehouse and to_warehouse must differ."),
        (
            "adjustment", {"mode": "value", "value": "1"},
            "quantity must be absent or 0 for mode value.",
        ),
        (
            "adjustment", {"mode": "quantity_and_value", "value": 1},
            "quantity and value must both go up or both go down.",
        ),
        ("adjustment", {"reason": "a\x00b"}, "reason must be text without control characters"),
    ],
)  # fmt: skip
def test_an_event_that_contradicts_itself_is_refused(
    kind: str, changes: Json, sentence: str
) -> None:
    assert sentence in str(rejected(record(example(kind, **changes)))["message"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"topic": "inventory"},
            "The type sale belongs on the topic sales; this came on inventory.",
        ),
        ({"key": None}, 'The record has no key; it must be "12345", its sku.'),
        ({"key": b"999"}, 'The record has the key "999"; it must be "12345", its sku.'),
        ({"key": b"\xff" * 500}, "(500 characters)"),
        (
            {"timestamp": -1},
            "The record's Kafka timestamp is -1; it must be a time",
        ),
        ({"timestamp": 1_791_194_100_000_000}, "in milliseconds since 1970."),
    ],
)
def test_a_record_out_of_place_is_refused(changes: Json, sentence: str) -> None:
    assert sentence in str(rejected(record(EXAMPLES["sale"], **changes))["message"])


def test_a_rejection_says_what_it_could_read() -> None:
    rejection = rejected(record(example("sale", quantity="0")))
    assert rejection["sku"] == "12345"
    assert rejection["effective_at"] == "2026-10-05T09:55:00Z"
    unread = rejected(record(example("sale", sku="", effective_at="soon"), key=b""))
    assert not {"sku", "effective_at"} & unread.keys()


def test_a_rejected_event_keeps_its_numbers_and_its_one_line() -> None:
    text = json.dumps(example("sale", quantity="-1"), indent=1)
    text = text.replace('"-1"', '"-1", "weight": 1.000000000000000000000000000000000001')
    (output,) = run(Intake(), [record(text.encode())]).outputs
    assert b"1.000000000000000000000000000000000001" in (output.value or b"")
    assert b"\n" not in (output.value or b"")


SALE = json.dumps(EXAMPLES["sale"]).encode()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "The record is a tombstone, without a value; an event was expected."),
        (b"", "The record is not JSON (line 1 column 0)."),
        (b"12345,A,188", "The record is not JSON (line 1 column 6)."),
        (SALE[:-1], "The record is not JSON (line 1 column"),
        (SALE + b"x", "The record is not JSON (line 1 column"),
        (b"[" + SALE + b"]", "The record is JSON, but no object; an event was expected."),
        (b"null", "The record is JSON, but no object; an event was expected."),
        (SALE.replace(b'"10"', b"NaN"), "The record is not JSON (line 1 column"),
        (SALE.replace(b'"10"', b"-Infinity"), "The record is not JSON (line 1 column"),
        (SALE.replace(b'"10"', b"9" * 5_000), "The JSON has a number too long to read"),
        (
            SALE.replace(b'"10"', b"1e" + b"9" * 30),
            "an exponent out of any range",
        ),
        (
            SALE.replace(b"{", b'{"id": "sale-2", '),
            "The JSON names a field twice (line 1 column",
        ),
        (SALE.replace(b"shop", b"\xff\xfe"), "The record is not UTF-8 (line 1 column"),
        (SALE.replace(b"shop", b"\\ud800"), "The record is not JSON (line 1 column"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "The JSON is nested too deeply (line 1"),
        (b"[" * 10_000_000, "The JSON is nested too deeply (line 1"),
        (b" " * 10_000_000, "The record is not JSON (line 1"),
        (b"{}", "The event has no usable identity: id is missing; source is missing."),
        (SALE.replace(b'"sale-1"', b"7"), "no usable identity: id must be text; it is 7."),
        (SALE.replace(b"sale-1", b"x" * 300), "id must have at most 128 characters; it is"),
        (SALE.replace(b'"shop"', b"null"), "source must be text; it is null."),
    ],
)
def test_what_is_no_event_is_set_aside_as_it_came(value: bytes | None, sentence: str) -> None:
    bad = record(value, key=b"\xff any", headers=(("traceparent", b"t"),))
    said = run(Intake(), [bad, record(EXAMPLES["sale"])])
    (letter,) = said.dead_letters
    assert (letter.key, letter.value) == (b"\xff any", value)
    assert sentence in header(letter.headers, "error")
    assert len(header(letter.headers, "error")) <= 1_000
    assert header(letter.headers, "source_topic") == "sales"
    assert header(letter.headers, "source_partition") == "0"
    assert header(letter.headers, "source_offset") == "7"
    assert header(letter.headers, "failed_at") == "2026-10-05T09:55:00Z"
    assert header(letter.headers, "traceparent") == "t"
    assert said.occurrences[0].kind == "dead_letter"
    assert [movement["source_id"] for movement in said.movements] == ["sale-1"]
    assert said.rejections == []


@pytest.mark.parametrize("number", [b"1e400", b"1e999999999", b"0." + b"3" * 1_000_000])
def test_a_number_out_of_range_costs_nothing_to_refuse(number: bytes) -> None:
    bad = record(SALE.replace(b'"10"', number))
    (rejection,) = run(Intake(), [bad]).rejections
    assert "quantity must" in str(rejection["message"])
    assert len(str(rejection["message"])) < 300


def test_ten_megabytes_are_taken_or_refused_whole() -> None:
    filler = "x" * (10 * topics.MIB - 500)
    taken = run(Intake(), [record(example("sale", unknown=filler))])
    assert len(taken.outputs[0].value or b"") < 1_000
    refused = run(Intake(), [record(example("defective_report", reason=filler))])
    assert "reason must have at most 1000 characters" in str(refused.rejections[0]["message"])
    assert len(refused.outputs[0].value or b"") <= topics.REJECTIONS.max_bytes


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_stop_the_step(value: bytes) -> None:
    """Whatever comes is one output, and the next record is taken."""
    said = run(Intake(), [record(value), record(EXAMPLES["sale"])])
    assert len(said.outputs) == 2
    assert len(said.movements) == 1


@given(st.sampled_from(sorted(EXAMPLES)), st.data())
def test_no_field_stops_a_step(kind: str, data: st.DataObject) -> None:
    """Whatever stands in the fields of an event: it is taken, or one sentence says why not."""
    event = dict(EXAMPLES[kind])
    for field in data.draw(st.sets(st.sampled_from(sorted(event)), min_size=1)):
        event[field] = data.draw(JSON)
    topic, key = topics.TOPIC_OF_TYPE[kind].name, record(EXAMPLES[kind]).key
    step = STEPS.get(topic, Intake())
    said = run(step, [record(json.dumps(event).encode(), topic=topic, key=key)])
    if said.occurrences:
        assert len(said.outputs) == len(said.occurrences) == 1
        assert said.rejections or said.dead_letters
    else:
        waits = kind == "landed_cost"  # charges wait for a receipt
        assert waits or said.movements or step.name == "intake"
    assert all(one.detail.endswith(".") for one in said.occurrences)


def test_a_long_reason_is_cut() -> None:
    letter, _ = dead_letter(record(b""), "x" * 5_000)
    assert isinstance(letter, Output)
    assert header(letter.headers, "error") == "x" * 1_000
