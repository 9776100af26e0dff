"""Domain sections 3, 6, 7 and 9: what a policy decides, and what is refused because of it."""

import pytest

from tests.costing.shop import MINUTE, Shop, cents, clock, micro
from ullage.costing.errors import CostingError, PeriodClosed, UnknownItem
from ullage.costing.movement import CostPool, Method, NegativeStock
from ullage.costing.terms import ItemTerms, Policy, Terms, UnknownItems

LIFO, WAC = Method.LIFO, Method.WAC
STRICT = Policy(unknown_items=UnknownItems.REJECT)
YEN = Policy(minor_unit=micro(1), cost_step=micro(1))
DAY = 24 * 60 * MINUTE


class TestDefaults:
    """What an item leaves out follows the policy as it is at the time."""

    def test_without_an_item_record(self) -> None:
        """The service's defaults; those of the policy, where it gives some."""
        shop = Shop().under(Policy(defaults=Terms(LIFO)))
        assert shop.receive(1, 1).receive(1, 2).sell(1).amount("cogs") == 2

    def test_left_out_and_given(self) -> None:
        """What the item gives holds, what it leaves out follows the policy of the day."""
        shop = Shop().set(LIFO).under(Policy(defaults=Terms(WAC, standard_cost=micro(7))))
        assert shop.receive(1, None).amount("received") == 7
        shop.under(Policy(defaults=Terms(negative_stock=NegativeStock.REJECT)))
        with pytest.raises(CostingError):
            shop.sell(2)
        assert shop.under(Policy()).sell(2).book.quantity == micro(-1)

    def test_the_first_stock_movement_pins_method_and_pool(self) -> None:
        """A later policy changes them for none that has moved; a pull pins nothing."""
        warehouses = Policy(defaults=Terms(WAC, CostPool.WAREHOUSE))
        shop = Shop().receive(1, 1).receive(1, 2).under(warehouses)
        assert shop.sell(1, "B").amount("cogs") == 1
        counted = Shop().pull(1).under(warehouses).receive(1, 1).receive(1, 2)
        assert counted.sell(1).amount("cogs") == cents(micro("1.50"))

    def test_it_is_kept_with_the_book(self) -> None:
        """What was pinned and what was left out are told apart in what is written."""
        shop = Shop().set(standard=3).receive(1, 1)
        written = shop.book.state()
        assert written.pinned == (Method.FIFO, CostPool.SKU)
        assert written.item == ItemTerms(standard_cost=micro(3))
        assert Shop().receive(1, 1).book.state().item is None


class TestPrecision:
    """Section 3: the minor unit and `cost_precision`."""

    def test_a_currency_without_cents(self) -> None:
        """Posted in whole yen, exact as ever."""
        shop = Shop().under(YEN).receive(3, "3.333333").sell(1)
        assert (shop.cost("cogs").amount, shop.cost("cogs").posted) == (3_333_333, micro(3))

    def test_three_decimals(self) -> None:
        """And a minor unit of a thousandth."""
        shop = Shop().under(Policy(minor_unit=1_000)).receive(3, "3.333333").sell(1)
        assert shop.cost("cogs").posted == micro("3.333")


class TestUnknownItems:
    """`unknown_items: reject`: 101."""

    def test_without_an_item_record_nothing_moves(self) -> None:
        """Nor is it counted; with one, everything goes."""
        shop = Shop().under(STRICT)
        with pytest.raises(UnknownItem, match="send its item record first"):
            shop.receive(1, 1)
        with pytest.raises(UnknownItem):
            shop.pull(1)
        assert shop.set().receive(1, 1).book.sequence == 2

    def test_the_charges_of_a_refused_receipt_still_find_their_variance(self) -> None:
        """Or the money of a charge would get lost (section 5)."""
        shop = Shop().under(STRICT).late("m9", 4)
        assert shop.amount("landed") == 4


class TestPeriodClosed:
    """Section 7: what is dated before anything is remembered is refused, 105."""

    def test_before_what_is_kept(self) -> None:
        """24 months before the latest event, to the minute."""
        shop = Shop().skip_months(40).receive(1, 1)
        horizon = shop.book.latest or 0
        shop.under(Policy(keep_months=1))
        with pytest.raises(PeriodClosed, match=r"remembered since 1973-0"):
            shop.sell(1, at="00:01")
        assert shop.book.latest == horizon
        assert shop.under(Policy(keep_months=60)).sell(1, at="00:01").book.sequence == 2

    def test_one_event_from_the_future_does_not_shut_the_door(self) -> None:
        """Now is when the movement was recorded, if that is earlier."""
        shop = Shop().receive(1, 1, at="99999:00").sell(1)
        assert shop.book.latest == clock("99999:00")
        assert shop.sell(1).book.sequence == 3

    def test_the_first_event_may_be_of_any_date(self) -> None:
        """Nothing is remembered before it."""
        assert Shop().skip_months(90).receive(1, 1, at="00:01").book.sequence == 1
