"""Charges of a shipment: spread over what was received, before, with and after (domain 5)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processors.events import Json, MemoryStore, Published, example, record, run
from ullage.processors import shares
from ullage.processors.charging import MOST_CHARGES
from ullage.processors.shipments import Shipments
from ullage_schemas.movements import LandedCostMovement, ReceiptMovement

FREIGHT: Json = {"charge_id": "F", "kind": "freight", "amount": "850.00", "basis": "unit"}
DUTY: Json = {"charge_id": "D", "kind": "duty", "amount": "480.00", "basis": "value"}
HANDLING: Json = {"charge_id": "H", "kind": "handling", "amount": "120", "basis": "unit"}
A, B, C = (
    {"sku": "12345", "warehouse": "A", "quantity": 750, "unit_cost": "5.00"},
    {"sku": "12346", "warehouse": "A", "quantity": 375, "unit_cost": "12.00"},
    {"sku": "12347", "warehouse": "A", "quantity": 150, "unit_cost": "25.00"},
)
MORE = {**A, "quantity": 250}


class Dock:
    """A shipment's documents, one after the other."""

    def __init__(self, **policy: object) -> None:
        self.store, self.number = MemoryStore(), 0
        self.bears: dict[tuple[str, str], Decimal] = {}
        self.posts: dict[tuple[str, str], Decimal] = {}
        self.absorbs: dict[tuple[str, str], Decimal] = {}
        if policy:
            self.send("policy", **policy)

    def send(self, kind: str, **changes: object) -> Published:
        self.number += 1
        event = example(kind, id=f"e{self.number}", **changes)
        said = run(Shipments(), [record(event)], self.store)
        for movement in said.movements:
            self._note(movement)
        return said

    def receive(self, *lines: Json, **changes: object) -> Published:
        return self.send("receipt", receipt_id=f"R{self.number}", lines=list(lines), **changes)

    def charge(self, *charges: Json) -> Published:
        return self.send("landed_cost", charges=list(charges))

    def _note(self, movement: Json) -> None:
        """Add up what each receipt line bears of each charge."""
        model = ReceiptMovement if movement["type"] == "receipt" else LandedCostMovement
        read = model.model_validate(movement)
        line = movement["id"] if movement["type"] == "receipt" else movement["receipt"]
        for share in read.charges or ():
            place = (str(line), share.charge_id)
            self.bears[place] = self.bears.get(place, Decimal()) + share.amount
            self.posts[place] = self.posts.get(place, Decimal()) + share.posted_amount
        if isinstance(read, ReceiptMovement):
            for taken in read.absorbed or ():
                self.absorbs[str(line), taken.charge_id] = taken.amount

    def of(self, movement: Json) -> Decimal:
        """What a receipt line bears in all."""
        both = (self.bears, self.absorbs)
        return sum(
            (sum_ for one in both for (line, _), sum_ in one.items() if line == movement["id"]),
            Decimal(),
        )


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


def test_more_of_a_sku_takes_its_locked_rates() -> None:
    """250 more of A: 5.9608 again, 240.20 absorbed beyond the charges."""
    dock = Dock()
    dock.charge(FREIGHT, DUTY, HANDLING)
    dock.receive(A, B, C)
    (more,) = dock.receive(MORE).movements
    assert "charges" not in more
    assert more["absorbed"] == [
        {"charge_id": "F", "amount": "166.675"},
        {"charge_id": "D", "amount": "50"},
        {"charge_id": "H", "amount": "23.525"},
    ]
    assert dock.of(more) == Decimal("240.20")


def test_a_sku_new_to_the_shipment_takes_no_locked_charge() -> None:
    dock = Dock()
    dock.charge(FREIGHT)
    dock.receive(A)
    new, known = dock.receive({**B}, {**A, "warehouse": "B"}).movements
    assert not {"charges", "absorbed"} & new.keys()
    assert dock.of(known) == Decimal("850")
    later = dock.receive({**B, "quantity": 1}).movements[0]
    assert "absorbed" not in later


def test_a_late_charge_is_over_all_received_and_locks_those_rates() -> None:
    dock = Dock()
    first = dock.receive({**A, "quantity": 1}).movements[0]
    second = dock.receive({**A, "quantity": 2}).movements[0]
    charged = dock.charge({**FREIGHT, "amount": "9"})
    assert [one["receipt"] for one in charged.movements] == [first["id"], second["id"]]
    assert charged.movements[0]["receipt_id"] == first["receipt_id"]
    assert [dock.of(first), dock.of(second)] == [3, 6]
    assert len({one["id"] for one in charged.movements}) == 2
    third = dock.receive({**A, "quantity": 5}).movements[0]
    assert dock.of(third) == 15


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


def test_true_up_spreads_again_over_everything() -> None:
    """850 on 750 units; 100 more and both bear 1.00 a unit: 100 leave the first line."""
    dock = Dock(landed_cost_policy="true_up")
    dock.charge(FREIGHT)
    (first,) = dock.receive(A).movements
    second, change = dock.receive({**A, "quantity": 100}).movements
    assert (change["type"], change["receipt"]) == ("landed_cost", first["id"])
    assert [dock.of(first), dock.of(second)] == [750, 100]
    (share,) = change["charges"]  # type: ignore[misc]
    assert share["amount"] == share["posted_amount"] == "-100"
    assert share["total"] == "850"
    assert "absorbed" not in second
    assert len({first["id"], second["id"], change["id"]}) == 3


def test_true_up_says_nothing_where_nothing_changes() -> None:
    dock = Dock(landed_cost_policy="true_up")
    dock.charge(DUTY)
    dock.receive(A)
    assert len(dock.receive({**B, "unit_cost": 0}).movements) == 1


def test_a_policy_holds_from_its_place_on() -> None:
    """What was absorbed at locked rates stays; from the policy on, charges are spread again."""
    dock = Dock()
    dock.charge({**FREIGHT, "amount": "10"})
    (first,) = dock.receive({**A, "quantity": 10}).movements
    (second,) = dock.receive({**A, "quantity": 10}).movements
    dock.send("policy", landed_cost_policy="true_up")
    (third, *_) = dock.receive({**A, "quantity": 20}).movements
    assert [dock.of(one) for one in (first, second, third)] == [
        Decimal("2.5"),
        Decimal("12.5"),
        5,
    ]
    dock.send("policy", landed_cost_policy=...)
    (fourth,) = dock.receive({**A, "quantity": 10}).movements
    assert dock.of(fourth) == 10


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


def cents(number: int) -> str:
    return str(Decimal(number).scaleb(-2))


def micros(number: int) -> str:
    return str(Decimal(number).scaleb(-6))


lines = st.lists(
    st.fixed_dictionaries(
        {
            "sku": st.sampled_from("abc"),
            "quantity": st.integers(1, 10**9).map(micros),
            "unit_cost": st.none() | st.integers(0, 10**4).map(cents),
            "weight": st.none() | st.integers(0, 5),
        }
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip
charges = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.just("freight"),
            "amount": st.integers(-(10**6), 10**6).filter(bool).map(cents),
            "basis": st.sampled_from(["unit", "value", "weight", "volume"]),
        }
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip
documents = st.lists(
    lines.map(lambda of: ("lines", of)) | charges.map(lambda of: ("charges", of))
)


@given(documents, st.booleans())
def test_every_charge_is_borne_to_the_last_cent(
    sent: list[tuple[str, list[Json]]], true_up: bool
) -> None:
    """Once anything is received; whatever comes in whatever order, also when spread again."""
    dock = Dock(landed_cost_policy="true_up" if true_up else "locked")
    totals: dict[str, Decimal] = {}
    received = False
    for number, (what, parts) in enumerate(sent):
        if what == "lines":
            placed = [{**one, "warehouse": str(place)} for place, one in enumerate(parts)]
            assert not dock.receive(*placed).rejections
            received = True
        else:
            named = [{**one, "charge_id": f"{number}-{i}"} for i, one in enumerate(parts)]
            assert not dock.charge(*named).rejections
            totals |= {str(one["charge_id"]): Decimal(str(one["amount"])) for one in named}
    for charge_id, total in totals.items() if received else ():
        assert _sum(dock.bears, charge_id) == total
        assert _sum(dock.posts, charge_id) == total
    assert not (true_up and dock.absorbs)


def _sum(shares: dict[tuple[str, str], Decimal], charge_id: str) -> Decimal:
    return _total(amount for (_, of), amount in shares.items() if of == charge_id)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001"))
