"""What comes after a receipt: corrected costs, goods sent back, layers made one."""

import pytest

from tests.processors.events import (
    EXAMPLES,
    RECORDED_MS,
    Json,
    MemoryStore,
    Published,
    example,
    record,
    run,
)
from ullage.processors.identity import movement_id
from ullage.processors.shipments import after_receipt
from ullage.processors.shipments.step import Shipments
from ullage_schemas.movements import (
    CostCorrectionMovement,
    PurchaseReturnMovement,
    ReceiptMergeMovement,
)

AFTER = ("cost_correction", "purchase_return", "receipt_merge")
RECEIVED = movement_id("shop", "receipt-1", "12345", "S1", 0)
"""The worked shipment's first line: 750 of 12345 in A at 5.00."""


def line(sku: str, quantity: int, warehouse: str = "A", **changes: object) -> Json:
    return {"sku": sku, "warehouse": warehouse, "quantity": quantity, **changes}


def shipment(*lines: Json, **changes: object) -> MemoryStore:
    """A shipment with the receipt R1."""
    store = MemoryStore()
    given = {"lines": list(lines)} if lines else {}
    assert send(store, "receipt", **given, **changes).movements
    return store


def send(store: MemoryStore, kind: str, **changes: object) -> Published:
    return run(Shipments(), [record(example(kind, **changes))], store)


def refused(store: MemoryStore, kind: str, **changes: object) -> tuple[object, str]:
    """The code and the sentence of a document that changes nothing."""
    before = dict(store)
    said = send(store, kind, **changes)
    assert (len(said.outputs), store) == (1, before)
    return said.rejections[0]["code"], str(said.rejections[0]["message"])


@pytest.mark.parametrize("kind", AFTER)
@pytest.mark.parametrize("missing", ["shipment_id", "receipt_id", "into", "receipt_ids", "sku"])
def test_what_was_never_received_cannot_be_referred_to(kind: str, missing: str) -> None:
    if missing not in EXAMPLES[kind]:
        missing = "shipment_id"
    store = shipment()
    wrong = ["R1", "X"] if missing == "receipt_ids" else "X"
    merged = {"receipt_ids": ["R1"]} if kind == "receipt_merge" else {}
    code, message = refused(store, kind, **(merged | {missing: wrong}))
    assert code == 107
    assert "has no receipt " in message or "has received no X" in message


def test_a_corrected_cost_goes_to_each_line_of_the_sku() -> None:
    store = shipment(line("a", 3, unit_cost=2), line("b", 1), line("a", 2, "B"))
    said = send(store, "cost_correction", sku="a", unit_cost="2.5")
    for movement, (place, value) in zip(said.movements, ((0, "7.5"), (2, "5")), strict=True):
        CostCorrectionMovement.model_validate(movement)
        assert movement["receipt"] == movement_id("shop", "receipt-1", "a", "S1", place)
        assert (movement["unit_cost"], movement["value"]) == ("2.5", value)
        assert movement["warehouse"] == "AB"[place > 0]
        assert "currency" not in movement
    assert len({movement["id"] for movement in said.movements}) == 2


def test_a_correction_is_in_the_currency_and_at_the_rate_of_its_receipt() -> None:
    store = shipment(line("a", 3, unit_cost=2), currency="EUR", fx_rate="1.123456789012")
    (movement,) = send(store, "cost_correction", sku="a", unit_cost="2.5").movements
    assert movement["unit_cost"] == "2.808642"
    assert movement["value"] == "8.425926"
    assert movement["original_unit_cost"] == "2.5"
    assert (movement["currency"], movement["fx_rate"]) == ("EUR", "1.123456789012")


def test_a_correction_too_large_changes_no_line() -> None:
    store = shipment(line("a", 1, unit_cost=1))
    dear = {"id": "2", "receipt_id": "R1", "currency": "EUR", "fx_rate": 10**11}
    send(store, "receipt", **dear, lines=[line("a", 1, "B", unit_cost=1)])
    code, message = refused(store, "cost_correction", sku="a", unit_cost=10)
    assert code == 100
    assert "The unit cost of a is 1000000000000 USD at this fx_rate" in message


def test_a_later_charge_by_value_takes_the_corrected_cost() -> None:
    store = shipment(line("a", 1, unit_cost=1), line("b", 1, unit_cost=1))
    send(store, "cost_correction", sku="a", unit_cost=3)
    charge = {"charge_id": "D", "kind": "duty", "amount": 40, "basis": "value"}
    said = send(store, "landed_cost", charges=[charge])
    assert [one["charges"][0]["amount"] for one in said.movements] == ["30", "10"]  # type: ignore[index]


def test_goods_go_back_by_their_receipt_line() -> None:
    (movement,) = send(shipment(), "purchase_return").movements
    PurchaseReturnMovement.model_validate(movement)
    assert movement["receipt"] == RECEIVED
    assert (movement["warehouse"], movement["quantity"]) == ("A", "5")


@pytest.mark.parametrize(("warehouse", "place"), [("A", 0), ("B", 1), ("C", 0)])
def test_the_line_is_that_of_the_warehouse_or_the_first(warehouse: str, place: int) -> None:
    """Goods that were moved since go back from where they are."""
    store = shipment(line("a", 10), line("a", 10, "B"))
    back = {"sku": "a", "warehouse": warehouse}
    (movement,) = send(store, "purchase_return", **back).movements
    assert movement["receipt"] == movement_id("shop", "receipt-1", "a", "S1", place)
    assert movement["warehouse"] == warehouse


def test_more_than_a_line_has_left_is_of_the_others() -> None:
    store = shipment(line("a", 10), line("a", 5, "B"), line("a", 4, "C"))
    first = send(store, "purchase_return", sku="a", warehouse="B", quantity=7).movements
    assert _parts(first) == [(0, "2"), (1, "5")]
    assert {movement["warehouse"] for movement in first} == {"B"}
    assert len({movement["id"] for movement in first}) == 2
    second = send(store, "purchase_return", id="2", sku="a", warehouse="B", quantity=9)
    assert _parts(second.movements) == [(0, "8"), (2, "1")]
    again = send(store, "purchase_return", sku="a", warehouse="B", quantity=7).movements
    assert again == first


def test_a_return_that_the_ledger_may_have_refused_can_be_sent_again() -> None:
    """The ledger counts what went back, and refuses what is too much."""
    store = shipment(line("a", 10), line("a", 5, "B"))
    for number in range(2):
        said = send(store, "purchase_return", id=str(number), sku="a", quantity=15)
    assert _parts(said.movements) == [(0, "15")]


def test_no_more_goes_back_than_was_received() -> None:
    store = shipment(line("a", 10), line("a", 5, "B"))
    code, message = refused(store, "purchase_return", sku="a", quantity="15.000001")
    assert code == 100
    assert (
        "15.000001 of a were to go back, but receipt R1 of shipment S1 received 15" in message
    )
    assert send(store, "purchase_return", sku="a", quantity=15).movements


def test_receipts_are_merged_sku_by_sku() -> None:
    store = shipment(line("a", 1), line("b", 1))
    second = {"id": "2", "receipt_id": "R2"}
    send(store, "receipt", **second, lines=[line("b", 1), line("c", 1), line("b", 2, "B")])
    at = "2026-10-05T10:00:00+02:00"
    said = send(store, "receipt_merge", receipt_ids=["R2", "R1"], into="R2", received_at=at)
    merged = {str(movement["sku"]): movement for movement in said.movements}
    for movement in said.movements:
        ReceiptMergeMovement.model_validate(movement)
        assert movement["received_at"] == "2026-10-05T08:00:00Z"
    first, other = ("receipt-1", 0), ("2", 2)
    assert {sku: movement["receipts"] for sku, movement in merged.items()} == {
        "a": [_line("a", *first)],
        "b": [_line("b", "receipt-1", 1), _line("b", "2", 0), _line("b", *other)],
        "c": [_line("c", "2", 1)],
    }
    assert merged["b"]["into"] == _line("b", "2", 0)
    assert (merged["b"]["receipt_id"], merged["a"]["receipt_id"]) == ("R2", "R1")
    assert merged["a"]["into"] == _line("a", *first)


def test_a_merge_again_is_of_the_lines_it_was_of() -> None:
    """What its receipts got since is not: the ledger must know it as the same."""
    store = shipment(line("a", 1))
    first = send(store, "receipt_merge", receipt_ids=["R1"])
    more = send(store, "receipt", id="more", lines=[line("a", 1, "B")])
    assert len(more.movements) == 1
    assert send(store, "receipt_merge", receipt_ids=["R1"]).movements == first.movements


def test_the_receipt_merged_into_need_not_be_named_twice() -> None:
    store = shipment(line("a", 1))
    send(store, "receipt", id="2", receipt_id="R2", lines=[line("a", 1)])
    (movement,) = send(store, "receipt_merge", receipt_ids=["R2", "R2"]).movements
    assert movement["receipts"] == [_line("a", "receipt-1", 0), _line("a", "2", 0)]
    assert "received_at" not in movement


def test_a_merge_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_receipt, "MOST_MERGED", 2)
    code, message = refused(shipment(), "receipt_merge", receipt_ids=["R1"])
    assert code == 100
    assert "have 3 lines; one merge may have 2. Merge some of them first." in message


@pytest.mark.parametrize("kind", AFTER)
def test_a_document_again_changes_nothing_and_another_content_is_refused(kind: str) -> None:
    """What the ledger may have refused goes on to it."""
    store = shipment()
    merged = {"receipt_ids": ["R1"]} if kind == "receipt_merge" else {}
    first = send(store, kind, **merged)
    assert first.movements
    before, again = dict(store), send(store, kind, **merged)
    assert (again.movements, again.occurrences) == (first.movements, [])
    assert store == before
    code, _ = refused(store, kind, **merged, effective_at="2026-10-05T09:56:00Z")
    assert code == 104


@pytest.mark.parametrize("kind", ["receipt", "landed_cost", *AFTER])
def test_what_is_older_than_what_is_remembered_is_refused_first(kind: str) -> None:
    """The horizon is 24 months before the shipment's latest document, or before now."""
    store = shipment()
    unknown = {"shipment_id": "S1", "id": "old"}
    just_in = send(store, kind, **unknown, effective_at="2024-10-05T09:55:00Z")
    assert 105 not in [one["code"] for one in just_in.rejections]
    old = example(kind, id="older", effective_at="2024-10-05T09:54:59Z", receipt_id="X")
    (rejection,) = run(Shipments(), [record(old)], store).rejections
    assert (rejection["code"], rejection["name"]) == (105, "period_closed")
    assert "nothing before 2024-10-05T09:55:00Z is taken any more" in str(rejection["message"])


def test_a_date_in_the_future_moves_the_horizon_only_to_now() -> None:
    store = shipment(effective_at="2126-10-05T09:55:00Z")
    assert send(store, "purchase_return", effective_at="2024-10-05T09:55:00Z").movements
    code, _ = refused(store, "purchase_return", id="2", effective_at="2024-10-05T09:54:59Z")
    assert code == 105


def test_keep_months_is_the_policys() -> None:
    store = shipment()
    run(Shipments(), [record(example("policy", keep_months=1))], store)
    assert refused(store, "purchase_return", effective_at="2026-09-05T09:54:59Z")[0] == 105
    late = record(EXAMPLES["purchase_return"], timestamp=RECORDED_MS * 2)
    assert run(Shipments(), [late], store).movements


def _line(sku: str, source_id: str, place: int) -> str:
    return movement_id("shop", source_id, sku, "S1", place)


def _parts(movements: list[Json]) -> list[tuple[int, object]]:
    """Which lines of the receipt movements are of, and how much."""
    lines = [_line("a", "receipt-1", place) for place in range(3)]
    return [(lines.index(str(one["receipt"])), one["quantity"]) for one in movements]
