"""Figures of domain section 6, as far as it is built: adjustments, costs that are missing."""

from decimal import Decimal as D

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import CostEntry, CostNeeded
from ullage.costing.errors import (
    InvalidMovement,
    NegativeInventory,
    NothingOnHand,
)
from ullage.costing.movement import (
    AdjustmentMode,
    CostPool,
    Method,
    NegativeStock,
)

FIFO, LIFO, WAC = Method.FIFO, Method.LIFO, Method.WAC
QUANTITY, VALUE = AdjustmentMode.QUANTITY, AdjustmentMode.VALUE
BOTH = AdjustmentMode.QUANTITY_AND_VALUE


class TestAdjustments:
    """Section 6, what is built of it."""

    def test_up_at_standard_then_average(self) -> None:
        """Standard cost if it is the SKU's first stock movement, else the average."""
        shop = Shop().set(standard=3).pull(5).adjust(QUANTITY, 5)
        assert shop.amount("inventory_adjustment") == 15
        assert shop.receive(5, 5).adjust(QUANTITY, 1).amount("inventory_adjustment") == 4

    def test_up_at_the_last_average_known(self) -> None:
        """With nothing on hand, the last one known."""
        shop = Shop().set(standard=3).receive(1, 5).receive(1, 7).sell(2).adjust(QUANTITY, 2)
        assert shop.amount("inventory_adjustment") == 12

    @pytest.mark.parametrize("sent_back", [False, True])
    def test_up_at_the_last_average_of_its_pool(self, sent_back: bool) -> None:
        """What its warehouse last held stood at 6, whoever took it; the other's stands at 9."""
        shop = (
            Shop().set(pool=CostPool.WAREHOUSE).receive(5, 2).receive(5, 6).receive(5, 9, "B")
        )
        shop.sell(5)
        shop.send_back("m3", 5) if sent_back else shop.sell(5)
        assert shop.adjust(QUANTITY, 1).amount("inventory_adjustment") == 6
        assert shop.receive(1, None).amount("received") == 6
        assert shop.take_back("m99", 1).amount("cogs_reversal") == 6

    def test_down_by_the_method_and_never_cogs(self) -> None:
        """Signed: units and cost leave."""
        shop = Shop().set(LIFO).receive(2, 5).receive(2, 7).adjust(QUANTITY, -3)
        left = shop.cost("inventory_adjustment")
        assert (left.quantity, left.amount) == (micro(-3), micro(-19))
        assert shop.layers == [(1, 5)]

    def test_value_is_spread_by_value(self) -> None:
        """20@1 and 20@10 less 200.00: 1.82 and 18.18 are left."""
        shop = Shop().receive(20, 1).receive(20, 10).adjust(VALUE, value=-200)
        assert shop.layers == [(20, D("1.82")), (20, D("18.18"))]
        assert shop.value == 20

    def test_value_is_spread_by_quantity_if_there_is_none(self) -> None:
        """By quantity if the value is 0."""
        shop = Shop().receive(1, 0).receive(3, 0).adjust(VALUE, value=8)
        assert shop.layers == [(1, 2), (3, 6)]

    def test_value_needs_units_and_stays_above_zero(self) -> None:
        """None on hand: 106; below zero: 102."""
        with pytest.raises(NothingOnHand):
            Shop().adjust(VALUE, value=1)
        shop = Shop().receive(1, 5)
        with pytest.raises(NegativeInventory):
            shop.adjust(VALUE, value="-5.000001")
        assert shop.adjust(VALUE, value=-5).layers == [(1, 0)]

    def test_both_down(self) -> None:
        """Units leave by the method, the rest is a value adjustment."""
        shop = Shop().receive(5, 10).adjust(BOTH, -2, -30)
        amounts = [one.amount for one in shop.entries if isinstance(one, CostEntry)]
        assert amounts == [micro(-20), micro(-10)]
        assert shop.layers == [(3, 20)]
        shop.adjust(BOTH, -1, -5)
        assert shop.layers == [(2, 15)]

    def test_both_down_over_two_layers(self) -> None:
        """2@10 and one of 2@20 leave at 40.00; the other 10.00 are taken off what is left."""
        shop = Shop().receive(2, 10).receive(2, 20).adjust(BOTH, -3, -50)
        amounts = [one.amount for one in shop.entries if isinstance(one, CostEntry)]
        assert (amounts, shop.layers) == ([micro(-40), micro(-10)], [(1, 10)])

    def test_both_down_in_a_warehouse_of_its_own_layers(self) -> None:
        """One of its 2@10 leaves, whatever the other holds; 5.00 more are taken off."""
        shop = Shop().set(pool=CostPool.WAREHOUSE).receive(2, 10).receive(2, 30, "B")
        amounts = [
            one.amount for one in shop.adjust(BOTH, -1, -15).costs("inventory_adjustment")
        ]
        assert (amounts, shop.layers) == ([micro(-10), micro(-5)], [(1, 5), (2, 60)])

    def test_both_down_beyond_the_layers(self) -> None:
        """1@20, 1@10 and one more at the last drawn 10.00: at 40.00 there is no rest."""
        shop = Shop().set(LIFO).receive(1, 10).receive(1, 20)
        with pytest.raises(NothingOnHand):
            shop.adjust(BOTH, -3, -41)
        assert shop.adjust(BOTH, -3, -40).amount("inventory_adjustment") == -40
        assert (shop.book.oversold, shop.value) == (micro(1), -10)

    def test_both_down_where_negative_stock_is_rejected(self) -> None:
        """It is about the layers of the warehouse's own pool: one of its two may leave."""
        shop = Shop().set(pool=CostPool.WAREHOUSE, negative=NegativeStock.REJECT)
        assert shop.receive(2, 10).adjust(BOTH, -1, -10).layers == [(1, 10)]

    @pytest.mark.parametrize("value", [30, 0])
    def test_both_must_agree_in_sign(self, value: int) -> None:
        """Signs equal, else 100; 0 has none."""
        with pytest.raises(InvalidMovement):
            Shop().receive(5, 10).adjust(BOTH, -2, value)

    def test_the_smallest_quantity(self) -> None:
        """A millionth of a unit comes at a millionth, and carries 1.00 more."""
        shop = Shop().adjust(BOTH, "0.000001", "0.000001").adjust(VALUE, value=1)
        assert (shop.book.quantity, shop.book.value) == (1, 1_000_001)

    def test_units_of_no_receipt_come_back_as_one_layer(self) -> None:
        """At what they were adjusted up by; those of a receipt stay apart."""
        shop = Shop().receive(1, 1).adjust(BOTH, 1, 5).adjust(BOTH, 1, 7).sell(3)
        shop.take_back("m4", 3)
        receipts = [layer.receipt_ids for layer in shop.book.open_layers()]
        assert (shop.layers, receipts) == ([(2, 12), (1, 1)], [(), ("R1",)])

    def test_both_down_to_nothing_leaves_no_value(self) -> None:
        """With no units left to carry the rest: 106; the very cost is taken."""
        shop = Shop().receive(5, 10)
        with pytest.raises(NothingOnHand):
            shop.adjust(BOTH, -5, -51)
        assert shop.adjust(BOTH, -5, -50).layers == []

    def test_a_receipt_without_a_cost_is_never_blocked(self) -> None:
        """Taken at the hierarchy's cost, asked for, and no last landed cost."""
        shop = Shop().set(standard=3).receive(2, None)
        assert (shop.amount("received"), shop.book.last_landed) == (6, None)
        assert shop.cost("received").provisional_quantity == micro(2)
        [needed] = [one for one in shop.entries if isinstance(one, CostNeeded)]
        assert needed == CostNeeded("R2", micro(2), micro(3))
        assert shop.receive(2, 5).receive(1, None).amount("received") == 4

    def test_a_receipt_without_a_cost_in_a_warehouse_that_held_nothing(self) -> None:
        """At the SKU's average of 5.00 and 9.00, not at what was landed last."""
        shop = Shop().set(pool=CostPool.WAREHOUSE, standard=3).receive(1, 5).receive(1, 9)
        assert shop.receive(1, None, "B").amount("received") == 7

    def test_a_receipt_without_a_cost_where_none_was_ever_on_hand(self) -> None:
        """What came was sold before: no average is known, but what was landed last."""
        shop = Shop().set(standard=3).sell(1).receive(1, 7)
        assert shop.receive(1, None).amount("received") == 7
