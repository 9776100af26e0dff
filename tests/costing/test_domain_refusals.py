"""Domain section 9: what a refusal says, word by word; a clerk knows what to do next."""

from collections.abc import Callable

import pytest

from tests.costing.shop import Shop
from ullage.costing.errors import CostingError
from ullage.costing.movement import AdjustmentMode, CostPool, Method, NegativeStock
from ullage.costing.terms import Policy, UnknownItems

BOTH, VALUE = AdjustmentMode.QUANTITY_AND_VALUE, AdjustmentMode.VALUE
WAREHOUSE = CostPool.WAREHOUSE
DATED = "the receipts merged into R1 cannot be dated later than the earliest of them"

Refused = Callable[[Shop], Shop]
REFUSALS: list[tuple[int, str, Refused]] = [
    (
        100,
        "quantity -2 and value 30 must have the same sign; send two adjustments if both are "
        "meant",
        lambda shop: shop.adjust(BOTH, -2, 30),
    ),
    (
        100,
        "3 of SKU-1 were to go back, but of R1 only 2.5 can; check the quantity",
        lambda shop: shop.receive("3.5", 1).send_back("m1", 1).send_back("m1", 3),
    ),
    (
        100,
        f"{DATED}; merge them without a date",
        lambda shop: shop.receive(1, 1).receive(1, 1).merge("m1", "m2", at="09:00"),
    ),
    (
        101,
        "SKU-1 has no item record, and the policy rejects unknown items; send its item record "
        "first, then send this again",
        lambda shop: shop.under(Policy(unknown_items=UnknownItems.REJECT)).sell(1),
    ),
    (
        102,
        "3 of SKU-1 were to leave A, but the layers it draws from hold 2 and this item must "
        "not go below zero; receive the missing units first, then send this again",
        lambda shop: shop.set(negative=NegativeStock.REJECT).receive(2, 1).sell(3),
    ),
    (
        102,
        "SKU-1 is worth 5 here, and -6 would leave it below zero; take off 5 at most",
        lambda shop: shop.receive(1, 5).adjust(VALUE, value=-6),
    ),
    (
        102,
        f"{DATED}: order O3 was sold from them before that; merge them without a date",
        lambda shop: shop.receive(1, 1).receive(1, 1).sell(1).merge("m1", "m2", at="09:00"),
    ),
    (
        103,
        "SKU-1 is costed fifo with one pool per sku since its first stock movement, and cannot "
        "change to lifo per warehouse; use a new SKU, or leave these two as they are",
        lambda shop: shop.receive(1, 1).set(Method.LIFO, WAREHOUSE),
    ),
    (
        105,
        "this is dated 1970-01-01, and the events of SKU-1 are remembered since 1970-02-15 "
        "only (24 months); if it is news, send it as an adjustment dated today",
        lambda shop: shop.skip_months(25).receive(1, 1).sell(1, at="00:01"),
    ),
    (
        106,
        "no units of SKU-1 are left in the layers of A to carry a change of value; adjust the "
        "quantity first, or quantity and value together",
        lambda shop: shop.adjust(VALUE, value=1),
    ),
    (
        107,
        "nothing of SKU-1 was received with R9, so none of it can go back; send its receipt "
        "again first, or return the units of another receipt",
        lambda shop: shop.send_back("m9", 1),
    ),
    (
        107,
        "the line of R9 with SKU-1 in A was refused, so it has no cost to correct; send its "
        "receipt again first, then this",
        lambda shop: shop.correct("m9", 1),
    ),
    (
        107,
        "one of the receipts to be merged into R1 brought nothing of SKU-1: its line was "
        "refused; send that receipt again first, or merge the others only",
        lambda shop: shop.receive(1, 1).merge("m1", "m9"),
    ),
]


@pytest.mark.parametrize(("code", "sentence", "refused"), REFUSALS)
def test_a_refusal_says_what_happened_and_what_to_do(
    code: int, sentence: str, refused: Refused
) -> None:
    with pytest.raises(CostingError) as refusal:
        refused(Shop())
    assert (refusal.value.code, str(refusal.value)) == (code, sentence)
