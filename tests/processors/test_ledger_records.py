"""What the ledger says of each kind of movement, from the event on."""

from decimal import Decimal

from tests.processors.dock import DUTY, FREIGHT, HANDLING, A, B, C
from tests.processors.events import Json, example
from tests.processors.service import Service, figure, of_type

SKU: Json = {"sku": "12345", "warehouse": "A"}


def receipt(
    number: int, quantity: object, unit_cost: object = "100", **changes: object
) -> Json:
    line = {**SKU, "quantity": quantity, "unit_cost": unit_cost}
    lines = [{name: value for name, value in line.items() if value is not None}]
    return example("receipt", id=f"r{number}", receipt_id=f"R{number}", lines=lines, **changes)


def charge(number: int, amount: object, **changes: object) -> Json:
    one = {"charge_id": f"C{number}", "kind": "freight", "amount": amount, "basis": "unit"}
    return example("landed_cost", id=f"c{number}", charges=[{**one, **changes}])


def sale(number: int, quantity: object, **changes: object) -> Json:
    return example("sale", id=f"s{number}", quantity=quantity, order_id=f"O{number}", **changes)


def back(number: int, of: int, quantity: object) -> Json:
    return example("sale_return", id=f"b{number}", quantity=quantity, order_id=f"O{of}")


def figures(said: Json, *names: str) -> list[object]:
    return [said.get(name) for name in names]


def test_the_worked_shipment_has_a_record_for_each_share_of_each_charge() -> None:
    """S1: 570.60 + 150.00 of 750 at 5.00 leave A at 5.9608 a unit."""
    service = Service()
    service.send(example("landed_cost", charges=[FREIGHT, DUTY, HANDLING]))
    said = service.send(example("receipt", lines=[A, B, C]))
    shares = [one for one in of_type(said, "landed") if one["sku"] == "12345"]
    assert [one["charge_id"] for one in shares] == ["F", "D", "H"]
    assert sum(figure(one, "amount") for one in shares) == Decimal("720.60")
    assert shares[0]["charge"] == {"kind": "freight", "basis": "unit", "amount": "850.00"}
    assert figures(shares[0], "shipment_id", "receipt_id", "quantity") == ["S1", "R1", "750"]
    for charged, total in (("F", "850"), ("D", "480"), ("H", "120")):
        landed = [one for one in of_type(said, "landed") if one["charge_id"] == charged]
        assert sum(figure(one, "posted_amount") for one in landed) == Decimal(total)
    (snapshot,) = (one for one in of_type(said, "snapshot") if one["sku"] == "12345")
    assert snapshot["average_cost"] == "5.9608"
    later = service.send(
        example("receipt", id="r9", receipt_id="R9", lines=[A | {"quantity": 250}])
    )
    over = of_type(later, "cost_variance")
    assert {one["kind"] for one in over} == {"landed_over_absorption"}
    assert sum(figure(one, "amount") for one in over) == Decimal("-240.20")
    assert of_type(later, "landed") == []


def test_a_converted_charge_and_receipt_say_what_they_were() -> None:
    service = Service()
    service.send(charge(1, "100", currency="EUR", fx_rate="1.1"))
    said = service.send(receipt(1, 10, "2", currency="GBP", fx_rate="1.25"))
    (landed,), (received,) = of_type(said, "landed"), of_type(said, "received")
    assert landed["charge"] == {
        "kind": "freight", "basis": "unit", "amount": "110.00",
        "currency": "EUR", "fx_rate": "1.1", "original_amount": "100.00",
    }  # fmt: skip
    assert received["original"] == {"currency": "GBP", "fx_rate": "1.25", "unit_cost": "2.00"}
    assert figures(received, "amount", "unit_cost") == ["25.00", "2.50"]
    corrected = service.send(example("cost_correction", id="k", sku="12345", unit_cost="3"))
    (said_so,) = of_type(corrected, "corrected")
    assert said_so["original"] == {"currency": "GBP", "fx_rate": "1.25", "unit_cost": "3.00"}
    assert figures(said_so, "amount", "quantity", "receipt_id") == ["12.50", "10", "R1"]


def test_late_cost_on_units_gone_names_the_receipt_the_charge_and_the_event() -> None:
    service = Service()
    (received,) = of_type(service.send(receipt(1, 5)), "received")
    service.send(sale(1, 4))
    (late,) = of_type(service.send(charge(1, "50")), "cost_variance")
    assert figures(late, "kind", "amount", "quantity") == ["late_cost", "40.00", "4"]
    assert figures(late, "charge_id", "receipt_id", "shipment_id") == ["C1", "R1", "S1"]
    assert figures(late, "corrects", "cause") == [received["id"], "c1"]


def test_a_sale_return_reverses_what_was_booked_and_what_came_late() -> None:
    """5@100, sell 5, late cost 50, return 2: COGS 200.00 back, late -20.00, layer 2@110."""
    service = Service()
    service.send(receipt(1, 5), sale(1, 5), charge(1, "50"))
    said = service.send(back(1, of=1, quantity=2))
    (reversal,), (late,) = of_type(said, "cogs_reversal"), of_type(said, "cost_variance")
    assert figures(reversal, "amount", "quantity", "order_id", "line_id") == [
        "200.00", "2", "O1", "1",
    ]  # fmt: skip
    assert figures(late, "kind", "amount") == ["late_cost", "-20.00"]
    (layer,) = of_type(said, "cost_layer")
    assert figures(layer, "quantity", "unit_cost", "receipt_ids") == ["2", "110.00", ["R1"]]


def test_goods_sent_back_post_at_the_purchase_price() -> None:
    service = Service()
    service.send(charge(1, "10"), receipt(1, 10))
    said = service.send(example("purchase_return", quantity=4))
    (returned,), (difference,) = (
        of_type(said, "purchase_returned"),
        of_type(said, "cost_variance"),
    )
    assert figures(returned, "amount", "unit_cost", "receipt_id", "shipment_id") == [
        "400.00", "100.00", "R1", "S1",
    ]  # fmt: skip
    assert figures(difference, "kind", "amount", "corrects") == [
        "return_difference", "4.00", returned["id"],
    ]  # fmt: skip


def test_a_receipt_without_a_cost_asks_for_it_and_is_trued_up() -> None:
    service = Service()
    said = service.send(receipt(1, 5, None))
    (needed,) = of_type(said, "cost_needed")
    assert figures(needed, "receipt_id", "quantity", "assumed_unit_cost") == ["R1", "5", "0.00"]
    (snapshot,) = of_type(said, "snapshot")
    assert snapshot["flags"] == ["cost_pending"]
    (snapshot,) = of_type(
        service.send(example("cost_correction", sku="12345", unit_cost="7")), "snapshot"
    )
    assert figures(snapshot, "flags", "value") == [[], "35.00"]


def test_a_build_takes_what_its_components_cost_across_skus() -> None:
    service = Service()
    service.send(receipt(1, 10, "3.20"))
    made = [{"sku": "12399", "warehouse": "A", "quantity": 1}]
    said = service.send(example("build", produce=made))
    (consumed,), (produced,) = of_type(said, "consumed"), of_type(said, "produced")
    assert figures(consumed, "sku", "amount", "order_id") == ["12345", "6.40", "M1"]
    assert figures(produced, "sku", "amount", "order_id") == ["12399", "7.65", "M1"]
    assert "refused_components" not in produced


def test_a_refused_component_counts_zero_and_is_named() -> None:
    service = Service()
    service.send(example("item", negative_stock="reject"))
    made = [{"sku": "12399", "warehouse": "A", "quantity": 1}]
    said = service.send(example("build", produce=made))
    (refused,), (produced,) = of_type(said, "rejection"), of_type(said, "produced")
    assert figures(refused, "code", "sku") == [102, "12345"]
    assert refused["event"] == {
        "id": "build-1", "type": "build", "source": "shop",
        "effective_at": "2026-10-05T09:55:00Z", "order_id": "M1",
        "consume": [{"sku": "12345", "warehouse": "A", "quantity": "2"}],
        "produce": [{"sku": "12399", "warehouse": "A", "quantity": "1"}],
    }  # fmt: skip
    assert figures(produced, "amount", "refused_components") == ["1.25", ["12345"]]


def test_goods_of_a_given_cost_leave_a_production_difference() -> None:
    service = Service()
    service.send(receipt(1, 10, "3.20"))
    said = service.send(example("build"))
    (difference,) = of_type(said, "cost_variance")
    assert figures(difference, "kind", "amount", "order_id") == [
        "production_difference", "-1.85", "M1",
    ]  # fmt: skip


def test_a_charge_on_a_refused_line_is_late_cost_of_no_units() -> None:
    service = Service()
    service.send(example("policy", unknown_items="reject"), receipt(1, 5))
    said = service.send(charge(1, "50"))
    (landed,), (late,) = of_type(said, "landed"), of_type(said, "cost_variance")
    assert figures(landed, "quantity", "amount", "unit_cost") == ["0", "50.00", "0.00"]
    assert figures(late, "kind", "quantity", "amount") == ["late_cost", "0", "50.00"]


def test_receipts_become_one_layer_and_nothing_is_posted() -> None:
    service = Service()
    service.send(receipt(1, 5, "3"), receipt(2, 5, "5"))
    said = service.send(example("receipt_merge"))
    (entry,) = of_type(said, "ledger_entry")
    assert figures(entry, "movement_type", "amount", "quantity", "reference") == [
        "receipt_merge", "0.00", "0", "R1",
    ]  # fmt: skip
    assert of_type(said, "journal", "received", "cost_variance") == []
    (layer,) = of_type(said, "cost_layer")
    assert figures(layer, "quantity", "value", "receipt_ids") == ["10", "40.00", ["R1"]]
