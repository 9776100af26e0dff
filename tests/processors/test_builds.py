"""A build consumes at once, and produces when the ledger has said what that cost."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processors.events import (
    EXAMPLES,
    RECORDED_MS,
    SECOND,
    Json,
    MemoryStore,
    Published,
    example,
    record,
    run,
)
from ullage.processors.builds.step import Builds
from ullage.processors.identity import movement_id
from ullage.step import Record
from ullage_schemas.movements import ConsumptionMovement, ProductionMovement

LATER = RECORDED_MS + 60 * SECOND


def part(sku: str, quantity: object = 1, **changes: object) -> Json:
    return {"sku": sku, "warehouse": "A", "quantity": quantity, **changes}


def build(store: MemoryStore, **changes: object) -> Published:
    return run(Builds(), [record(example("build", **changes))], store)


def answers(consumed: list[Json], *costs: tuple[str, str]) -> list[Record]:
    """What the ledger says of consumptions, in their order; no cost: it has refused."""
    made = []
    for movement, (amount, posted) in zip(consumed, costs, strict=True):
        said = {
            "type": "consumed",
            "order_id": movement["order_id"],
            "movement_id": movement["id"],
            "sku": movement["sku"],
            "amount": amount or "0.00",
            "posted_amount": posted or "0.00",
            "refused": not amount,
        }
        key, value = str(movement["order_id"]).encode(), json.dumps(said).encode()
        made.append(Record("ullage-builds", 0, 9, LATER, key, value))
    return made


def produced(store: MemoryStore, given: list[Record]) -> list[Json]:
    return run(Builds(), given, store).movements


def test_a_build_is_consumed_and_then_produced() -> None:
    """2 at 3.20, overhead 1.25: 7.65 for the unit; nothing before the cost is known."""
    store, trace = MemoryStore(), (("traceparent", b"t"),)
    one = part("12399")
    came = record(example("build", produce=[one]), headers=trace)
    said = run(Builds(), [came], store)
    (consumption,) = said.movements
    ConsumptionMovement.model_validate(consumption)
    assert consumption["id"] == movement_id("shop", "build-1", "12345", "M1", 0)
    assert (consumption["order_id"], consumption["quantity"]) == ("M1", "2")
    assert said.outputs[0].headers[-1] == trace[0]
    (answer,) = answers([consumption], ("6.4", "6.4"))
    done = run(Builds(), [answer], store)
    (production,) = done.movements
    ProductionMovement.model_validate(production)
    assert production["id"] == movement_id("shop", "build-1", "12399", "M1", 1)
    assert (production["cost"], production["posted_cost"]) == ("7.65", "7.65")
    assert production["overhead"] == "1.25"
    assert production["source_id"] == "build-1"
    assert production["effective_at"] == "2026-10-05T09:55:00Z"
    assert production["recorded_at"] == "2026-10-05T09:55:00Z"  # not the answer's
    assert done.outputs[0].headers[-1] == trace[0]
    assert not {"unit_cost", "refused_components"} & production.keys()


def test_a_production_waits_for_the_last_answer() -> None:
    store = MemoryStore()
    consume = [part("a"), part("b"), part("a")]
    consumed = build(store, consume=consume, produce=[part("p")], overhead=...).movements
    assert len({movement["id"] for movement in consumed}) == 3
    first, second, third = answers(consumed, ("1.5", "1.5"), ("2", "2"), ("0.25", "0.25"))
    assert produced(store, [third]) == []
    assert produced(store, [first]) == []
    (production,) = produced(store, [second])
    assert production["cost"] == "3.75"
    assert "overhead" not in production


def test_little_is_left_of_a_build_that_is_done() -> None:
    """What its goods cost, and which component was refused: it may be sent again."""
    store = MemoryStore()
    consumed = build(store, consume=[part("a"), part("b")]).movements
    produced(store, answers(consumed, ("", ""), ("2", "2")))
    assert {name[:1] for name in store} == {b"d", b"t", b"p", b"z", b"a"}
    assert [value for name, value in store.items() if name.startswith(b"a")] == [b"refused"]


def test_an_answer_that_comes_again_counts_once() -> None:
    store = MemoryStore()
    consumed = build(store, consume=[part("a"), part("b")]).movements
    first, second = answers(consumed, ("1", "1"), ("2", "2"))
    said = run(Builds(), [first, first], store)
    assert (said.movements, [one.kind for one in said.occurrences]) == ([], ["duplicate"])
    assert produced(store, [second])[0]["cost"] == "4.25"
    assert produced(store, [second]) == []


def test_a_refused_component_counts_zero_and_is_named() -> None:
    store = MemoryStore()
    consume = [part("a"), part("b"), part("a"), part("c")]
    consumed = build(store, consume=consume).movements
    costs = ("", ""), ("2", "2"), ("", ""), ("", "")
    (production,) = produced(store, answers(consumed, *costs))
    assert production["cost"] == "3.25"
    assert production["refused_components"] == ["a", "c"]


def test_of_many_refused_components_the_first_are_named() -> None:
    store = MemoryStore()
    consumed = build(store, consume=[part(f"c{number}") for number in range(120)]).movements
    (production,) = produced(store, answers(consumed, *[("", "")] * 120))
    assert production["refused_components"] == [f"c{number}" for number in range(100)]


def test_a_build_without_components_produces_at_once() -> None:
    store = MemoryStore()
    (production,) = build(store, consume=[], produce=[part("p", 4)], overhead="1").movements
    assert (production["cost"], production["overhead"]) == ("1", "1")
    assert production["recorded_at"] == "2026-10-05T09:55:00Z"
    (production,) = build(store, id="2", consume=[], overhead=...).movements
    assert (production["cost"], production["posted_cost"]) == ("0", "0")


def test_a_given_unit_cost_keeps_its_share_of_the_cost() -> None:
    store = MemoryStore()
    produce = [part("p", 3), part("q", 1, unit_cost="9.50")]
    consumed = build(store, produce=produce, overhead=...).movements
    free, given = produced(store, answers(consumed, ("8", "8")))
    assert (free["cost"], given["cost"]) == ("6", "2")
    assert given["unit_cost"] == "9.5"
    assert "unit_cost" not in free


def test_two_builds_of_an_order_are_two() -> None:
    store = MemoryStore()
    one, other = (build(store, id=name).movements for name in "12")
    assert one[0]["id"] != other[0]["id"]
    (late,) = produced(store, answers(other, ("5", "5")))
    (early,) = produced(store, answers(one, ("3", "3")))
    assert (late["source_id"], late["cost"]) == ("2", "6.25")
    assert (early["source_id"], early["cost"]) == ("1", "4.25")


def test_a_build_is_taken_once() -> None:
    store = MemoryStore()
    build(store)
    again = build(store, overhead="1.250")
    assert (again.outputs, [one.kind for one in again.occurrences]) == ([], ["duplicate"])
    (rejection,) = build(store, overhead="1.26").rejections
    assert rejection["code"] == 104
    assert "The id build-1 of shop came before in order M1" in str(rejection["message"])
    assert len(build(store, order_id="M2").movements) == 1


def test_a_build_older_than_what_is_remembered_is_refused() -> None:
    store = MemoryStore()
    build(store)
    for time, refused in (("2024-10-05T09:55:00Z", 0), ("2024-10-05T09:54:59Z", 1)):
        said = build(store, id=time, effective_at=time)
        assert [one["code"] for one in said.rejections] == [105] * refused


@pytest.mark.parametrize("field", ["consume", "produce"])
def test_a_wrong_line_refuses_the_whole_build(field: str) -> None:
    store = MemoryStore()
    said = build(store, **{field: [part("a"), part("b", "0")]})
    assert f'quantity of entry 2 of {field} must be greater than 0; it is "0".' in str(
        said.rejections[0]["message"]
    )
    assert (said.movements, store) == ([], {})


def test_an_answer_that_is_none_is_set_aside() -> None:
    bad = Record("ullage-builds", 0, 9, LATER, b"M1", b'{"type":"consumed","amount":"x"}')
    (letter,) = run(Builds(), [bad]).dead_letters
    assert letter.value == bad.value


def test_what_intake_did_not_write_is_set_aside() -> None:
    value = json.dumps(EXAMPLES["build"]).encode()
    for headers in ((), (("recorded_at", b"soon"),)):
        bad = Record("ullage-builds", 0, 9, LATER, b"M1", value, headers)
        (letter,) = run(Builds(), [bad]).dead_letters
        assert b"only intake writes to ullage-builds" in dict(letter.headers)["error"]


costs = st.tuples(st.integers(0, 10**12), st.integers(0, 10**8))


@given(
    st.lists(costs, min_size=1, max_size=4),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=4),
    st.integers(0, 10**9),
)
def test_productions_take_exactly_what_was_consumed(
    consumed: list[tuple[int, int]], quantities: list[int], overhead: int
) -> None:
    """Exact to 10^-6, and posted in cents so that work in progress ends at 0.00."""
    store = MemoryStore()
    movements = build(
        store,
        consume=[part(f"c{number}") for number in range(len(consumed))],
        produce=[
            part("p", _decimal(quantity), warehouse=str(place))
            for place, quantity in enumerate(quantities)
        ],
        overhead=_decimal(overhead),
    ).movements
    said = [(_decimal(amount), _decimal(cents * 10_000)) for amount, cents in consumed]
    made = produced(store, answers(movements, *said))
    assert _sum(made, "cost") * 10**6 == sum(amount for amount, _ in consumed) + overhead
    posted_overhead = Fraction(round(Fraction(overhead, 10_000)), 100)
    assert _sum(made, "posted_cost") == (
        Fraction(sum(cents for _, cents in consumed), 100) + posted_overhead
    )
    assert _sum([one for one in made if "overhead" in one], "overhead") == posted_overhead
    assert all((Fraction(str(one["posted_cost"])) * 100).denominator == 1 for one in made)


def _decimal(micros: int) -> str:
    return f"{micros // 10**6}.{micros % 10**6:06}"


def _sum(movements: list[Json], field: str) -> Fraction:
    return sum((Fraction(str(movement[field])) for movement in movements), Fraction())
