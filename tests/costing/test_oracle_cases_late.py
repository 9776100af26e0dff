"""Published cases of late cost, told by hand: what others' tests say of their own books."""

import pytest

from tests.costing.shop import Shop, cents
from ullage.costing.entry import EntryType, VarianceKind
from ullage.costing.money import MICRO
from ullage.costing.movement import Method
from ullage.costing.spreading import shares_of

FIFO, WAC = Method.FIFO, Method.WAC
LATE, SETTLED = VarianceKind.LATE_COST, VarianceKind.OVERSOLD_SETTLEMENT


def split_of(shop: Shop, kind: EntryType = EntryType.LANDED) -> tuple[object, object]:
    """What of the last late cost went into the layers, and what was expensed."""
    expensed = shop.cost_variance(LATE)
    return shop.amount(kind) - expensed, expensed


def test_l01_late_cost_on_units_still_there() -> None:
    """10@10, 10@20, 100 more on the first, then one sold: 20, and 19 units at 380."""
    shop = Shop().receive(10, 10).receive(10, 20).late("m1", 100)
    assert shop.sell(1).amount("cogs") == 20
    assert (shop.book.quantity, shop.value) == (19 * MICRO, 380)


def test_l02_late_cost_on_units_that_are_gone() -> None:
    """10@10, all sold, 100 more: nothing is capitalised."""
    shop = Shop().receive(10, 10).sell(10).late("m1", 100)
    assert split_of(shop) == (0, 100)
    assert (shop.book.quantity, shop.value) == (0, 0)


def test_l04_a_receipt_that_grew_after_its_first_units_were_sold() -> None:
    """10@10 sold, then 5 more of the receipt, then 60.00 over its 15 units."""
    shop = Shop().receive(10, 10).sell(10).receive(5, 10)
    first, second = split_of(shop.late("m1", 40)), split_of(shop.late("m3", 20))
    assert (first, second) == ((0, 40), (20, 0))
    assert (shop.book.quantity, shop.value) == (5 * MICRO, 70)


@pytest.mark.parametrize("method", [FIFO, WAC])
def test_l05_late_cost_on_units_that_were_sold_before(method: Method) -> None:
    """2 sold at a provisional 10, 10@15 received, 100 more: the 2 settled are gone."""
    shop = Shop().set(method, standard=10).sell(2).receive(10, 15)
    assert shop.cost_variance(SETTLED) == 10
    assert split_of(shop.late("m3", 100)) == (80, 20)
    assert (shop.book.quantity, shop.value) == (8 * MICRO, 200)


def test_l07_an_average_without_units_takes_no_late_cost() -> None:
    """10@5 sold, 10.00 more is expensed, and the next receipt's average is its own."""
    shop = Shop().set(WAC).receive(10, 5).sell(10).late("m2", 10)
    assert split_of(shop) == (0, 10)
    shop.receive(12, 7)
    assert shop.book.average == 7 * MICRO


def test_l09_an_average_with_all_units_takes_all_of_it() -> None:
    """10@5 and 10.00 more: 6 cost 36.00; with 12@7 the average is 6.75, 10 cost 67.50."""
    shop = Shop().set(WAC).receive(10, 5).late("m2", 10)
    assert split_of(shop) == (10, 0)
    assert shop.sell(6).amount("cogs") == 36
    shop.receive(12, 7)
    assert shop.book.average == 6_750_000
    assert shop.sell(10).cost("cogs").amount == 67_500_000


def test_l10_a_bill_above_the_receipt() -> None:
    """10@10 billed at 12: 20.00 more inventory, average 12, nothing expensed."""
    shop = Shop().set(WAC).receive(10, 10).correct("m2", 120)
    assert split_of(shop, EntryType.CORRECTED) == (20, 0)
    assert (shop.value, shop.book.average) == (120, 12 * MICRO)


def test_l12_a_bill_below_the_receipt_with_a_unit_gone() -> None:
    """3@50, one sold, billed 10 each: stock -80, price difference -40, 20.00 left."""
    shop = Shop().set(WAC).receive(3, 50).sell(1).correct("m2", 30)
    assert split_of(shop, EntryType.CORRECTED) == (-80, -40)
    assert shop.value == 20


def test_l14_a_charge_and_its_cancellation() -> None:
    """10@100 with 10.00 cost 101 a unit; cancelled by -10.00, 100 again."""
    shop = Shop().set(WAC).receive(10, 100, charges=[10])
    assert shop.book.average == 101 * MICRO
    shop.late("m2", -10)
    assert (cents(shop.book.value), shop.book.average) == (1000, 100 * MICRO)


def test_r04_a_return_to_the_supplier_at_the_average() -> None:
    """1@10 and 1@20, one sold at 15; the first goes back: drawn at 15, credited at 10."""
    shop = Shop().set(WAC).receive(1, 10).receive(1, 20)
    assert shop.sell(1).amount("cogs") == 15
    shop.send_back("m2", 1)
    assert shop.amount("purchase_returned") == 10
    assert shop.cost_variance(VarianceKind.RETURN_DIFFERENCE) == 5
    assert (shop.book.quantity, shop.book.value) == (0, 0)


def test_r05_a_credit_note_reverses_what_was_booked() -> None:
    """2@10 sold, 2@20 received, one comes back: 10, not the average of now."""
    shop = Shop().set(WAC).receive(2, 10).sell(2).receive(2, 20)
    assert shop.take_back("m3", 1).amount("cogs_reversal") == 10


def test_r08_a_return_and_a_late_cost_in_either_order() -> None:
    """50@100, 20 sold (5 kits of 4), 8 back: 800; with 50.00 late on the receipt, 808."""
    before = Shop().receive(50, 100).sell(20).take_back("m2", 8)
    assert before.amount("cogs_reversal") == 800
    assert before.late("m1", 50).layers == [(30, 3030), (8, 808)]
    after = Shop().receive(50, 100).sell(20).late("m1", 50).take_back("m2", 8)
    assert after.amount("cogs_reversal") - after.cost_variance(LATE) == 808
    assert after.layers == before.layers


def test_l15_a_charge_by_value_leaves_out_what_cost_nothing() -> None:
    """80.00 over lines of 120, 200 and 0: 30, 50 and 0."""
    values = [120 * MICRO, 200 * MICRO, 0]
    assert shares_of(80 * MICRO, [MICRO] * 3, values) == [30 * MICRO, 50 * MICRO, 0]
