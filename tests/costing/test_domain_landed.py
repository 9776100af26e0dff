"""Figures of domain sections 4 and 5: landed cost, as far as it concerns one SKU; late cost."""

from decimal import Decimal as D

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import CostNeeded, EntryRef, EntryType, VarianceKind
from ullage.costing.errors import UnknownReference
from ullage.costing.money import MICRO
from ullage.costing.movement import AdjustmentMode, CostPool, LayerMerge, Method

FIFO, LIFO, WAC = Method.FIFO, Method.LIFO, Method.WAC
LATE, SETTLED = VarianceKind.LATE_COST, VarianceKind.OVERSOLD_SETTLEMENT
ABSORBED = VarianceKind.LANDED_OVER_ABSORPTION


class TestCharges:
    """Section 5: charges before a receipt or with it, and the worked shipment."""

    @pytest.mark.parametrize(
        ("quantity", "cost", "charges", "value", "unit_cost"),
        [
            (750, 5, ("500.00", "150.00", "70.60"), "4470.60", "5.9608"),
            (375, 12, ("250.00", "180.00", "35.30"), "4965.30", "13.2408"),
            (150, 25, ("100.00", "150.00", "14.10"), "4014.10", "26.7607"),
        ],
    )
    def test_a_receipt_with_charges(
        self, quantity: int, cost: int, charges: tuple[str, ...], value: str, unit_cost: str
    ) -> None:
        """One record a charge; the layer stands at all of it."""
        shop = Shop().receive(quantity, cost, charges=charges)
        assert shop.amount("received") == quantity * cost
        landed = [(one.charge_id, one.amount, one.posted) for one in shop.costs("landed")]
        assert landed == [
            (f"C{n}", micro(charge), micro(charge)) for n, charge in enumerate(charges, 1)
        ]
        assert (shop.value, shop.layers) == (D(value), [(quantity, D(value))])
        assert str(round(D(shop.book.last_landed or 0) / MICRO, 4)) == unit_cost

    def test_charges_post_what_their_document_says(self) -> None:
        """The shares' cents add up to the charge; the carry holds what a line lacks."""
        shop = Shop().receive(3, 1, charges=(("0.003333", "0.01"),))
        assert shop.cost("landed").posted == micro("0.01")
        assert shop.book.account.carry == micro("-0.006667")

    def test_a_later_receipt_absorbs_the_locked_rates(self) -> None:
        """250 more of A: 5.9608, value 1,490.20, over-absorbed 240.20."""
        shop = Shop().receive(750, 5, charges=("720.60",))
        shop.receive(250, 5, absorbed=("240.20",))
        assert shop.layers == [(750, D("4470.60")), (250, D("1490.20"))]
        assert shop.value == D("5960.80")
        assert shop.costs("landed") == []
        [variance] = shop.cost_variances(ABSORBED)
        assert (variance.amount, variance.posted) == (micro("-240.20"), micro("-240.20"))
        assert variance.corrects == EntryRef("m2", EntryType.RECEIVED)
        assert (variance.receipt_id, variance.charge_id) == ("R2", "C1")

    def test_the_worked_shipments_of_a(self) -> None:
        """FIFO layers of A 750, 250, 500; WAC 9,195.40 / 1,500 = 6.1303."""
        for method in (FIFO, WAC):
            shop = Shop().set(method).receive(750, 5, charges=("720.60",))
            shop.receive(250, 5, absorbed=("240.20",))
            shop.receive(500, "5.50", "B", charges=("375.00", "109.60"))
            assert shop.value == D("9195.40")
            assert shop.book.last_landed == micro("6.4692")
        assert shop.book.average == micro("6.130267")
        assert shop.values_by_warehouse() == {"A": D("6130.27"), "B": D("3065.13")}

    def test_sold_before_received_is_settled_at_the_full_landed_cost(self) -> None:
        """Charges are part of what the units cost."""
        shop = Shop().sell(2).receive(4, 10, charges=("4.00",))
        assert (shop.cost_variance(SETTLED), shop.value) == (22, 22)

    def test_credits_take_no_layer_below_zero(self) -> None:
        """The rest of a credit beyond the cost is variance."""
        shop = Shop().receive(1, 10, charges=("-25.00",))
        assert (shop.value, shop.cost_variance(LATE)) == (0, -15)
        assert shop.book.last_landed == 0
        absorbed = Shop().receive(1, 10, absorbed=("-25.00",))
        assert (absorbed.value, absorbed.cost_variance(LATE)) == (0, -15)
        assert absorbed.cost_variance(ABSORBED) == 25

    def test_warehouse_pools(self) -> None:
        """A 800@5.9608 + 200@6.4697 = 6,062.58; B 200@5.9608 + 300@6.4697 = 3,133.07."""
        shop = Shop().set(pool=CostPool.WAREHOUSE)
        shop.receive(800, "5.9608", "A").receive(200, "6.4697", "A")
        shop.receive(200, "5.9608", "B").receive(300, "6.4697", "B")
        assert shop.values_by_warehouse() == {"A": D("6062.58"), "B": D("3133.07")}


class TestLateCost:
    """Section 4: a charge after the receipt."""

    @pytest.mark.parametrize(
        ("method", "value", "gone"), [(FIFO, 380, 10), (LIFO, 380, 0), (WAC, 375, 10)]
    )
    def test_what_is_there_and_what_is_gone(
        self, method: Method, value: int, gone: int
    ) -> None:
        """10@10, 10@20, sell 1, then 100.00 more on the first: 90 raises it, 10 is variance."""
        shop = Shop().set(method).receive(10, 10).receive(10, 20).sell(1).late("m2", 100)
        assert (shop.amount("landed"), shop.cost_variance(LATE)) == (100, gone)
        assert shop.value == value

    def test_names_the_received_record_and_the_charge(self) -> None:
        """One variance a charge and receipt line; its quantity are the units gone."""
        shop = Shop().receive(10, 10).sell(4).late("m1", 10, 20)
        about = [(one.charge_id, one.quantity, one.amount) for one in shop.cost_variances(LATE)]
        assert about == [("C1", micro(4), micro(4)), ("C2", micro(4), micro(8))]
        [first, _] = shop.cost_variances(LATE)
        assert first.corrects == EntryRef("m1", EntryType.RECEIVED)
        assert (first.receipt_id, first.warehouse) == ("R1", "A")
        assert [one.charge_id for one in shop.costs("landed")] == ["C1", "C2"]

    def test_settled_units_are_gone(self) -> None:
        """Units sold before they came bear their share of what comes after."""
        shop = Shop().sell(4).receive(10, 10).late("m2", 10)
        assert (shop.cost_variance(LATE), shop.layers) == (4, [(6, 66)])

    def test_moved_units_are_still_there(self) -> None:
        """With a pool a warehouse, the layers are found where they went."""
        shop = Shop().set(pool=CostPool.WAREHOUSE).receive(10, 10).transfer(4).sell(1, "B")
        assert shop.late("m2", 10).layers == [(6, 66), (3, 33)]
        assert shop.cost_variance(LATE) == 1

    def test_average_of_another_warehouse(self) -> None:
        """Without units in the receipt's warehouse the pools that hold some are raised."""
        shop = Shop().set(WAC, CostPool.WAREHOUSE).receive(10, 10).transfer(10).sell(5, "B")
        assert shop.late("m2", 10).layers == [(5, 55)]
        assert shop.sell(5, "B").late("m2", 10).cost_variance(LATE) == 10

    def test_a_credit_takes_no_layer_below_zero(self) -> None:
        """The rest is variance."""
        for method in (FIFO, WAC):
            shop = Shop().set(method).receive(10, 1).sell(5).late("m2", -30)
            assert (shop.value, shop.cost_variance(LATE)) == (0, -25)

    def test_of_a_refused_receipt_line_it_is_variance(self) -> None:
        """Charges of what was never received are no error."""
        shop = Shop().late("m9", 7)
        assert (shop.amount("landed"), shop.cost_variance(LATE)) == (7, 7)
        assert shop.late("m9", -2).cost_variance(LATE) == -2
        assert (shop.value, shop.book.quantity) == (0, 0)

    def test_a_line_taken_after_all_bears_its_charges_once(self) -> None:
        """They were charged when they were late; it absorbs them."""
        shop = Shop().late("m2", 7).receive(10, 5, charges=[7])
        assert shop.costs("landed") == []
        assert shop.cost_variance(VarianceKind.LANDED_OVER_ABSORPTION) == -7
        assert shop.layers == [(10, 57)]

    def test_of_the_second_receipt_under_average_cost(self) -> None:
        """Three of four are gone, one of them of the second receipt: half of it is there."""
        shop = Shop().set(Method.WAC).receive(2, 1).receive(2, 1).sell(3).late("m3", 2)
        assert (shop.cost_variance(LATE), shop.layers) == (1, [(1, 2)])

    def test_a_line_taken_after_all_bears_what_came_of_one_charge_in_parts(self) -> None:
        """7.00, and 2.00 more when it was spread again."""
        shop = Shop().late("m3", 7).late("m3", 2).receive(10, 5)
        [absorbed] = shop.cost_variances(VarianceKind.LANDED_OVER_ABSORPTION)
        assert (absorbed.charge_id, absorbed.amount) == ("C1", micro(-9))
        assert shop.layers == [(10, 59)]

    def test_splits_a_merged_layer(self) -> None:
        """Those before it stay together, it and those behind it become layers of their own."""
        shop = Shop().set(merge=LayerMerge.SAME_COST)
        shop.receive(1, 5).receive(2, 5).receive(3, 5).receive(4, 5)
        shop.book.take_changed()
        shop.late("m3", 4)
        layers = {one.layer_id: (one.receipt_ids, one.value) for one in shop.book.open_layers()}
        assert layers == {
            "2": (("R2",), micro(5)),
            "6.0": (("R3",), micro(14)),
            "6.1": (("R4", "R5"), micro(35)),
        }
        assert {layer_id for layer_id, _, _ in shop.book.take_changed()} == set(layers)
        assert shop.book.layer_count == 3

    def test_among_many_layers_only_its_own_changes(self) -> None:
        """The others are neither read nor told of."""
        shop = Shop()
        for _ in range(50):
            shop.receive(1, 1)
        shop.book.take_changed()
        shop.late("m20", 3)
        assert [layer_id for layer_id, _, _ in shop.book.take_changed()] == ["20"]
        assert shop.layers[19] == (1, 4)

    def test_last_landed_cost_is_moved_by_its_late_charges(self) -> None:
        """Of the latest receipt, not of an earlier one."""
        shop = Shop().receive(10, 10).receive(10, 20).late("m2", 10)
        assert shop.book.last_landed == micro(21)
        assert shop.late("m1", 10).book.last_landed == micro(21)
        assert shop.correct("m2", 300).book.last_landed == micro(31)


class TestCorrections:
    """A receipt's cost is corrected, or given after it came without one."""

    def test_the_difference_comes_late(self) -> None:
        """Of 10@10, 4 sold; they cost 12: 12 raise the layer, 8 are variance."""
        shop = Shop().receive(10, 10).sell(4).correct("m1", 120)
        assert (shop.amount("corrected"), shop.cost_variance(LATE)) == (20, 8)
        assert shop.layers == [(6, 72)]
        assert shop.correct("m1", 100).amount("corrected") == -20
        assert (shop.cost_variance(LATE), shop.layers) == (-8, [(6, 60)])

    def test_a_missing_cost_is_asked_for_and_trued_up(self) -> None:
        """Taken at the hierarchy's cost, flagged; the latest cost landed once it is known."""
        shop = Shop().set(standard=3).receive(10, None)
        assert (shop.amount("received"), shop.book.cost_pending) == (30, 1)
        assert [one for one in shop.entries if isinstance(one, CostNeeded)] == [
            CostNeeded("R2", micro(10), micro(3))
        ]
        assert shop.book.last_landed is None
        shop.sell(2).correct("m2", 50)
        assert (shop.cost_variance(LATE), shop.layers, shop.book.cost_pending) == (
            4,
            [(8, 40)],
            0,
        )
        assert shop.book.last_landed == micro(5)

    def test_nothing_is_owed_for_a_line_that_was_refused(self) -> None:
        """107, though charges came to it; once the line is taken, it is corrected."""
        shop = Shop()
        with pytest.raises(UnknownReference, match="send its receipt again first"):
            shop.correct("m4", 120)
        with pytest.raises(UnknownReference):
            shop.late("m4", 5).correct("m4", 120)
        shop.receive(10, 10).correct("m4", 120)
        assert (shop.amount("corrected"), shop.layers) == (20, [(10, 125)])

    def test_value_adjustments_stay(self) -> None:
        """A correction changes the purchase cost, not what was adjusted since."""
        shop = Shop().receive(10, 10).adjust(AdjustmentMode.VALUE, value=5).correct("m1", 90)
        assert shop.layers == [(10, 95)]
