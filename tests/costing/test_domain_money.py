"""Figures of domain sections 3 and 4: rounding, and what is sold before it is received."""

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import VarianceKind
from ullage.costing.errors import (
    NegativeInventory,
)
from ullage.costing.movement import (
    AdjustmentMode,
    CostPool,
    Method,
    NegativeStock,
    ProvisionalCost,
)

FIFO, LIFO, WAC = Method.FIFO, Method.LIFO, Method.WAC
ROUNDING, SETTLED = VarianceKind.ROUNDING, VarianceKind.OVERSOLD_SETTLEMENT
OVERRIDE = VarianceKind.NON_DIMINISHING_OVERRIDE
QUANTITY, VALUE = AdjustmentMode.QUANTITY, AdjustmentMode.VALUE
BOTH = AdjustmentMode.QUANTITY_AND_VALUE


class TestRounding:
    """Section 3."""

    def test_taking_k_of_n_leaves_the_rest(self) -> None:
        """round_half_even(value x k / n); the last unit takes all."""
        shop = Shop().receive(3, "3.333333").adjust(VALUE, value="0.000001")
        amounts = [shop.sell(1).cost("cogs").amount for _ in range(3)]
        assert amounts == [3_333_333, 3_333_334, 3_333_333]
        assert shop.book.value == 0

    def test_an_exact_unit_cost_finer_than_the_precision(self) -> None:
        """1,000 units at an exact 3.333333 post 3,333.00 and a rounding variance of 0.33."""
        shop = Shop().receive(1000, "3.333333").sell(1000)
        assert shop.cost("cogs").amount == micro("3333.333")
        assert shop.cost("cogs").posted == micro("3333.00")
        assert [one.posted for one in shop.cost_variances(ROUNDING)] == [micro("0.33")]

    def test_an_average_finer_than_the_precision(self) -> None:
        """180 at 22.5714 post 4,062.78 and 0.07."""
        shop = Shop().set(WAC).receive(200, 20).receive(150, 26).sell(180)
        assert shop.cost("cogs").posted == micro("4062.78")
        assert [one.posted for one in shop.cost_variances(ROUNDING)] == [micro("0.07")]

    def test_receipts_post_their_total(self) -> None:
        """To the minor unit, half even; whole units of what is left are emitted at once."""
        shop = Shop().receive(1, "0.005")
        assert (shop.cost("received").posted, shop.book.account.carry) == (0, micro("0.005"))
        shop.receive(1, "0.015")
        assert (shop.cost("received").posted, shop.book.account.carry) == (micro("0.02"), 0)
        shop.receive(1, "0.005").receive(1, "0.005")
        assert [one.posted for one in shop.cost_variances(ROUNDING)] == [micro("-0.01")]
        assert shop.book.account.carry == 0

    def test_the_largest_figures_are_exact(self) -> None:
        """Magnitudes just below 10^12 lose nothing: no float, no 64 bits."""
        most = "999999999999.999999"
        shop = Shop().receive(most, most).receive(most, most).sell("0.000001")
        assert shop.amount("cogs") == 1_000_000
        shop.sell(most).sell("999999999999.999998")
        assert (shop.book.quantity, shop.book.value) == (0, 0)


class TestSoldBeforeReceived:
    """Section 4, what is built of it."""

    def test_nothing_on_hand_and_no_cost_known(self) -> None:
        """COGS 0.00; receive 25 @ 4.00: variance 40.00, layer 15@4.00 = 60.00."""
        shop = Shop().sell(10)
        assert (shop.amount("cogs"), shop.value) == (0, 0)
        assert shop.cost("cogs").provisional_quantity == micro(10)
        shop.receive(25, 4)
        assert shop.cost_variance(SETTLED) == 40
        [settled] = shop.cost_variances(SETTLED)
        assert (settled.corrects.movement_id, settled.corrects.type) == ("m1", "cogs")
        assert (settled.corrects.order_id, settled.corrects.line_id) == ("O1", "1")
        assert (shop.layers, shop.value) == ([(15, 60)], 60)

    @pytest.mark.parametrize(("method", "short"), [(FIFO, 12), (LIFO, 10), (WAC, 11)])
    def test_provisional_cost_by_method(self, method: Method, short: int) -> None:
        """WAC the average; FIFO and LIFO the last layer drawn, of this very sale too."""
        shop = Shop().set(method, standard=99).receive(5, 10).receive(5, 12).sell(11)
        assert shop.amount("cogs") == 110 + short
        assert shop.value == -short
        assert shop.sell(1).amount("cogs") == short

    def test_hierarchy_without_a_draw(self) -> None:
        """Else last landed, else standard, else 0.00."""
        landed = Shop().set(pool=CostPool.WAREHOUSE, standard=9).receive(1, 7, "B")
        assert landed.sell(1, "A").amount("cogs") == 7
        assert Shop().set(standard=9).sell(1).amount("cogs") == 9

    def test_zero_forces_zero(self) -> None:
        """`provisional_cost: zero` forces 0.00."""
        shop = Shop().set(provisional=ProvisionalCost.ZERO, standard=9).receive(1, 7)
        assert shop.sell(3).amount("cogs") == 7

    def test_reject_changes_nothing(self) -> None:
        """Error 102; it is about the layers, the warehouse's expected may go negative."""
        shop = Shop().set(negative=NegativeStock.REJECT).receive(10, 1, "B")
        assert shop.sell(10, "A").stands("A")[0] == -10
        with pytest.raises(NegativeInventory):
            shop.sell(1)
        with pytest.raises(NegativeInventory):
            shop.report_defective(1)
        with pytest.raises(NegativeInventory):
            shop.adjust(QUANTITY, -1)
        with pytest.raises(NegativeInventory):
            shop.adjust(BOTH, -1, -1)
        assert (shop.book.quantity, shop.book.sequence) == (0, 3)

    @pytest.mark.parametrize("leaves", ["sell", "report_defective", "consume"])
    def test_reject_is_about_the_pool_that_units_leave(self, leaves: str) -> None:
        """With a pool a warehouse: what is in A does not let two leave B, where one is."""
        shop = Shop().set(pool=CostPool.WAREHOUSE, negative=NegativeStock.REJECT)
        shop.receive(5, 1, "A").receive(1, 2, "B")
        with pytest.raises(NegativeInventory):
            getattr(shop, leaves)(2, "B")
        assert getattr(shop, leaves)(1, "B").layers == [(5, 5)]

    def test_oldest_first_and_names_what_it_corrects(self) -> None:
        """A sale, then a write-off; settled units change neither last drawn nor average."""
        shop = Shop().receive(1, 5).sell(3).report_defective(2).receive(3, 8)
        about = [(one.corrects.type, one.quantity) for one in shop.cost_variances(SETTLED)]
        assert about == [("cogs", micro(2)), ("write_off", micro(1))]
        assert shop.cost_variance(SETTLED) == 9
        assert shop.sell(1).amount("cogs") == 5

    def test_settled_units_do_not_change_the_average(self) -> None:
        """Average 1.50, three short, twenty received at 1.75: only seventeen are a layer."""
        shop = Shop().set(WAC).receive(10, "1.50").sell(13).receive(2, "1.75")
        assert shop.book.average == micro("1.50")
        assert shop.receive(18, "1.75").book.average == micro("1.75")

    def test_an_upward_adjustment_settles_too(self) -> None:
        """Anything that adds units settles the pool's oldest oversold first."""
        shop = Shop().set(standard=2).sell(4).adjust(BOTH, 5, 15)
        assert shop.cost_variance(SETTLED) == 4
        assert shop.layers == [(1, 3)]

    def test_non_diminishing_override(self) -> None:
        """Average 10, override 1: 9.00 a unit; after it the unit stands at the average."""
        shop = Shop().set(WAC, non_diminishing=True).receive(4, 10).sell(6, override=1)
        assert shop.amount("cogs") == 42
        assert shop.cost_variance(VarianceKind.NON_DIMINISHING_OVERRIDE) == 18
        [variance] = shop.cost_variances(VarianceKind.NON_DIMINISHING_OVERRIDE)
        assert variance.quantity == micro(2)
        assert shop.value == -20
        assert shop.receive(2, 10).cost_variance(SETTLED) == 0

    def test_after_an_override_the_unit_stands_at_the_average_of_its_pool(self) -> None:
        """Of 10 and 20 in A, not at the 20 drawn last, nor at what B has on hand."""
        shop = Shop().set(pool=CostPool.WAREHOUSE, non_diminishing=True)
        shop.receive(1, 10).receive(1, 20).receive(1, 45, "B").sell(3, override=1)
        assert (shop.amount("cogs"), shop.cost_variance(OVERRIDE)) == (31, 14)
        assert shop.values_by_warehouse() == {"A": -15, "B": 45}

    def test_override_is_ignored_above_zero_and_for_other_items(self) -> None:
        """Above zero stock the override is ignored."""
        above = Shop().set(non_diminishing=True).receive(4, 10).sell(4, override=1)
        other = Shop().receive(4, 10).sell(6, override=1)
        assert (above.amount("cogs"), other.amount("cogs")) == (40, 60)
        assert above.cost_variances(OVERRIDE) == other.cost_variances(OVERRIDE) == []
