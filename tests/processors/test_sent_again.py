"""A rejection's `event`, sent again when the cause is gone, does what was refused, once."""

from copy import deepcopy

import pytest

from tests.processors.events import EXAMPLES, Json, MemoryStore
from tests.processors.refusals import (
    INCURABLE,
    NEVER_REFUSED,
    NOT_BUILT,
    REFUSALS,
    Refusal,
    line,
)
from tests.processors.service import Service, inventory, lines_of, of_type
from tests.processors.test_builds import answers, build, part, produced
from ullage_schemas.movements import ConsumptionMovement


def test_there_is_a_refusal_of_every_type_of_event() -> None:
    covered = {str(refusal.event["type"]) for refusal in REFUSALS.values()}
    assert covered | NEVER_REFUSED | INCURABLE | NOT_BUILT == EXAMPLES.keys()


def refused_in(service: Service, refusal: Refusal) -> list[Json]:
    """Play it up to the cure; return what `rejections` gives back."""
    service.send(*refusal.before)
    rejections = of_type(service.send(refusal.event), "rejection")
    assert len(rejections) == refusal.refused
    assert of_type(service.send(*refusal.cure), "rejection") == []
    return [_event(one) for one in rejections]


def applied(service: Service) -> list[tuple[object, ...]]:
    """Every line of the ledger, each SKU's in its order."""
    names = ("sku", "sequence", "movement_id", "on_hand", "value")
    lines = of_type(service.said, "ledger_entry")
    return sorted(tuple(str(one[name]) for name in names) for one in lines)


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_rejection_sent_again_is_applied_once(refusal: Refusal) -> None:
    """It, or the whole original: both do the same, and then no more."""
    given_back, whole = Service(), Service()
    events = refused_in(given_back, refusal)
    assert refused_in(whole, refusal) == events
    before = len(applied(given_back))
    for event in events:
        assert of_type(given_back.send(event), "rejection") == []
    assert of_type(whole.send(refusal.event), "rejection") == []
    assert len(applied(given_back)) == before + refusal.refused
    assert applied(given_back) == applied(whole)
    assert inventory(given_back.said) == inventory(whole.said)
    for service in (given_back, whole):
        assert service.send(*events, refusal.event, *events) == []


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_rejection_sent_again_too_early_is_refused_again(refusal: Refusal) -> None:
    service = Service()
    service.send(*refusal.before)
    rejections = of_type(service.send(refusal.event), "rejection")
    for one in rejections:
        again = of_type(service.send(_event(one)), "rejection")
        assert (one["code"], one["event"]) in [(each["code"], each["event"]) for each in again]


PARTS = ("lines", "consume", "produce")
CONFLICTING: dict[str, Json] = {
    "another quantity": {"quantity": "77"},
    "another cost": {"unit_cost": "77"},
    "a line that was not in it": {"sku": "new"},
}


@pytest.mark.parametrize("changes", CONFLICTING.values(), ids=CONFLICTING)
@pytest.mark.parametrize("kind", ["receipt", "build, goods"])
def test_a_line_that_differs_is_a_conflict(kind: str, changes: Json) -> None:
    service = Service()
    (event,) = refused_in(service, REFUSALS[kind])
    changed = deepcopy(event)
    for name in PARTS:
        for changeable in changed.get(name, ()):  # type: ignore[attr-defined]
            changeable.update(changes)
    (rejection,) = of_type(service.send(changed), "rejection")
    assert rejection["code"] == 104
    assert of_type(service.send(event), "rejection") == []


def test_a_component_more_often_than_it_was_is_a_conflict() -> None:
    service, refusal = Service(), REFUSALS["build, equal components"]
    refused_in(service, refusal)
    thrice = refusal.event | {"consume": [line("a", 6)] * 3}
    (rejection,) = of_type(service.send(thrice), "rejection")
    assert rejection["code"] == 104


def test_a_line_at_another_rate_is_a_conflict() -> None:
    service = Service()
    (event,) = refused_in(service, REFUSALS["receipt in a currency"])
    (rejection,) = of_type(service.send(event | {"fx_rate": "1.2"}), "rejection")
    assert rejection["code"] == 104


@pytest.mark.parametrize(
    "kind", ["receipt", "build, goods", "receipt_merge", "purchase_return"]
)
def test_a_conflict_names_the_first_movement_of_what_came_before(kind: str) -> None:
    service, refusal = Service(), REFUSALS[kind]
    refused_in(service, refusal)
    source_id = str(refusal.event["id"]).encode()
    first = next(one for one in service.log if b'"source_id":"%s"' % source_id in one.value)  # type: ignore[operator]
    other = refusal.event | {"effective_at": "2026-10-05T09:55:01Z"}
    (rejection,) = of_type(service.send(other), "rejection")
    assert rejection["code"] == 104
    assert str(rejection["conflicts_with"]).encode() in (first.value or b"")


def test_a_late_component_leaves_work_in_progress() -> None:
    """6 at 3.00 had not gone into the goods: a variance, and wip is at 0.00."""
    service, refusal = Service(), REFUSALS["build, a component"]
    (event,) = refused_in(service, refusal)
    said = service.send(event)
    (consumed,) = of_type(said, "consumed")
    (variance,) = of_type(said, "cost_variance")
    assert of_type(said, "produced") == []
    assert (variance["kind"], variance["amount"]) == ("production_difference", "18.00")
    assert (variance["corrects"], variance["order_id"]) == (consumed["id"], "M1")
    wip = [
        (side["debit"], side["credit"])
        for journal in of_type(said, "journal")
        for side in lines_of(journal)
        if side["role"] == "wip"
    ]
    assert wip == [("18.00", "0.00"), ("0.00", "18.00")]


def test_a_refused_component_comes_late_even_before_the_goods_are_made() -> None:
    """It counts zero in them all the same: what was answered once is not answered again."""
    store, consume = MemoryStore(), [part("a"), part("b")]
    consumed = build(store, consume=consume).movements
    first, second = answers(consumed, ("", ""), ("2", "2"))
    assert build(store, consume=consume).movements == []  # not refused so far
    produced(store, [first])
    (late,) = build(store, consume=[part("a")]).movements
    ConsumptionMovement.model_validate(late)
    assert late == consumed[0] | {"late": True}
    (production,) = produced(store, [second])
    assert production["cost"] == "3.25"
    assert production["refused_components"] == ["a"]
    assert build(store, consume=consume).movements == [late, production]


def _event(rejection: Json) -> Json:
    event = rejection["event"]
    assert isinstance(event, dict)
    return event
