"""Figures of domain section 6: returns to suppliers."""

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import EntryRef, EntryType, VarianceKind
from ullage.costing.errors import InvalidMovement, NegativeInventory, UnknownReference
from ullage.costing.movement import CostPool, Method, NegativeStock

FIFO, LIFO, WAC = Method.FIFO, Method.LIFO, Method.WAC
LATE, SETTLED = VarianceKind.LATE_COST, VarianceKind.OVERSOLD_SETTLEMENT
DIFFERENCE = VarianceKind.RETURN_DIFFERENCE


class TestPurchaseReturns:
    """The receipt's own units if they are there, at the purchase price."""

    @pytest.mark.parametrize(
        ("method", "left"), [(FIFO, [(3, 3), (2, 4)]), (LIFO, [(3, 3), (2, 4)])]
    )
    def test_own_units_first(self, method: Method, left: list[tuple[int, int]]) -> None:
        """Whatever the method would take."""
        shop = Shop().set(method).receive(3, 1).receive(3, 2).receive(3, 3)
        shop.send_back("m3", 1).send_back("m4", 3)
        assert shop.layers == left
        assert shop.cost_variances(DIFFERENCE) == []
        assert shop.stands()[0] == 5

    def test_else_by_the_method(self) -> None:
        """Two of the first are sold: one of its own, one of the next; variance 2 - 1."""
        shop = Shop().receive(3, 1).receive(3, 2).sell(2).send_back("m1", 2)
        assert (shop.amount("purchase_returned"), shop.cost_variance(DIFFERENCE)) == (2, 1)
        assert shop.layers == [(2, 4)]
        [variance] = shop.cost_variances(DIFFERENCE)
        assert variance.corrects == EntryRef("m4", EntryType.PURCHASE_RETURNED)

    @pytest.mark.parametrize(
        ("method", "sold", "sent", "left"),
        [
            (FIFO, 2, 2, ["3", "5.0", "6"]),
            (FIFO, 2, 3, ["3", "6"]),
            (LIFO, 5, 2, ["2", "6"]),
        ],
    )
    def test_own_units_in_two_places(
        self, method: Method, sold: int, sent: int, left: list[str]
    ) -> None:
        """Two of the three were sold and came back; the method chooses among its own."""
        shop = Shop().set(method).receive(3, 10).receive(3, 20).sell(sold).take_back("m4", 2)
        shop.receive(3, 20).send_back("m2", sent)
        assert shop.cost_variances(DIFFERENCE) == []
        assert [one.layer_id for one in shop.book.open_layers()] == left

    def test_own_units_in_the_warehouse_s_own_pool(self) -> None:
        """R3's unit goes back, though R2's came to B before it."""
        shop = Shop().set(pool=CostPool.WAREHOUSE).receive(1, 1, "B").receive(1, 2, "B")
        assert shop.send_back("m3", 1, "B").layers == [(1, 1)]

    def test_what_is_posted_is_each_layer_s_by_its_units(self) -> None:
        """At 1.00 three go back: one is its own, one another's, one is not there."""
        shop = Shop().receive(3, 1).receive(1, 2).sell(2).send_back("m1", 3)
        sent = shop.cost("purchase_returned")
        assert [draw.posted for draw in sent.draws] == [micro(1), micro(1)]
        assert (sent.posted, sent.provisional_quantity) == (micro(3), micro(1))

    def test_their_layer_is_the_last_one_drawn(self) -> None:
        """10@6 are sold, 10@4 go back: what is sold then is costed at 4 until it comes."""
        shop = Shop().set(LIFO).receive(10, 4).receive(10, 6).sell(10).send_back("m2", 10)
        assert shop.sell(1).amount("cogs") == 4

    def test_charges_stay_as_a_difference(self) -> None:
        """The supplier pays the price, not the freight."""
        shop = Shop().receive(10, 10, charges=("20.00",)).send_back("m1", 4)
        assert (shop.amount("purchase_returned"), shop.cost_variance(DIFFERENCE)) == (40, 8)
        assert shop.layers == [(6, 72)]

    def test_at_the_price_as_corrected(self) -> None:
        """A correction of the purchase cost is what the supplier pays back."""
        shop = Shop().receive(10, 10).correct("m1", 90).send_back("m1", 4)
        assert shop.amount("purchase_returned") == 36

    def test_under_average_cost(self) -> None:
        """At the average, the rest is the difference."""
        shop = Shop().set(WAC).receive(1, 10).receive(1, 20).send_back("m2", 1)
        assert (shop.amount("purchase_returned"), shop.cost_variance(DIFFERENCE)) == (10, 5)
        assert shop.value == 15

    def test_they_are_gone_under_average_cost(self) -> None:
        """One of four sold, one sent back: two bear what comes late."""
        shop = Shop().set(WAC).receive(4, 10).sell(1).send_back("m2", 1).late("m2", 4)
        assert (shop.cost_variance(LATE), shop.layers) == (2, [(2, 22)])

    def test_refusals(self) -> None:
        """Unknown: 107; more than received, over all returns: 100; too few there: 102."""
        shop = Shop().receive(3, 1).late("m9", 1)
        for unknown in ("m8", "m9"):
            with pytest.raises(UnknownReference):
                shop.send_back(unknown, 1)
        with pytest.raises(InvalidMovement):
            shop.send_back("m1", 2).send_back("m1", 2)
        shop.set(negative=NegativeStock.REJECT).sell(1)
        with pytest.raises(NegativeInventory):
            shop.send_back("m1", 1)

    def test_beyond_the_layers(self) -> None:
        """Oversold at a provisional cost, settled by what comes next."""
        shop = Shop().receive(3, 1).sell(3).send_back("m1", 2)
        assert (shop.book.oversold, shop.cost_variance(DIFFERENCE)) == (micro(2), 0)
        assert shop.cost("purchase_returned").provisional_quantity == micro(2)
        shop.receive(2, 3)
        [settled] = shop.cost_variances(SETTLED)
        assert (settled.amount, settled.corrects.type) == (
            micro(4),
            EntryType.PURCHASE_RETURNED,
        )
