"""Domain section 8: which accounts an entry moves; all of it in figures, zero left out."""

from tests.costing.shop import Shop, cents
from ullage.costing.entry import EntryType, VarianceKind
from ullage.costing.journal import JOURNAL, Posting
from ullage.costing.movement import AdjustmentMode, CostPool, Method

VALUE = AdjustmentMode.VALUE
Line = tuple[str, str, object]


def lines(shop: Shop) -> list[Line]:
    """Debit, credit and amount of the last movement's postings."""
    return [(debit, credit, cents(amount)) for debit, credit, amount in shop.postings]


class TestTable:
    """One row an entry."""

    def test_every_entry_has_a_row(self) -> None:
        """All but a transfer, which posts nothing."""
        assert set(JOURNAL) == {*EntryType, *VarianceKind} - {EntryType.TRANSFERRED}

    def test_receipts_and_charges(self) -> None:
        """Correction as receipt; what is absorbed beyond the charges clears nothing."""
        shop = Shop().receive(10, 3, charges=("4.00",), absorbed=("2.00",))
        assert lines(shop) == [
            ("inventory", "goods_received_not_invoiced", 30),
            ("inventory", "landed_cost_clearing", 4),
            ("cost_variance", "inventory", -2),
        ]
        assert lines(shop.sell(5)) == [("cogs", "inventory", 18)]
        assert lines(shop.late("m1", 2)) == [
            ("inventory", "landed_cost_clearing", 2),
            ("cost_variance", "inventory", 1),
        ]
        assert lines(shop.correct("m1", 28)) == [
            ("inventory", "goods_received_not_invoiced", -2),
            ("cost_variance", "inventory", -1),
        ]

    def test_returns(self) -> None:
        """A return reverses cost of goods sold; a supplier pays the purchase price."""
        shop = Shop().receive(10, 3, charges=("10.00",)).sell(5)
        assert lines(shop.take_back("m2", 1)) == [("inventory", "cogs", 4)]
        assert lines(shop.send_back("m1", 2)) == [
            ("goods_received_not_invoiced", "inventory", 6),
            ("cost_variance", "inventory", 2),
        ]

    def test_write_offs_and_adjustments(self) -> None:
        """Both signs of an adjustment."""
        shop = Shop().receive(10, 3)
        assert lines(shop.report_defective(1)) == [("write_off", "inventory", 3)]
        assert lines(shop.adjust(VALUE, value=9)) == [("inventory", "inventory_adjustment", 9)]
        assert lines(shop.adjust(AdjustmentMode.QUANTITY, -1)) == [
            ("inventory", "inventory_adjustment", -4)
        ]

    def test_builds(self) -> None:
        """Work in progress takes components and overhead, and gives finished goods."""
        shop = Shop().receive(10, 3)
        assert lines(shop.consume(4)) == [("wip", "inventory", 12)]
        assert lines(shop.produce(5, 20, overhead=8)) == [
            ("wip", "overhead_applied", 8),
            ("inventory", "wip", 20),
        ]
        assert lines(shop.produce(5, 20, value=15, overhead=0)) == [
            ("inventory", "wip", 15),
            ("cost_variance", "wip", 5),
        ]

    def test_what_posts_nothing(self) -> None:
        """Transfers, counts, and a cost of 0.00."""
        shop = Shop().set(pool=CostPool.WAREHOUSE).receive(10, 3)
        assert shop.transfer(4).postings == []
        assert shop.pull(5).postings == []
        assert Shop().sell(5).postings == []

    def test_rounding_is_posted_only(self) -> None:
        """180 at 22.5714: 4,062.78 and 0.07."""
        shop = Shop().set(Method.WAC).receive(200, 20).receive(150, 26).sell(180)
        assert [str(amount) for _, _, amount in lines(shop)] == ["4062.78", "0.07"]
        assert all(isinstance(posting, Posting) for posting in shop.postings)
