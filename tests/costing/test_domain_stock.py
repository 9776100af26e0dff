"""Figures of domain section 1: two inventories and the layer between them."""

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import VarianceStatus
from ullage.costing.money import MICRO
from ullage.costing.movement import (
    AdjustmentMode,
)

QUANTITY, VALUE = AdjustmentMode.QUANTITY, AdjustmentMode.VALUE
BOTH = AdjustmentMode.QUANTITY_AND_VALUE


def statuses(shop: Shop) -> list[tuple[VarianceStatus, int]]:
    """What the last movement said of the variance layer: status and whole units."""
    return [(one.status, one.quantity // MICRO) for one in shop.quantity_variances()]


class TestTwoInventories:
    """Section 1."""

    def test_the_worked_flow(self) -> None:
        """The table of section 1, row by row."""
        shop = Shop().receive(200, 3)
        assert shop.layers == [(200, 600)]
        assert shop.stands() == (200, 200, None)
        assert shop.sell(10).layers == [(190, 570)]
        assert shop.stands() == (190, 190, None)
        assert statuses(shop.pull(188)) == [(VarianceStatus.OPENED, -2)]
        assert shop.layers == [(190, 570)]
        assert shop.stands() == (190, 188, -2)
        assert statuses(shop.receive(200, 2)) == []
        assert shop.layers == [(190, 570), (200, 400)]
        assert shop.stands() == (390, 388, -2)
        assert statuses(shop.pull(188)) == [(VarianceStatus.CHANGED, -202)]
        assert shop.stands() == (390, 188, -202)
        assert statuses(shop.pull(388)) == [(VarianceStatus.CHANGED, -2)]
        assert shop.stands() == (390, 388, -2)
        assert statuses(shop.report_defective(2)) == [(VarianceStatus.RESOLVED, 0)]
        assert shop.amount("write_off") == 6
        assert shop.layers == [(188, 564), (200, 400)]
        assert shop.stands() == (388, 388, 0)
        assert statuses(shop.pull(388)) == []
        assert shop.layers == [(188, 564), (200, 400)]
        assert shop.stands() == (388, 388, 0)

    def counted_late(self) -> Shop:
        return Shop().receive(198, 3, at="09:00").pull(188, at="10:00")

    def test_a_sale_before_the_count_resolves_it(self) -> None:
        """Receive 198, pull 188 at 10:00 (-10), learn of a sale of 10 at 9:55: variance 0."""
        shop = self.counted_late()
        assert shop.stands() == (198, 188, -10)
        assert statuses(shop.sell(10, at="09:55")) == [(VarianceStatus.RESOLVED, 0)]
        assert shop.stands() == (188, 188, 0)

    def test_a_sale_at_the_time_of_the_count_was_seen_by_it(self) -> None:
        """At or before: a sale dated 10:00 sharp moves `expected` only."""
        assert self.counted_late().sell(10, at="10:00").stands() == (188, 188, 0)

    def test_a_sale_after_the_count_leaves_it_open(self) -> None:
        """Of a sale at 10:05: -10 until the next pull."""
        shop = self.counted_late().sell(10, at="10:05")
        assert statuses(shop) == []
        assert shop.stands() == (188, 178, -10)
        assert shop.pull(188, at="10:10").stands() == (188, 188, 0)

    def test_a_pull_older_than_the_last_is_stale(self) -> None:
        """Recorded (it takes a sequence), no effect; one of equal time applies."""
        shop = self.counted_late()
        assert shop.pull(5, at="09:59").stands() == (198, 188, -10)
        assert shop.book.sequence == 3
        assert shop.pull(190, at="10:00").stands() == (198, 190, -8)

    def test_a_defective_report_absorbs_what_the_count_missed(self) -> None:
        """The variance shrinks by min(quantity, -variance); the rest moves both."""
        shop = self.counted_late().report_defective(13, at="11:00")
        assert shop.stands() == (185, 185, 0)
        assert self.counted_late().report_defective(4, at="11:00").stands() == (194, 188, -6)

    def test_a_defective_report_does_not_absorb_a_surplus(self) -> None:
        """Units too many in the count explain no missing ones."""
        shop = Shop().receive(10, 1, at="09:00").pull(12, at="10:00")
        assert shop.report_defective(1, at="11:00").stands() == (9, 11, 2)

    def test_a_defective_report_the_count_saw_moves_expected_only(self) -> None:
        """The date rule comes first, absorption takes what it leaves: nothing."""
        shop = self.counted_late().report_defective(13, at="09:55")
        assert shop.stands() == (185, 188, 3)

    @pytest.mark.parametrize("mode", [QUANTITY, BOTH])
    def test_an_adjustment_absorbs_a_variance_of_its_own_sign(
        self, mode: AdjustmentMode
    ) -> None:
        """Down against missing units, up against surplus ones; not the other way round."""
        worth = 3 if mode is BOTH else 0
        missing = self.counted_late()
        assert missing.adjust(mode, -4, -4 * worth, at="11:00").stands() == (194, 188, -6)
        assert missing.adjust(mode, 2, 2 * worth, at="11:01").stands() == (196, 190, -6)
        surplus = Shop().receive(10, 3, at="09:00").pull(12, at="10:00")
        assert surplus.adjust(mode, 5, 5 * worth, at="11:00").stands() == (15, 15, 0)

    def test_variance_layer_costs_nothing_and_a_count_changes_no_layer(self) -> None:
        """Financial layers never change because of a count."""
        shop = Shop().receive(10, 3).pull(4)
        assert shop.layers == [(10, 30)]
        assert shop.value == 30

    def test_a_count_of_nothing(self) -> None:
        """Counted are 0, not an unknown number."""
        [variance] = Shop().receive(10, 3).pull(0).quantity_variances()
        assert (variance.counted, variance.quantity) == (0, micro(-10))

    def test_to_the_smallest_quantity(self) -> None:
        """A millionth too much in the count is explained by a millionth adjusted up."""
        shop = Shop().receive(10, 3).pull("10.000001").adjust(QUANTITY, "0.000001")
        assert statuses(shop) == [(VarianceStatus.RESOLVED, 0)]
