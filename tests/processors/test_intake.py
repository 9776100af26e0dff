"""Events of one SKU become movements, the same bytes each time."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processors.events import EXAMPLES, example, header, record, run
from ullage import topics
from ullage.processors.identity import movement_id, rejection_id
from ullage.processors.intake import Intake
from ullage.step import Output
from ullage_schemas.movements import MOVEMENTS

TAKEN = (
    "item", "stock_pull", "sale", "sale_return", "adjustment", "defective_report", "transfer",
)  # fmt: skip
OF_A_SHIPMENT = (
    "receipt", "landed_cost", "cost_correction", "receipt_merge", "purchase_return",
)  # fmt: skip
NOT_YET = ("period_close", "rebuild")


@pytest.mark.parametrize("kind", TAKEN)
def test_an_event_becomes_a_movement_of_the_published_schema(kind: str) -> None:
    said = run(Intake(), [record(EXAMPLES[kind])])
    (movement,) = said.movements
    MOVEMENTS[kind].model_validate_json(json.dumps(movement), strict=True)
    assert (movement["source"], movement["source_id"]) == ("shop", f"{kind}-1")
    assert movement["effective_at"] == movement["recorded_at"] == "2026-10-05T09:55:00Z"
    own = EXAMPLES[kind].keys() - {"id", "type", "sku", "source", "effective_at"}
    assert list(movement)[:7] == [
        "id", "type", "sku", "source", "source_id", "effective_at", "recorded_at",
    ]  # fmt: skip
    assert set(list(movement)[7:]) == own
    assert said.occurrences == []


def test_an_event_always_makes_the_same_bytes() -> None:
    """Not its order of fields, its form of numbers or its time zone: what it says counts."""
    first = record(example("sale", quantity="10.50", unit_price=None))
    again = record(
        dict(reversed(example("sale", unit_price=..., quantity=10.5).items()))
        | {"effective_at": "2026-10-05T09:55:00.000Z", "unknown": 1}
    )
    (one,), (two,) = run(Intake(), [first]).outputs, run(Intake(), [again]).outputs
    assert one == two
    assert b'"quantity":"10.5"' in (one.value or b"")
    assert b"unit_price" not in (one.value or b"")


def test_numbers_never_pass_through_a_float() -> None:
    value = json.dumps(example("sale", quantity=0)).replace(
        '"quantity": 0', '"quantity": 123456789012.123456'
    )
    assert run(Intake(), [record(value.encode())]).movements[0]["quantity"] == (
        "123456789012.123456"
    )


def test_a_movement_carries_its_attributes_and_the_trace_as_headers() -> None:
    trace = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    came_with = (("traceparent", trace), ("other", b"x"))
    (output,) = run(Intake(), [record(EXAMPLES["sale"], headers=came_with)]).outputs
    wanted = {
        "ce_specversion": "1.0",
        "ce_id": movement_id("shop", "sale-1", "12345"),
        "ce_type": "sale",
        "ce_source": "ullage",
        "ce_subject": "12345",
        "ce_time": "2026-10-05T09:55:00Z",
        "content-type": "application/json",
        "traceparent": trace.decode(),
    }
    assert {name: header(output.headers, name) for name, _ in output.headers} == wanted
    assert output.key == b"12345"


names = st.text("ab1", min_size=1, max_size=3)
identities = st.tuples(names, names, names, names, st.integers(0, 3))


@given(identities, identities, st.integers(0, 4))
def test_movement_ids_differ_when_anything_does(
    one: tuple[str, str, str, str, int], other: tuple[str, str, str, str, int], place: int
) -> None:
    near = (*one[:place], other[place], *one[place + 1 :])
    for second in (near, other):
        assert (movement_id(*one) == movement_id(*second)) is (one == second)
    assert movement_id(*one) != rejection_id(*one[:3], one[4])
    assert UUID(movement_id(*one)).version == 5


@pytest.mark.parametrize("kind", NOT_YET)
def test_what_has_no_rules_yet_is_refused_and_not_dropped(kind: str) -> None:
    (rejection,) = run(Intake(), [record(EXAMPLES[kind])]).rejections
    assert rejection["code"] == 100
    assert f"The type {kind} is not supported yet" in str(rejection["message"])


def test_every_input_topic_is_read_by_intake() -> None:
    assert set(Intake.inputs) == {topic.name for topic in topics.INPUTS}


@pytest.mark.parametrize(
    ("kind", "log"),
    [(kind, "ullage-shipments") for kind in OF_A_SHIPMENT] + [("build", "ullage-builds")],
)
def test_a_document_of_several_skus_is_passed_on_as_it_came(kind: str, log: str) -> None:
    came_with = (("traceparent", b"t"), ("other", b"x"))
    given = record(EXAMPLES[kind], headers=came_with)
    (output,) = run(Intake(), [given]).outputs
    learnt = ("recorded_at", str(given.timestamp).encode())
    assert output == Output(log, given.key, given.value, (learnt, ("traceparent", b"t")))


@pytest.mark.parametrize("kind", OF_A_SHIPMENT)
def test_a_wrong_document_is_refused_at_the_door(kind: str) -> None:
    said = run(Intake(), [record(example(kind, shipment_id=7), key=b"7")])
    assert "shipment_id must be text; it is 7." in str(said.rejections[0]["message"])
    assert len(said.outputs) == 1
