"""A story of the whole accounting: its events, one after the other, and what each comes to.

Every chapter has SKUs of its own, so its figures can be worked out by hand on their own.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.processors.events import Json

_BEGIN = datetime(2026, 10, 1, 8, tzinfo=UTC)


def story() -> list[Json]:
    """All events with their times: a minute apart, and learnt a second after they happened."""
    chapters = (
        _worked("S1", ""),
        _worked("fifo", "S2"),
        _worked("wac", "S2", method="wac"),
        _warehouse_pool(),
        _foreign_currency(),
        _returned_after_a_late_cost(),
        _returned_before_a_late_cost(),
        _oversold(),
        _sold_below_zero_stock(),
        _cost_unknown(),
        _sent_back(),
        _built(),
        _merged(),
        _held_and_released(),
        _trued_up(),
        _refused(),
    )
    events = [event for chapter in chapters for event in chapter]
    return [_dated(event, number) for number, event in enumerate(events)]


def _dated(event: Json, minute: int) -> Json:
    at = _BEGIN + timedelta(minutes=minute)
    learnt = (at + timedelta(seconds=1)).isoformat()
    return {"source": "story", "effective_at": at.isoformat(), "recorded_at": learnt} | event


def _worked(name: str, until: str, method: str = "fifo") -> Iterator[Json]:
    """The worked shipments (domain 5); the freight is there before the goods."""
    first, a, b, c = f"{name}-S1", f"{name}-A", f"{name}-B", f"{name}-C"
    for sku in (a, b, c):
        yield _event(f"{sku} item", "item", sku=sku, method=method)
    yield _charges(f"{name} freight", first, F="850.00 unit")
    lines = [_line(a, 750, "5.00"), _line(b, 375, "12.00"), _line(c, 150, "25.00")]
    yield _receipt(f"{name} goods", first, f"{name}-R1", *lines)
    yield _charges(f"{name} duty, handling", first, D="480.00 value", H="120.00 unit")
    yield _transfer(f"{name} A to B", a, 150)
    yield _transfer(f"{name} B to B", b, 150)
    if until != "S2":
        return
    yield _receipt(f"{name} 250 more", first, f"{name}-R2", _line(a, 250, "5.00"))
    lines = [_line(a, 500, "5.50"), _line(b, 300, "13.00")]
    yield _receipt(f"{name} S2 goods", f"{name}-S2", f"{name}-R3", *lines)
    yield _charges(f"{name} S2 charges", f"{name}-S2", F="600.00 unit", D="265.00 value")
    yield _transfer(f"{name} rest to B", a, 350)


def _warehouse_pool() -> Iterator[Json]:
    """Each warehouse draws on its own layers, and a transfer moves them."""
    yield _event("pool item", "item", sku="pool", cost_pool="warehouse")
    lines = [_line("pool", 1000, "5.9608")]
    yield _receipt("pool first", "pool-S1", "pool-R1", *lines)
    yield _transfer("pool to B", "pool", 200)
    lines = [_line("pool", 200, "6.4697"), _line("pool", 300, "6.4697", warehouse="B")]
    yield _receipt("pool second", "pool-S2", "pool-R2", *lines)


def _foreign_currency() -> Iterator[Json]:
    """10 @ 2.00 EUR at 1.1 and 10.00 EUR at 1.2, 4 sold before; 7.00 more comes late."""
    yield _sale("euro sold before", "euro", 4, "euro-O1")
    charge = {**_charge("F", "10.00 weight"), "currency": "EUR", "fx_rate": "1.2"}
    yield _event("euro freight", "landed_cost", shipment_id="euro-S", charges=[charge])
    line = {**_line("euro", 10, "2.00"), "weight": "2.5"}
    paid: Json = {"currency": "EUR", "fx_rate": "1.1"}
    yield _receipt("euro goods", "euro-S", "euro-R", line, **paid)
    yield _charges("euro storage", "euro-S", L="7.00 unit")


def _returned_after_a_late_cost() -> Iterator[Json]:
    yield _receipt("late goods", "late-S", "late-R", _line("late", 5, "100.00"))
    yield _sale("late sold", "late", 5, "late-O")
    yield _charges("late freight", "late-S", F="50.00 unit")
    yield _return("late returned", "late", 2, "late-O")


def _returned_before_a_late_cost() -> Iterator[Json]:
    yield _receipt("back goods", "back-S", "back-R", _line("back", 5, "100.00"))
    yield _sale("back sold", "back", 5, "back-O")
    yield _return("back returned", "back", 2, "back-O")
    yield _charges("back freight", "back-S", F="50.00 unit")


def _oversold() -> Iterator[Json]:
    """Sold at no known cost and settled; a rounding of what is posted; then a LIFO draw."""
    yield _event("over item", "item", sku="over", method="lifo")
    yield _sale("over sold", "over", 10, "over-O1")
    yield _receipt("over goods", "over-S1", "over-R1", _line("over", 25, "4.00"))
    yield _receipt("over dearer", "over-S2", "over-R2", _line("over", 1000, "3.333333"))
    yield _sale("over sold again", "over", 1000, "over-O2")


def _sold_below_zero_stock() -> Iterator[Json]:
    yield _event("soft item", "item", sku="soft", method="wac", non_diminishing=True)
    yield _receipt("soft goods", "soft-S1", "soft-R1", _line("soft", 5, "10.00"))
    yield _sale("soft sold", "soft", 8, "soft-O", override_unit_cost="1.00")
    yield _receipt("soft more", "soft-S2", "soft-R2", _line("soft", 4, "10.00"))


def _cost_unknown() -> Iterator[Json]:
    """Taken at the standard cost, one sold, and trued up."""
    yield _event("asked item", "item", sku="asked", standard_cost="2.00")
    yield _receipt("asked goods", "asked-S", "asked-R", _line("asked", 5, None))
    yield _sale("asked sold", "asked", 1, "asked-O")
    of_receipt: Json = {"shipment_id": "asked-S", "receipt_id": "asked-R", "sku": "asked"}
    yield _event("asked told", "cost_correction", **of_receipt, unit_cost="2.50")


def _sent_back() -> Iterator[Json]:
    """At the purchase price, but drawn at the landed cost."""
    yield _charges("sent freight", "sent-S", F="10.00 volume")
    line = {**_line("sent", 10, "5.00"), "volume": 1}
    yield _receipt("sent goods", "sent-S", "sent-R", line)
    of_receipt: Json = {"shipment_id": "sent-S", "receipt_id": "sent-R", **_place("sent")}
    yield _event("sent back", "purchase_return", **of_receipt, quantity=2)
    change: Json = {"mode": "value", "value": "2.00", "reason": "supplier's bill"}
    yield _event("sent revalued", "adjustment", **_place("sent"), **change)


def _built() -> Iterator[Json]:
    """A kit of two, one kit at a given cost, and one with a component that is refused."""
    yield _event("strict item", "item", sku="strict", negative_stock="reject")
    yield _event("bag item", "item", sku="bag", method="wac")
    lines = [_line("box", 10, "2.50"), _line("bag", 10, "1.00")]
    yield _receipt("parts", "parts-S", "parts-R", *lines)
    kit, box, bag = _line("kit", 4, None), _use("box", 2), _use("bag", 3)
    yield _build("kit built", "kit-M1", [box, bag], [kit], overhead="1.25")
    yield _build("kit valued", "kit-M2", [box], [_line("kit", 2, "3.00")])
    yield _build("kit without", "kit-M3", [box, _use("strict", 1)], [_line("kit", 1, None)])
    yield _sale("kit sold", "kit", 5, "kit-O")


def _merged() -> Iterator[Json]:
    for number, cost in (("1", "1.00"), ("2", "3.00")):
        line = _line("merged", 10, cost)
        yield _receipt(f"merged goods {number}", "merged-S", f"merged-R{number}", line)
    both: Json = {"receipt_ids": ["merged-R1", "merged-R2"], "into": "merged-R1"}
    yield _event("merged", "receipt_merge", shipment_id="merged-S", **both)


def _held_and_released() -> Iterator[Json]:
    """Cost of sales has no account at first; days are those of Berlin."""
    mapped: Json = {"inventory": "1400", "cogs": None, "wip": "1490"}
    yield _event("policy held", "policy", time_zone="Europe/Berlin", gl_mapping=mapped)
    yield _receipt("held goods", "held-S", "held-R", _line("held", 5, "2.00"))
    yield _sale("held sold", "held", 3, "held-O", effective_at="2026-10-02T22:30:00Z")
    yield _event("policy mapped", "policy", gl_mapping={**mapped, "cogs": "5000"})


def _trued_up() -> Iterator[Json]:
    """Spread again over all that was received: what was sold before is a credit."""
    yield _event("policy true-up", "policy", landed_cost_policy="true_up")
    yield _charges("true freight", "true-S", F="60.00 unit")
    yield _receipt("true goods", "true-S", "true-R1", _line("true", 10, "1.00"))
    yield _sale("true sold", "true", 4, "true-O")
    yield _receipt("true more", "true-S", "true-R2", _line("true", 10, "1.00"))


def _refused() -> Iterator[Json]:
    """Each code that this version has a rule for."""
    yield _sale("refused 100", "late", 0, "refused")
    yield _event("refused 107", "purchase_return", shipment_id="late-S", receipt_id="none",
                 **_place("late"), quantity=1)  # fmt: skip
    yield _sale("refused 102", "strict", 1, "refused")
    yield _event("refused 103", "item", sku="late", method="wac")
    yield _sale("late sold", "late", 1, "refused")
    yield _sale("refused 105", "late", 1, "refused", effective_at="2024-01-01T00:00:00Z")
    change: Json = {"mode": "value", "value": "1.00", "reason": "none"}
    yield _event("refused 106", "adjustment", **_place("empty"), **change)
    yield _event("policy strict", "policy", unknown_items="reject")
    yield _sale("refused 101", "unknown", 1, "refused")
    yield _event("policy as before", "policy", landed_cost_policy="locked")


def _event(name: str, kind: str, **fields: object) -> Json:
    return {"id": name, "type": kind, **fields}


def _receipt(name: str, shipment: str, receipt: str, *lines: Json, **fields: object) -> Json:
    of: Json = {"shipment_id": shipment, "receipt_id": receipt, "lines": list(lines)}
    return _event(name, "receipt", **of, **fields)


def _charges(name: str, shipment: str, **charges: str) -> Json:
    said = [_charge(charge, amount_and_basis) for charge, amount_and_basis in charges.items()]
    return _event(name, "landed_cost", shipment_id=shipment, charges=said)


def _charge(charge: str, amount_and_basis: str) -> Json:
    amount, basis = amount_and_basis.split()
    return {"charge_id": charge, "kind": "freight", "amount": amount, "basis": basis}


def _line(sku: str, quantity: int, unit_cost: str | None, warehouse: str = "A") -> Json:
    return {**_place(sku, warehouse), "quantity": quantity, "unit_cost": unit_cost}


def _use(sku: str, quantity: int) -> Json:
    return {**_place(sku), "quantity": quantity}


def _place(sku: str, warehouse: str = "A") -> Json:
    return {"sku": sku, "warehouse": warehouse}


def _transfer(name: str, sku: str, quantity: int) -> Json:
    places: Json = {"from_warehouse": "A", "to_warehouse": "B"}
    return _event(name, "transfer", sku=sku, **places, quantity=quantity)


def _sale(name: str, sku: str, quantity: int, order: str, **fields: object) -> Json:
    of: Json = {"order_id": order, "line_id": "1"}
    return _event(name, "sale", **_use(sku, quantity), **of, **fields)


def _return(name: str, sku: str, quantity: int, order: str) -> Json:
    of: Json = {"order_id": order, "line_id": "1"}
    return _event(name, "sale_return", **_use(sku, quantity), **of)


def _build(
    name: str, order: str, consume: list[Json], produce: list[Json], **fields: object
) -> Json:
    of: Json = {"order_id": order, "consume": consume, "produce": produce}
    return _event(name, "build", **of, **fields)
