"""Figures of domain section 6: manufacturing."""

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import EntryType, VarianceKind
from ullage.costing.errors import NegativeInventory
from ullage.costing.movement import Method, NegativeStock

DIFFERENCE, SETTLED = VarianceKind.PRODUCTION_DIFFERENCE, VarianceKind.OVERSOLD_SETTLEMENT


class TestConsumption:
    """Works like a sale without cost of goods sold."""

    @pytest.mark.parametrize(
        ("method", "amount"), [(Method.FIFO, 10), (Method.LIFO, 20), (Method.WAC, 15)]
    )
    def test_by_the_method(self, method: Method, amount: int) -> None:
        """And the average stays as it is."""
        shop = Shop().set(method).receive(10, 1).receive(10, 2)
        average = shop.book.average
        assert shop.consume(10).amount("consumed") == amount
        assert shop.costs("cogs") == []
        assert method is not Method.WAC or shop.book.average == average
        assert shop.stands()[0] == 10

    def test_beyond_the_layers(self) -> None:
        """Provisional, settled later, naming the order; or refused."""
        shop = Shop().receive(1, 5).consume(3).receive(2, 7)
        [settled] = shop.cost_variances(SETTLED)
        assert (settled.amount, settled.corrects.type) == (micro(4), EntryType.CONSUMED)
        assert (settled.corrects.order_id, settled.corrects.line_id) == ("B", None)
        with pytest.raises(NegativeInventory):
            shop.set(negative=NegativeStock.REJECT).consume(1)

    def test_late_it_is_a_difference_at_once(self) -> None:
        """Its goods were produced without it: what it posts into work in progress leaves it."""
        shop = Shop().receive(3, "10.01").consume(2, late=True)
        consumed, difference = shop.cost("consumed"), shop.cost_variances(DIFFERENCE)[0]
        assert (difference.amount, difference.posted) == (consumed.amount, consumed.posted)
        assert (difference.amount, difference.quantity) == (micro("20.02"), micro(2))
        assert difference.corrects.type is EntryType.CONSUMED
        assert Shop().consume(1, late=True).cost_variances(DIFFERENCE) == []
        less_than_a_cent = Shop().receive(1, "0.001").consume(1, late=True)
        [difference] = less_than_a_cent.cost_variances(DIFFERENCE)
        assert (difference.amount, difference.posted) == (micro("0.001"), 0)


class TestProduction:
    """Raises quantity and value."""

    def test_at_what_went_into_it(self) -> None:
        """Components of 30.00 and overhead of 6.00 for 12 units: 3.00 a unit."""
        shop = Shop().produce(12, 36, overhead=6)
        assert (shop.layers, shop.amount("produced")) == ([(12, 36)], 36)
        assert shop.cost_variances(DIFFERENCE) == []
        assert (shop.stands()[0], shop.book.average) == (12, micro(3))
        assert shop.book.last_landed is None

    def test_at_the_unit_cost_given(self) -> None:
        """The difference to what was consumed is production_difference."""
        shop = Shop().produce(10, cost=36, value=40)
        assert (shop.layers, shop.cost_variance(DIFFERENCE)) == ([(10, 40)], -4)
        assert shop.produce(10, cost=42, value=40).cost_variance(DIFFERENCE) == 2
        assert shop.book.account.carry == 0

    def test_work_in_progress_ends_at_zero(self) -> None:
        """Posted is what was posted into it; the SKU carries what the exact cost differs by."""
        shop = Shop().produce(3, "10.001", posted="10.01")
        assert shop.cost("produced").posted == micro("10.01")
        assert shop.book.account.carry == micro("-0.009")
        given = Shop().produce(3, "10.001", value="9.996", posted="10.01")
        [variance] = given.cost_variances(DIFFERENCE)
        assert (variance.amount, variance.posted) == (micro("0.005"), micro("0.01"))
        assert given.cost("produced").posted == micro("10.00")

    def test_settles_what_is_oversold(self) -> None:
        """Finished goods sold before they were made."""
        shop = Shop().sell(2).produce(5, 20)
        assert (shop.cost_variance(SETTLED), shop.layers) == (8, [(3, 12)])
