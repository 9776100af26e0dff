"""Domain section 6: `receipt_merge`, the open layers of receipts become one."""

import pytest

from tests.costing.shop import Shop, clock, micro
from ullage.costing.entry import VarianceKind
from ullage.costing.errors import InvalidMovement, NegativeInventory, UnknownReference
from ullage.costing.movement import CostPool, LayerMerge, Method

LATE = VarianceKind.LATE_COST


class TestReceiptMerge:
    """One layer at the place and date of the earliest, of the receipt it is merged into."""

    @pytest.mark.parametrize("method", [Method.FIFO, Method.LIFO])
    def test_value_and_quantity_add_up(self, method: Method) -> None:
        """2@1, 3@2 and 4@3, the outer two merged: 6@13/6 before 3@2."""
        shop = Shop().set(method).receive(2, 1).receive(3, 2).receive(4, 3)
        value = shop.value
        shop.merge("m4", "m2", "m4")
        assert (shop.layers, shop.value) == ([(6, 14), (3, 6)], value)
        merged = next(shop.book.open_layers())
        assert (merged.receipt_ids, merged.received_at) == (("R4",), clock("00:02"))
        assert (merged.layer_id, shop.book.layer_count) == ("2", 2)
        assert (shop.entries, shop.postings) == ([], [])
        assert shop.book.last_landed == micro(3)

    def test_what_changed_is_told(self) -> None:
        """The merged layer, and those that are gone."""
        shop = Shop().receive(2, 1).receive(3, 2)
        shop.book.take_changed()
        shop.merge("m1", "m2")
        changed = {layer_id: parts for layer_id, _, parts in shop.book.take_changed()}
        assert changed["2"] == ()
        assert [part.quantity for part in changed["1"] or ()] == [micro(5)]

    def test_drawn_as_one(self) -> None:
        """At one unit cost."""
        shop = Shop().receive(2, 1).receive(2, 2).merge("m1", "m2").sell(2)
        assert shop.amount("cogs") == 3
        assert [draw.receipt_id for draw in shop.cost("cogs").draws] == ["R1"]

    def test_a_late_cost_reaches_its_units_within_it(self) -> None:
        """Two of four sold after the merge: half of each receipt is there."""
        shop = Shop().receive(2, 1).receive(2, 3).merge("m1", "m2").sell(2).late("m2", 8)
        assert (shop.cost_variance(LATE), shop.layers) == (4, [(2, 8)])

    def test_a_late_cost_counts_what_was_sold_before(self) -> None:
        """One of two sold before the merge is gone, whatever is left of the rest."""
        shop = Shop().receive(2, 1).sell(1).receive(3, 1).merge("m1", "m3").late("m1", 2)
        assert (shop.cost_variance(LATE), shop.layers) == (1, [(4, 5)])

    def test_returned_units_come_back_at_what_they_cost_now(self) -> None:
        """What came late on one of the receipts since is spread over all merged units."""
        shop = Shop().receive(2, 1).receive(2, 3).merge("m1", "m2").sell(4).late("m2", 8)
        assert shop.cost_variance(LATE) == 8
        shop.take_back("m4", 2)
        assert (shop.amount("cogs_reversal"), shop.cost_variance(LATE)) == (4, -4)
        assert shop.layers == [(2, 8)]

    def test_own_units_go_back_to_the_supplier(self) -> None:
        """No more than its part of the merged layer, at the price paid."""
        shop = Shop().receive(2, 1).receive(2, 3).receive(1, 9).merge("m1", "m2")
        assert shop.send_back("m2", 2).layers == [(2, 4), (1, 9)]
        assert shop.amount("purchase_returned") == 6

    def test_merged_again(self) -> None:
        """A merged layer can be merged with a further one; every part is still known."""
        shop = Shop().receive(1, 1).receive(1, 3).receive(2, 5)
        shop.merge("m1", "m2").merge("m3", "m1", "m2").late("m1", 4)
        assert (shop.layers, shop.cost_variance(LATE)) == ([(4, 18)], 0)
        assert shop.sell(2).late("m2", 4).cost_variance(LATE) == 2

    def test_one_layer_a_pool(self) -> None:
        """Layers of two warehouses stay apart."""
        shop = (
            Shop().set(pool=CostPool.WAREHOUSE).receive(1, 1).receive(1, 2).receive(1, 5, "B")
        )
        assert shop.merge("m2", "m3", "m4").layers == [(2, 3), (1, 5)]

    def test_splits_a_layer_merged_by_cost(self) -> None:
        """What it was merged with stays a layer of its own."""
        shop = Shop().set(merge=LayerMerge.SAME_COST)
        shop.receive(1, 5).receive(2, 5).receive(3, 5).receive(1, 9).merge("m3", "m5")
        assert shop.layers == [(1, 5), (3, 19), (3, 15)]
        assert shop.book.layer_count == 3

    def test_under_average_cost_there_is_one_layer_anyway(self) -> None:
        """Nothing happens."""
        shop = Shop().set(Method.WAC).receive(1, 1).receive(1, 3)
        assert shop.merge("m2", "m3").layers == [(2, 4)]

    def test_a_later_date_is_refused(self) -> None:
        """102 naming the first sale it would uncover, else 100."""
        shop = Shop().receive(2, 1, at="08:00").receive(2, 1, at="09:00")
        with pytest.raises(InvalidMovement, match="merge them without a date"):
            shop.merge("m1", "m2", at="09:00")
        shop.sell(1, at="08:30").sell(1, at="08:10")
        with pytest.raises(NegativeInventory) as refused:
            shop.merge("m2", "m1", "m2", at="09:30")
        assert refused.value.conflicts_with == "m5"
        assert "O5" in str(refused.value)

    @pytest.mark.parametrize("again", ["08:30", "08:40"])
    def test_the_first_sale_of_a_receipt_is_the_earliest(self, again: str) -> None:
        """Of two from R1 the one before; of one time that learnt first."""
        shop = Shop().receive(2, 1, at="08:00").receive(2, 1, at="08:00")
        shop.sell(1, at="08:30").sell(2, at=again)
        with pytest.raises(NegativeInventory) as refused:
            shop.merge("m1", "m2", at="09:00")
        assert refused.value.conflicts_with == "m3"

    def test_the_first_sale_of_two_receipts_is_the_earliest(self) -> None:
        """R2's, though it was learnt after R1's."""
        shop = Shop().receive(1, 1, at="08:00").receive(2, 1, at="08:00")
        shop.sell(1, at="08:30").sell(1, at="08:10")
        with pytest.raises(NegativeInventory) as refused:
            shop.merge("m1", "m2", at="09:00")
        assert refused.value.conflicts_with == "m4"

    def test_a_sale_from_two_receipts_is_a_sale_of_both(self) -> None:
        """The rest of R1 and one of R2: of R2 it is the first."""
        shop = Shop().receive(2, 1, at="08:00").receive(2, 1, at="08:00")
        shop.sell(1, at="08:30").sell(2, at="08:40").receive(1, 1, at="09:00")
        with pytest.raises(NegativeInventory) as refused:
            shop.merge("m2", "m5", at="09:00")
        assert refused.value.conflicts_with == "m4"

    def test_a_sale_at_the_very_date_asked_for_is_not_uncovered(self) -> None:
        """The date is refused all the same: 100."""
        shop = Shop().receive(2, 1, at="08:00").receive(2, 1, at="08:00").sell(1, at="09:00")
        with pytest.raises(InvalidMovement):
            shop.merge("m1", "m2", at="09:00")

    def test_a_sale_from_a_merged_layer_is_one_of_its_receipts(self) -> None:
        """Merged again for a later date, it would be uncovered too."""
        shop = Shop().receive(1, 1, at="08:00").receive(1, 1, at="08:00").merge("m1", "m2")
        shop.sell(1, at="08:30").receive(1, 1, at="09:00")
        with pytest.raises(NegativeInventory) as refused:
            shop.merge("m2", "m5", at="09:00")
        assert refused.value.conflicts_with == "m4"

    def test_a_late_cost_stays_in_the_pool_of_its_receipt(self) -> None:
        """Two in A and two in B are merged; what comes late on one in B raises only that."""
        shop = Shop().set(pool=CostPool.WAREHOUSE)
        shop.receive(1, 1).receive(1, 1).receive(1, 1, "B").receive(3, 1, "B")
        shop.merge("m2", "m3", "m4", "m5").late("m5", 6)
        assert shop.layers == [(2, 2), (4, 10)]

    def test_dated_as_the_earliest_though_it_came_last(self) -> None:
        """A backdated receipt takes the place of the first and keeps its own date."""
        shop = Shop().receive(1, 1, at="09:00").receive(1, 1, at="08:00").merge("m1", "m2")
        assert [layer.received_at for layer in shop.book.open_layers()] == [clock("08:00")]

    def test_of_what_was_never_received(self) -> None:
        """107; a line that was refused has received nothing, though charges came to it."""
        with pytest.raises(UnknownReference):
            Shop().receive(1, 1).merge("m1", "m9")
        with pytest.raises(UnknownReference):
            Shop().receive(1, 1).late("m9", 1).merge("m1", "m9")
