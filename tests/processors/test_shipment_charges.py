"""Charges of a shipment: spread over what was received, before, with and after (domain 5)."""

from decimal import Decimal
from typing import NamedTuple

import pytest

from tests.processors.dock import DUTY, FREIGHT, HANDLING, A, B, C, Dock
from tests.processors.events import Json, example, record, run
from ullage.processors.shipments import shares
from ullage.processors.shipments.charging import MOST_CHARGES
from ullage.processors.shipments.step import Shipments


class Costs(NamedTuple):
    """Charges of the worked shipment, and when they come."""

    before: tuple[Json, ...] = ()
    after: tuple[Json, ...] = ()


@pytest.mark.parametrize(
    "costs",
    [
        Costs(before=(FREIGHT, DUTY, HANDLING)),
        Costs(after=(FREIGHT, DUTY, HANDLING)),
        Costs(before=(FREIGHT,), after=(DUTY, HANDLING)),
    ],
)
@pytest.mark.parametrize("policy", [{}, {"landed_cost_policy": "true_up"}])
def test_the_worked_shipment_to_the_cent(costs: Costs, policy: Json) -> None:
    """Unit costs 5.9608, 13.2408 and 26.7607; 13,450.00 in all (domain 5)."""
    dock = Dock(**policy)
    if costs.before:
        assert dock.charge(*costs.before).outputs == []
    received = dock.receive(A, B, C).movements
    if costs.after:
        dock.charge(*costs.after)
    bear = [dock.of(line) for line in received]
    assert bear == [Decimal("720.60"), Decimal("465.30"), Decimal("264.10")]
    assert _round(5 + bear[0] / 750) == Decimal("5.9608")
    assert _round(12 + bear[1] / 375) == Decimal("13.2408")
    assert _round(25 + bear[2] / 150) == Decimal("26.7607")
    assert sum(dock.posts.values()) == Decimal("1450.00")


def test_shipment_two() -> None:
    """A: 5.50 + 0.75 + 0.2192 = 6.4692; the extras of both lines add up to 865.00."""
    dock = Dock()
    dock.charge({**FREIGHT, "amount": "600"}, {**DUTY, "amount": "265"})
    a, b = dock.receive(
        {**A, "quantity": 500, "unit_cost": "5.50"},
        {**B, "quantity": 300, "unit_cost": "13.00"},
    ).movements
    assert Decimal("5.50") + dock.of(a) / 500 == Decimal("6.4692")
    assert dock.of(a) + dock.of(b) == 865


@pytest.mark.parametrize(
    ("basis", "first", "second"),
    [
        ("weight", "30", "10"),
        ("volume", "20", "20"),
        ("unit", "10", "30"),
        ("value", "8", "32"),
    ],
)
def test_each_basis(basis: str, first: str, second: str) -> None:
    """`weight` and `volume` are those of the whole line."""
    dock = Dock()
    one = {**A, "quantity": 1, "unit_cost": 3, "weight": 7.5, "volume": "0.2"}
    other = {**B, "quantity": 3, "unit_cost": 4, "weight": 2.5, "volume": "0.2"}
    dock.charge({**FREIGHT, "amount": 40, "basis": basis})
    bear = [dock.of(line) for line in dock.receive(one, other).movements]
    assert bear == [Decimal(first), Decimal(second)]


@pytest.mark.parametrize("basis", ["weight", "volume", "value"])
def test_a_basis_that_no_line_has_falls_back_to_units(basis: str) -> None:
    dock = Dock()
    lines = {**A, "quantity": 1, "unit_cost": None}, {**B, "quantity": 3, "unit_cost": 0}
    dock.charge({**FREIGHT, "amount": 40, "basis": basis})
    assert [dock.of(line) for line in dock.receive(*lines).movements] == [10, 30]


def test_a_line_without_a_cost_bears_nothing_by_value() -> None:
    dock = Dock()
    dock.charge({**DUTY, "amount": 40})
    lines = {**A, "unit_cost": None}, {**B, "quantity": 3}
    unpriced, priced = dock.receive(*lines).movements
    assert "charges" not in unpriced
    assert dock.of(priced) == 40


def test_a_charge_in_another_currency_is_converted_once() -> None:
    dock = Dock()
    dock.receive({**A, "quantity": 1}, {**B, "quantity": 2})
    euros = {**FREIGHT, "amount": "33.33", "currency": "EUR", "fx_rate": "1.123456789012"}
    said = dock.charge(euros)
    assert sum(dock.bears.values()) == Decimal("37.444815")
    assert sum(dock.posts.values()) == Decimal("37.44")
    (share,) = said.movements[0]["charges"]  # type: ignore[misc]
    assert (share["total"], share["original_total"]) == ("37.444815", "33.33")
    assert (share["currency"], share["fx_rate"]) == ("EUR", "1.123456789012")


def test_value_is_measured_in_the_base_currency() -> None:
    dock = Dock()
    dock.receive({**A, "quantity": 1, "unit_cost": 10}, currency="EUR", fx_rate=3)
    dock.receive({**A, "quantity": 1, "unit_cost": 10})
    dock.charge({**DUTY, "amount": 40})
    assert sorted(dock.bears.values()) == [10, 30]


def test_posted_shares_are_in_the_coins_of_the_base_currency() -> None:
    dock = Dock(base_currency="JPY")
    dock.charge({**FREIGHT, "amount": 100})
    dock.receive(*({**A, "quantity": 1, "warehouse": str(place)} for place in range(3)))
    assert list(dock.posts.values()) == [33, 33, 34]


@pytest.mark.parametrize(
    ("charge", "sentence"),
    [
        ({"currency": "EUR"}, "The charge N is in EUR and has no fx_rate; give the rate"),
        ({"fx_rate": 2}, "The charge N has an fx_rate, but is in USD; give its currency or"),
        (
            {"currency": "EUR", "fx_rate": 10**11, "amount": 10},
            "The charge N is 1000000000000 USD at this fx_rate; it must have at most 12",
        ),
        ({"charge_id": "F"}, "The charge F came before in shipment S1; correct it by"),
    ],
)  # fmt: skip
def test_a_wrong_charge_refuses_the_whole_document(charge: Json, sentence: str) -> None:
    dock = Dock()
    dock.receive(A)
    dock.charge(FREIGHT)
    before = dict(dock.store)
    said = dock.charge(DUTY, {**HANDLING, "charge_id": "N", **charge})
    assert sentence in str(said.rejections[0]["message"])
    assert said.rejections[0]["code"] == 100
    assert (len(said.outputs), dock.store) == (1, before)
    assert dock.charge({**FREIGHT, "charge_id": "again", "amount": -50}).movements


def test_the_same_charges_again_are_a_retransmission() -> None:
    dock = Dock()
    dock.receive(A)
    event = record(example("landed_cost"))
    assert run(Shipments(), [event], dock.store).movements
    again = run(Shipments(), [event], dock.store)
    assert (again.outputs, [one.kind for one in again.occurrences]) == ([], ["duplicate"])


def test_a_shipment_has_a_limit_of_charges() -> None:
    dock = Dock()
    many = [{**FREIGHT, "charge_id": str(number)} for number in range(MOST_CHARGES + 1)]
    (rejection,) = dock.charge(*many).rejections
    assert f"one may have {MOST_CHARGES}" in str(rejection["message"])
    assert not dock.charge(*many[1:]).rejections
    assert dock.charge(many[0]).rejections


def test_one_document_makes_only_so_many_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MOST_SHARES", 5)
    dock = Dock(landed_cost_policy="true_up")
    dock.charge(FREIGHT, DUTY)
    assert "2 charges over 3 lines" in str(dock.receive(A, B, C).rejections[0]["message"])
    assert dock.receive(A, B).movements
    assert "2 charges over 3 lines" in str(dock.receive(C).rejections[0]["message"])
    more = [{**HANDLING, "charge_id": str(number)} for number in range(3)]
    assert "3 charges over 2 lines" in str(dock.charge(*more).rejections[0]["message"])


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001"))
