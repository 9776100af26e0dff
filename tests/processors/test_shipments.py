"""A receipt becomes a movement a line, once, in the base currency; or is refused whole."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example as tried
from hypothesis import given
from hypothesis import strategies as st

from tests.processors.events import (
    EXAMPLES,
    SECOND,
    Json,
    MemoryStore,
    Published,
    example,
    record,
    run,
)
from ullage.processors.identity import movement_id
from ullage.processors.shipments import receiving
from ullage.processors.shipments.step import Shipments
from ullage_schemas.movements import ReceiptMovement


def line(**changes: object) -> Json:
    return {"sku": "12345", "warehouse": "A", "quantity": 1, "unit_cost": "2.50", **changes}


def receive(store: MemoryStore | None = None, **changes: object) -> Published:
    return run(Shipments(), [record(example("receipt", **changes))], store)


def test_a_receipt_is_a_movement_a_line() -> None:
    said = receive()
    for place, (sku, quantity, unit_cost) in enumerate(
        [("12345", "750", "5"), ("12346", "375", "12"), ("12347", "150", "25")]
    ):
        movement = said.movements[place]
        ReceiptMovement.model_validate(movement)
        assert movement["id"] == movement_id("shop", "receipt-1", sku, "S1", place)
        assert said.outputs[place].key == sku.encode()
        assert {name: movement[name] for name in list(movement)[7:]} == {
            "shipment_id": "S1",
            "receipt_id": "R1",
            "warehouse": "A",
            "quantity": quantity,
            "unit_cost": unit_cost,
        }
    assert len(said.outputs) == 3
    assert said.occurrences == []


def test_one_sku_in_two_warehouses_is_two_movements() -> None:
    one, two = receive(lines=[line(), line(warehouse="B")]).movements
    assert one["id"] != two["id"]


def test_the_same_document_again_is_the_same_movements() -> None:
    """Whatever its form, whenever it is recorded: the ledger ignores what it has applied."""
    store = MemoryStore()
    first = receive(store).movements
    before = dict(store)
    lines = [line(quantity="750.0", unit_cost=5), *EXAMPLES["receipt"]["lines"][1:]]  # type: ignore[index]
    again = example("receipt", lines=lines, effective_at="2026-10-05T09:55:00Z", seen=True)
    sent = record(again)
    said = run(Shipments(), [sent._replace(timestamp=sent.timestamp + SECOND)], store)
    later = {"recorded_at": "2026-10-05T09:55:01Z"}
    assert said.movements == [movement | later for movement in first]
    assert (said.occurrences, store) == ([], before)


@pytest.mark.parametrize(
    "changes",
    [{"lines": [line()]}, {"receipt_id": "R2"}, {"effective_at": "2026-10-05T09:55:01Z"}],
)
def test_the_same_id_with_other_content_is_a_conflict(changes: Json) -> None:
    store = MemoryStore()
    receive(store)
    before = dict(store)
    (rejection,) = receive(store, **changes).rejections
    assert (rejection["code"], rejection["name"]) == (104, "id_conflict")
    assert "The id receipt-1 of shop came before in shipment S1" in str(rejection["message"])
    assert store == before


def test_an_id_is_of_its_shipment_and_its_source() -> None:
    store = MemoryStore()
    receive(store)
    assert len(receive(store, source="erp", receipt_id="R3").movements) == 3
    (one, *_), (other, *_) = (receive(shipment_id=of).movements for of in ("S1", "S2"))
    assert one["id"] != other["id"]
    assert len(receive(store, shipment_id="S2").movements) == 3


def test_a_line_is_received_once() -> None:
    """A second document of a receipt may bring other lines, never the same one again."""
    store = MemoryStore()
    receive(store)
    assert len(receive(store, id="r2", lines=[line(warehouse="B")]).movements) == 1
    said = receive(store, id="r3", lines=[line(sku="new"), line()])
    (rejection,) = said.rejections
    assert said.movements == []
    assert rejection["code"] == 100
    assert rejection["conflicts_with"] == movement_id("shop", "receipt-1", "12345", "S1", 0)
    assert "a further delivery needs a receipt_id of its own" in str(rejection["message"])


def test_a_shipment_has_a_limit_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MOST_LINES", 4)
    store = MemoryStore()
    receive(store)
    more = {"id": "2", "receipt_id": "R2", "lines": [line(), line(sku="12346")]}
    (rejection,) = receive(store, **more).rejections
    assert "would have more than 4 lines" in str(rejection["message"])
    assert receive(store, **more | {"lines": [line()]}).movements


def test_a_refused_document_is_not_remembered() -> None:
    store = MemoryStore()
    euros = {"currency": "EUR", "lines": [line(), line(sku="12346")]}
    refused = receive(store, **euros)
    assert "is in EUR and has no fx_rate; give the rate to USD." in str(
        refused.rejections[0]["message"]
    )
    assert refused.rejections[0]["code"] == 100
    assert store == {}
    assert len(receive(store, **euros, fx_rate="1.1").movements) == 2


def test_a_receipt_in_another_currency_is_converted() -> None:
    said = receive(
        currency="EUR",
        fx_rate="1.123456789012",
        lines=[line(quantity=3), line(sku="0", unit_cost=None)],
    )
    priced, unpriced = said.movements
    assert priced["unit_cost"] == "2.808642"
    assert priced["original_unit_cost"] == "2.5"
    assert priced["value"] == "8.425926"
    assert (priced["currency"], priced["fx_rate"]) == ("EUR", "1.123456789012")
    assert unpriced["currency"] == "EUR"
    assert not {"unit_cost", "original_unit_cost", "value"} & unpriced.keys()


@tried(cost=1, rate=500_000_000_000)  # a tie, to the even 0
@tried(cost=3, rate=500_000_000_000)  # a tie, to the even 2
@tried(cost=999_999_999_999, rate=900_000_499_999_999_999)  # above a tie in the 30th digit only
@given(cost=st.integers(0, 10**15 - 1), rate=st.integers(1, 10**15 - 1))
def test_conversion_rounds_half_to_even_at_the_sixth_decimal(cost: int, rate: int) -> None:
    """Against fractions; a cost in 10^-6, a rate in 10^-12."""
    said = receive(
        currency="EUR",
        fx_rate=str(Decimal(rate).scaleb(-12)),
        lines=[line(unit_cost=str(Decimal(cost).scaleb(-6)))],
    )
    exact = round(Fraction(cost) * Fraction(rate, 10**12))
    assert Decimal(str(said.movements[0]["unit_cost"])) == Decimal(exact).scaleb(-6)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"fx_rate": "1.1"},
            "has an fx_rate, but is in USD; give its currency or leave",
        ),
        ({"currency": "USD", "fx_rate": "1.1"}, "has an fx_rate, but is in USD"),
        (
            {"currency": "JPY", "fx_rate": 10**11, "lines": [line(unit_cost="10")]},
            "The unit cost of 12345 is 1000000000000 USD at this fx_rate; it must have",
        ),
        ({"lines": []}, "lines must have at least 1 entry; it is a list."),
        ({"lines": {}}, "lines must be a list; it is an object."),
        ({"lines": [7]}, "entry 1 of lines must be an object; it is 7."),
        (
            {"lines": [line(), line(sku="b", quantity="x")]},
            "quantity of entry 2 of lines must be a number or a decimal string",
        ),
        (
            {"lines": [line(), line()]},
            "lines must name a SKU and warehouse once; 12345 in A is",
        ),
    ],
)
def test_a_document_that_is_not_right_is_refused_whole(changes: Json, sentence: str) -> None:
    said = receive(**changes)
    assert said.movements == []
    assert sentence in str(said.rejections[0]["message"])
    assert said.rejections[0]["code"] == 100


def test_the_base_currency_needs_no_rate() -> None:
    for same in ({"currency": "USD"}, {"currency": "USD", "fx_rate": 1}, {"fx_rate": "1.000"}):
        (movement,) = receive(**same, lines=[line()]).movements
        assert movement["unit_cost"] == "2.5"
        assert not {"original_unit_cost", "value"} & movement.keys()


def test_a_record_under_another_key_is_refused() -> None:
    said = run(Shipments(), [record(EXAMPLES["receipt"], key=b"12345")])
    assert 'The record has the key "12345"; it must be "S1", its shipment_id.' in str(
        said.rejections[0]["message"]
    )


def test_a_huge_wrong_document_is_one_short_sentence() -> None:
    lines = b"[" + b"1," * 1_000_000 + b"1]"
    text = b'{"id":"1","source":"s","type":"receipt","effective_at":"2026-10-05T09:55:00Z",'
    value = text + b'"shipment_id":"S1","receipt_id":"R1","lines":' + lines + b"}"
    said = run(Shipments(), [record(value, topic="purchasing", key=b"S1")])
    assert len(str(said.rejections[0]["message"])) < 200
