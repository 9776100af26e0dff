"""What a later receipt takes of earlier charges: locked rates, or all is spread again."""

from collections.abc import Iterable
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.processors.dock import DUTY, FREIGHT, HANDLING, A, B, C, Dock
from tests.processors.events import Json, record, run
from ullage.processors.shipments.step import Shipments

MORE = {**A, "quantity": 250}


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
    dock, totals = _played(sent, true_up)
    received = any(event["type"] == "receipt" for event, _ in dock.sent)
    for charge_id, total in totals.items() if received else ():
        assert _sum(dock.bears, charge_id) == total
        assert _sum(dock.posts, charge_id) == total
    assert not (true_up and dock.absorbs)


@given(documents, st.booleans())
def test_a_receipt_sent_again_says_of_its_lines_what_it_said_first(
    sent: list[tuple[str, list[Json]]], true_up: bool
) -> None:
    """Whatever came in between, or the ledger would take it for another one."""
    dock, _ = _played(sent, true_up)
    before = dict(dock.store)
    for event, said in dock.sent:
        if event["type"] == "receipt":
            first = [one for one in said.movements if one["type"] == "receipt"]
            assert run(Shipments(), [record(event)], dock.store).movements == first
    assert dock.store == before


def _played(
    sent: list[tuple[str, list[Json]]], true_up: bool
) -> tuple[Dock, dict[str, Decimal]]:
    """The shipment after all of it, and its charges."""
    dock = Dock(landed_cost_policy="true_up" if true_up else "locked")
    totals: dict[str, Decimal] = {}
    for number, (what, parts) in enumerate(sent):
        if what == "lines":
            placed = [{**one, "warehouse": str(place)} for place, one in enumerate(parts)]
            assert not dock.receive(*placed).rejections
        else:
            named = [{**one, "charge_id": f"{number}-{i}"} for i, one in enumerate(parts)]
            assert not dock.charge(*named).rejections
            totals |= {str(one["charge_id"]): Decimal(str(one["amount"])) for one in named}
    return dock, totals


def _sum(shares: dict[tuple[str, str], Decimal], charge_id: str) -> Decimal:
    return _total(amount for (_, of), amount in shares.items() if of == charge_id)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())
