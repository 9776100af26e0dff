"""Domain section 4: late cost finds a receipt's units, wherever they lie by now."""

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import VarianceKind
from ullage.costing.movement import AdjustmentMode, CostPool, Method

LATE, SETTLED = VarianceKind.LATE_COST, VarianceKind.OVERSOLD_SETTLEMENT
BOTH = AdjustmentMode.QUANTITY_AND_VALUE
WAC, WAREHOUSE = Method.WAC, CostPool.WAREHOUSE


class TestUnderAverageCost:
    """As FIFO would leave them: units in up to the receipt less units out."""

    @pytest.mark.parametrize("made", [False, True])
    def test_all_that_ever_came_before_counts(self, made: bool) -> None:
        """4 received, 4 adjusted up or produced, 4 received, 6 gone: the last 4 are there."""
        shop = Shop().set(WAC).receive(4, 10)
        shop.produce(4, 40) if made else shop.adjust(BOTH, 4, 40)
        shop.receive(4, 10).sell(6).late("m4", 4)
        assert (shop.cost_variances(LATE), shop.layers) == ([], [(6, 64)])

    def test_to_the_smallest_quantity(self) -> None:
        """Of two millionths one is sold: half of what comes late is variance."""
        shop = Shop().set(WAC).receive("0.000002", 0).sell("0.000001").late("m2", 2)
        assert (shop.cost_variance(LATE), shop.value) == (1, 1)

    def test_they_follow_a_transfer(self) -> None:
        """Two went to B and four to C, none is left in A: 2.00 and 4.00 of 6.00."""
        shop = Shop().set(WAC, WAREHOUSE).receive(6, 1)
        shop.transfer(2, "A", "B").transfer(4, "A", "C").late("m2", 6)
        assert (shop.cost_variances(LATE), shop.layers) == ([], [(2, 4), (4, 8)])


class TestInTwoPlaces:
    """A receipt line in more than one layer or pool."""

    def test_a_millionth_goes_to_the_pool_that_was_first(self) -> None:
        """B had units before A: of a tie the remainder is B's."""
        shop = Shop().set(pool=WAREHOUSE).receive(1, 0, "B").receive(2, 0).transfer(1)
        shop.late("m3", "0.000001")
        assert shop.book.value_by_warehouse() == {"B": 1, "A": 0}

    def merged_in_both_warehouses(self) -> Shop:
        """R2 has one unit in A and one in B, each in a layer with one of another receipt."""
        shop = Shop().set(pool=WAREHOUSE).receive(2, 1).transfer(1)
        return shop.receive(1, 1).receive(1, 1, "B").merge("m2", "m4", "m5")

    def test_merged_in_both_warehouses(self) -> None:
        """Half of what comes late raises each of the two layers."""
        shop = self.merged_in_both_warehouses().late("m2", 4)
        assert (shop.cost_variances(LATE), shop.layers) == ([], [(2, 4), (2, 4)])

    def test_merged_again_in_both_warehouses(self) -> None:
        """A further merge finds both layers, and joins each with what came there since."""
        shop = self.merged_in_both_warehouses().receive(1, 5).receive(1, 7, "B")
        assert shop.merge("m2", "m7", "m8").layers == [(3, 7), (3, 9)]

    def test_two_layers_of_one_receipt_merged_at_once(self) -> None:
        """Two stayed, one came back: all three of R1 are in the layer of four."""
        shop = Shop().receive(3, 1).sell(1).take_back("m2", 1).receive(1, 1)
        shop.merge("m1", "m4").late("m1", 3)
        assert (shop.cost_variances(LATE), shop.layers) == ([], [(4, 7)])

    def test_two_layers_of_one_receipt_merged_one_after_the_other(self) -> None:
        """Two are merged, then one comes back and is merged with those: three again."""
        shop = Shop().receive(3, 1).sell(1).receive(2, 1).merge("m1", "m3")
        shop.take_back("m2", 1).merge("m1", "m3").late("m1", 3)
        assert (shop.cost_variances(LATE), shop.layers) == ([], [(5, 8)])


def test_what_came_late_before_a_settlement_is_in_it() -> None:
    """A unit at 15.00, 5.00 of it late, comes back and settles; it is owed no 5.00 more."""
    shop = Shop().receive(1, 10).sell(1).sell(1).late("m1", 5).take_back("m2", 1)
    assert shop.cost_variance(SETTLED) == 5
    shop.take_back("m3", 1)
    assert (shop.amount("cogs_reversal"), shop.cost_variance(SETTLED)) == (10, -5)
    assert (shop.cost_variances(LATE), shop.value) == ([], 15)


def test_a_credit_of_all_that_a_receipt_cost() -> None:
    """Its units stand at 0.00, and no cost is left over."""
    shop = Shop().receive(1, 5, charges=[-5])
    assert (shop.cost_variances(LATE), shop.layers) == ([], [(1, 0)])
    assert shop.receive(1, 5, charges=["-5.000001"]).cost_variances(LATE)[0].amount == -1
    assert shop.book.last_landed == micro(0)
