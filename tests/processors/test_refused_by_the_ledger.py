"""Each error that the ledger can give, and the event it is given back with (domain 9)."""

from decimal import Decimal

from tests.processors.events import Json, example
from tests.processors.service import Service, figure, inventory, lines_of, of_type
from tests.processors.test_ledger_records import SKU, charge, figures, receipt, sale

EARLY = "2024-10-05T00:00:00Z"


def refused(service: Service, event: Json) -> Json:
    (rejection,) = of_type(service.send(event), "rejection")
    return rejection


def test_101_where_the_policy_rejects_unknown_items() -> None:
    service = Service()
    service.send(example("policy", unknown_items="reject"))
    assert refused(service, sale(1, 1))["code"] == 101
    service.send(example("item"))
    assert of_type(service.send(sale(1, 1)), "rejection") == []


def test_103_when_the_method_is_to_change_after_a_stock_movement() -> None:
    service = Service()
    service.send(sale(1, 1))
    assert refused(service, example("item", method="lifo"))["code"] == 103


def test_105_for_what_is_older_than_what_is_remembered_even_if_it_came_before() -> None:
    service = Service()
    old = sale(1, 1, effective_at="2024-10-04T00:00:00Z")
    service.send(old, sale(2, 1))
    rejection = refused(service, old)
    assert (rejection["code"], rejection["name"]) == (105, "period_closed")
    assert refused(service, sale(3, 1, effective_at=EARLY))["code"] == 105
    service.send(example("policy", keep_months=36))
    assert of_type(service.send(sale(3, 1, effective_at=EARLY)), "rejection") == []
    assert [one.kind for one in service.occurrences] == ["rejection", "rejection"]


def test_106_and_107_say_what_to_do() -> None:
    service = Service()
    worthless = example("adjustment", mode="value", quantity=..., value="5")
    assert refused(service, worthless)["code"] == 106
    service.send(example("policy", unknown_items="reject"), receipt(1, 5))
    # The dock has received it, the ledger has refused it: nothing of it can go back.
    service.send(example("item"))
    rejection = refused(service, example("purchase_return", quantity=1))
    assert (rejection["code"], rejection["name"]) == (107, "unknown_reference")
    assert rejection["event"] == example("purchase_return", quantity="1") | {
        "effective_at": "2026-10-05T09:55:00Z"
    }


def test_charges_of_a_refused_receipt_line_are_late_cost_until_it_is_taken() -> None:
    """Domain 5; a line that comes again absorbs them: clearing is charged once."""
    service = Service()
    service.send(example("policy", unknown_items="reject"), charge(1, "10"))
    said = service.send(receipt(1, 10, "2"))
    (late,) = of_type(said, "cost_variance")
    assert figures(late, "kind", "amount", "charge_id") == ["late_cost", "10.00", "C1"]
    service.send(example("item", method="wac"))
    said = service.send(receipt(1, 10, "2"))
    assert [one["type"] for one in said if "amount" in one and one["type"] != "journal"] == [
        "ledger_entry", "received", "cost_variance",
    ]  # fmt: skip
    (absorbed,) = of_type(said, "cost_variance")
    assert figures(absorbed, "kind", "amount") == ["landed_over_absorption", "-10.00"]
    (snapshot,) = of_type(said, "snapshot")
    assert figures(snapshot, "method", "value", "average_cost") == ["wac", "30.00", "3.00"]
    assert service.send(receipt(1, 10, "2")) == []


def test_the_price_of_a_refused_line_is_owed_once_it_is_taken_and_corrected() -> None:
    """A correction before is refused, 107; sent again after its receipt, it applies once."""
    service = Service()
    service.send(example("policy", unknown_items="reject"), receipt(1, 10, "2"))
    correction = example("cost_correction", sku="12345", unit_cost="3")
    rejection = refused(service, correction)
    assert (rejection["code"], rejection["name"]) == (107, "unknown_reference")
    assert "send its receipt again first" in str(rejection["message"])
    assert of_type(service.said, "corrected") == []
    service.send(example("item"), receipt(1, 10, "2"))
    (corrected,) = of_type(service.send(correction), "corrected")
    assert figures(corrected, "amount", "value") == ["10.00", "30.00"]
    assert service.send(correction) == []
    owed = sum(
        figure(line, "credit") - figure(line, "debit")
        for journal in of_type(service.said, "journal")
        for line in lines_of(journal)
        if line["role"] == "goods_received_not_invoiced"
    )
    assert (owed, inventory(service.said)) == (30, 30)


def test_a_build_whose_goods_were_refused_is_sent_again() -> None:
    """What was consumed is not consumed twice, and leaves work in progress after all."""
    service = Service()
    build = example("build", produce=[{"sku": "P", "warehouse": "A", "quantity": 2}])
    service.send(receipt(1, 5, "3"), example("item", sku="P", id="i0"))
    service.send(example("item"), example("policy", unknown_items="reject"))
    fresh = build | {"produce": [{"sku": "NEW", "warehouse": "A", "quantity": 2}]}
    assert refused(service, fresh)["sku"] == "NEW"
    said = service.send(example("item", sku="NEW", id="i1"), fresh)
    (made,) = of_type(said, "produced")
    consumed = sum(figure(one, "amount") for one in of_type(service.said, "consumed"))
    overhead = Decimal(str(build["overhead"]))
    assert figure(made, "amount") == consumed + overhead
    assert of_type(said, "consumed") == []
    assert of_type(service.send(fresh), "produced") == []


def test_a_refused_charge_is_given_back_as_it_was_sent() -> None:
    service = Service()
    service.send(receipt(1, 5), charge(1, "100", currency="EUR", fx_rate="1.1"))
    service.send(example("item", id="now"))
    (movement,) = (one for one in service.log if b'"landed_cost"' in (one.value or b""))
    other = movement._replace(value=(movement.value or b"").replace(b'"110"', b'"120"'))
    service._take(other)
    (rejection,) = of_type(service.said, "rejection")
    assert rejection["code"] == 104
    charged = {
        "charge_id": "C1", "kind": "freight", "amount": "100", "basis": "unit",
        "currency": "EUR", "fx_rate": "1.1",
    }  # fmt: skip
    assert rejection["event"] == charge(1, "100") | {
        "effective_at": "2026-10-05T09:55:00Z",
        "charges": [charged],
    }


def test_a_refused_production_is_given_back_as_a_build_of_it() -> None:
    service = Service()
    service.send(example("policy", unknown_items="reject"), example("item"))
    made = refused(service, example("build", consume=[]))
    assert made["event"] == {
        "id": "build-1", "type": "build", "source": "shop",
        "effective_at": "2026-10-05T09:55:00Z", "order_id": "M1", "consume": [],
        "produce": [{"sku": "12399", "warehouse": "A", "quantity": "1", "unit_cost": "9.5"}],
    }  # fmt: skip


def test_a_refused_correction_names_its_receipt() -> None:
    service = Service()
    service.send(receipt(1, 5, "2", currency="EUR", fx_rate="2"))
    service.send(example("cost_correction", sku="12345", unit_cost="3"))
    movement = service.log[-1]
    service._take(movement._replace(value=(movement.value or b"").replace(b'"30"', b'"40"')))
    (rejection,) = of_type(service.said, "rejection")
    correction = example("cost_correction", sku="12345", unit_cost="3")
    assert rejection["event"] == correction | {"effective_at": "2026-10-05T09:55:00Z"}
    assert SKU["sku"] == rejection["sku"]


def test_a_refused_merge_names_the_receipt_it_was_to_go_into() -> None:
    service = Service()
    service.send(receipt(1, 5), receipt(2, 5))
    merge = example("receipt_merge", received_at="2026-12-01T00:00:00Z")
    rejection = refused(service, merge)
    assert rejection["code"] == 100
    assert rejection["event"] == {
        "id": "receipt_merge-1", "type": "receipt_merge", "source": "shop",
        "effective_at": "2026-10-05T09:55:00Z", "received_at": "2026-12-01T00:00:00Z",
        "shipment_id": "S1", "receipt_ids": ["R1", "R2"], "into": "R1",
    }  # fmt: skip


def test_a_refused_merge_is_sent_again_when_its_receipt_was_taken() -> None:
    service = Service()
    service.send(example("policy", unknown_items="reject"), receipt(1, 5), receipt(2, 5))
    service.send(example("item"), receipt(1, 5))
    merge = example("receipt_merge")
    assert refused(service, merge)["code"] == 107
    (snapshot,) = of_type(service.send(receipt(2, 5), merge)[-1:], "snapshot")
    assert (snapshot["on_hand"], snapshot["open_layers"]) == ("10", 1)
    assert service.send(merge) == []
