"""Figures of domain section 6: what customers send back."""

from decimal import Decimal as D

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import EntryRef, EntryType, VarianceKind
from ullage.costing.movement import CostPool, Method
from ullage.costing.terms import Policy

FIFO, LIFO, WAC = Method.FIFO, Method.LIFO, Method.WAC
LATE, SETTLED = VarianceKind.LATE_COST, VarianceKind.OVERSOLD_SETTLEMENT
OVERRIDE = VarianceKind.NON_DIMINISHING_OVERRIDE


class TestSaleReturns:
    """At what the order line's units cost now, last drawn first."""

    def test_returned_then_charged(self) -> None:
        """5@100, sell 5, return 2, late cost 50: layer 2@110, variance 30."""
        shop = Shop().receive(5, 100).sell(5).take_back("m2", 2)
        assert (shop.amount("cogs_reversal"), shop.layers) == (200, [(2, 200)])
        shop.late("m1", 50)
        assert (shop.layers, shop.cost_variance(LATE)) == ([(2, 220)], 30)

    def test_charged_then_returned(self) -> None:
        """In the other order: COGS reversed 200, late_cost 50 then -20, layer 2@110."""
        shop = Shop().receive(5, 100).sell(5).late("m1", 50)
        assert shop.cost_variance(LATE) == 50
        shop.take_back("m2", 2)
        assert (shop.amount("cogs_reversal"), shop.cost_variance(LATE)) == (200, -20)
        assert shop.layers == [(2, 220)]
        [variance] = shop.cost_variances(LATE)
        assert variance.corrects == EntryRef("m1", EntryType.RECEIVED)
        assert (variance.receipt_id, variance.quantity) == ("R1", micro(2))
        assert [one.receipt_ids for one in shop.book.open_layers()] == [("R1",)]

    def test_a_correction_counts_as_late_cost(self) -> None:
        """What a receipt really cost is what its units cost when they come back."""
        shop = Shop().receive(5, 100).sell(5).correct("m1", 600).take_back("m2", 1)
        assert (shop.cost_variance(LATE), shop.layers) == (-20, [(1, 120)])

    def test_it_posts_what_the_sale_posted(self) -> None:
        """180 at 22.5714 posted 4,062.78, and so does their return (domain 3)."""
        shop = Shop().set(WAC).receive(200, 20).receive(150, 26).sell(180)
        sold = shop.cost("cogs").posted
        assert (sold, shop.take_back("m4", 180).cost("cogs_reversal").posted) == (
            micro("4062.78"), micro("4062.78"),
        )  # fmt: skip
        assert shop.book.account.carry == 0

    @pytest.mark.parametrize(
        ("method", "layers", "receipts", "reversed"),
        [
            (FIFO, [(1, 2), (2, 4), (1, 1)], [("R3",), ("R3",), ("R2",)], "5.00"),
            (LIFO, [(1, 1), (2, 2), (1, 2)], [("R2",), ("R2",), ("R3",)], "4.00"),
            (WAC, [(4, 6)], [()], "4.50"),
        ],
    )
    def test_last_drawn_first_each_with_its_receipt(
        self,
        method: Method,
        layers: list[tuple[int, int]],
        receipts: list[tuple[str, ...]],
        reversed: str,
    ) -> None:
        """3@1 and 3@2, sell 5, return 3: one layer a receipt at the end of the pool."""
        shop = Shop().set(method).receive(3, 1).receive(3, 2).sell(5).take_back("m4", 3)
        assert shop.layers == layers
        assert [one.receipt_ids for one in shop.book.open_layers()] == receipts
        assert shop.amount("cogs_reversal") == D(reversed)

    def test_in_parts(self) -> None:
        """Each return takes what the one before left; the last unit takes all."""
        shop = Shop().receive(3, "3.333333").sell(3)
        amounts = [shop.take_back("m2", 1).cost("cogs_reversal").amount for _ in range(3)]
        assert (sum(amounts), shop.book.value) == (9_999_999, 9_999_999)

    def test_unsettled_units_are_cancelled_first(self) -> None:
        """At their provisional cost, 4 of 6 sold beyond 2@5; then the drawn ones."""
        shop = Shop().receive(2, 5).sell(6).take_back("m2", 3)
        assert (shop.amount("cogs_reversal"), shop.book.oversold) == (15, micro(1))
        assert shop.cost("cogs_reversal").provisional_quantity == micro(3)
        shop.take_back("m2", 2)
        assert (shop.book.oversold, shop.layers) == (0, [(1, 5)])

    def test_only_its_own_are_cancelled(self) -> None:
        """Another line's oversold units are settled by what comes back."""
        shop = Shop().receive(2, 5).sell(2).set(standard=1).sell(2).take_back("m2", 1)
        assert (shop.amount("cogs_reversal"), shop.book.oversold) == (5, micro(1))
        [settled] = shop.cost_variances(SETTLED)
        assert (settled.corrects.order_id, settled.receipt_id) == ("O4", "R1")

    def test_settled_units_come_back_at_what_they_really_cost(self) -> None:
        """Sold at 0.00, settled at 4.00, late cost 2.00 a unit: back at 6.00."""
        shop = Shop().sell(2).receive(5, 4).late("m2", 10).take_back("m1", 1)
        assert (shop.amount("cogs_reversal"), shop.value) == (0, 24)
        assert (shop.cost_variance(SETTLED), shop.cost_variance(LATE)) == (-4, -2)
        assert [one.receipt_ids for one in shop.book.open_layers()] == [("R2",), ("R2",)]

    def test_an_override_is_reversed_too(self) -> None:
        """COGS 1.00 a unit and 9.00 variance, cancelled or settled, come back as 10.00."""
        shop = Shop().set(non_diminishing=True).receive(4, 10).sell(8, override=1)
        shop.take_back("m3", 1)
        assert (shop.amount("cogs_reversal"), shop.cost_variance(OVERRIDE)) == (1, -9)
        shop.receive(3, 12).take_back("m3", 1)
        assert (shop.amount("cogs_reversal"), shop.layers) == (1, [(1, 12)])
        assert (shop.cost_variance(OVERRIDE), shop.cost_variance(SETTLED)) == (-9, -2)

    def test_an_override_is_reversed_in_parts(self) -> None:
        """Four at 1.00 and 9.00 variance, settled at 12: one comes back, then three."""
        shop = (
            Shop().set(non_diminishing=True).receive(4, 10).sell(8, override=1).receive(4, 12)
        )
        for units in (1, 3):
            shop.take_back("m3", units)
            assert shop.amount("cogs_reversal") == units
            assert shop.cost_variance(OVERRIDE) == -9 * units
            assert shop.cost_variance(SETTLED) == -2 * units
        assert shop.take_back("m3", 4).amount("cogs_reversal") == 40
        assert shop.cost_variances(OVERRIDE) == []

    def test_unknown_line_or_beyond_its_quantity(self) -> None:
        """At the average."""
        shop = Shop().receive(2, 10).receive(2, 20).sell(1).take_back("m3", 2)
        assert shop.layers == [(1, 10), (2, 40), (1, 10), (1, D("16.67"))]
        assert shop.amount("cogs_reversal") == D("26.67")
        assert Shop().receive(4, 5).take_back("m9", 2).amount("cogs_reversal") == 10
        assert Shop().take_back("m9", 2).amount("cogs_reversal") == 0

    def test_under_average_cost(self) -> None:
        """At the average booked then plus its settlement, not at the average now."""
        shop = Shop().set(WAC).receive(4, 10).sell(6).receive(4, 20).take_back("m3", 5)
        assert (shop.amount("cogs_reversal"), shop.cost_variance(SETTLED)) == (50, -20)
        assert shop.layers == [(7, 110)]

    def test_lowers_what_is_gone_under_average_cost(self) -> None:
        """5@100, sell 5, return 2: two of the receipt are there again."""
        shop = Shop().set(WAC).receive(5, 100).sell(5).take_back("m3", 2).late("m2", 50)
        assert (shop.value, shop.cost_variance(LATE)) == (220, 30)

    def test_raises_what_is_expected(self) -> None:
        """In the warehouse it comes back to."""
        shop = Shop().set(pool=CostPool.WAREHOUSE).receive(5, 1).sell(5).take_back("m3", 2, "B")
        assert (shop.stands("A")[0], shop.stands("B")[0]) == (0, 2)

    def test_a_line_sold_in_two_parts(self) -> None:
        """At 1.00 and at 9.00: both come back, the last drawn first."""
        shop = Shop().receive(1, 1).receive(1, 9).sell(1).sell(1, of="m3").take_back("m3", 2)
        assert (shop.amount("cogs_reversal"), shop.layers) == (10, [(1, 9), (1, 1)])

    def test_a_line_oversold_in_two_parts(self) -> None:
        """Two and two never came: one is cancelled, then the other three."""
        shop = Shop().set(standard=2).sell(2).sell(2, of="m2").take_back("m2", 1)
        assert shop.take_back("m2", 3).cost("cogs_reversal").provisional_quantity == micro(3)
        assert (shop.amount("cogs_reversal"), shop.book.oversold) == (6, 0)

    @pytest.mark.parametrize(("latest", "reversed"), [("744:02", 1), ("744:03", 9)])
    def test_a_line_as_old_as_what_is_kept(self, latest: str, reversed: int) -> None:
        """Sold on 1 January at 00:02, it is kept for a month: until 1 February at 00:02."""
        shop = Shop().receive(1, 1).sell(1).receive(1, 9).under(Policy(keep_months=1))
        shop.skip_months(1).pull(1, at=latest).take_back("m2", 1)
        assert shop.amount("cogs_reversal") == reversed

    def test_a_line_older_than_what_is_kept(self) -> None:
        """Is unknown: at the average."""
        shop = Shop().receive(1, 1).sell(1).receive(1, 9)
        shop.under(Policy(keep_months=1)).skip_months(2).pull(1).take_back("m2", 1)
        assert shop.amount("cogs_reversal") == 9

    def test_a_line_sold_again_when_it_is_forgotten_begins_anew(self) -> None:
        """Of 2@1 sold then and 1@9 sold now, 3 come back: 1@9, the rest at the average."""
        shop = Shop().receive(2, 1).sell(2).receive(4, 9).under(Policy(keep_months=1))
        shop.skip_months(3).pull(4).sell(1, of="m2").take_back("m2", 3)
        assert shop.amount("cogs_reversal") == 27
        assert shop.layers == [(3, 27), (1, 9), (2, 18)]

    def test_a_line_that_was_forgotten_and_sold_again(self) -> None:
        """What it still owed from then is settled, and is of no line; only the new sale is."""
        shop = Shop().set(standard=2).sell(6).under(Policy(keep_months=1)).skip_months(3)
        shop.pull(0).take_back("m2", 1)
        assert (shop.amount("cogs_reversal"), shop.book.oversold) == (2, micro(5))
        shop.sell(1, of="m2").receive(10, 5)
        assert [one.amount for one in shop.cost_variances(SETTLED)] == [micro(15), micro(3)]
        assert shop.layers == [(4, 20)]
        shop.take_back("m2", 1)
        assert (shop.amount("cogs_reversal"), shop.cost_variance(SETTLED)) == (2, -3)
        assert shop.layers == [(4, 20), (1, 5)]
        shop.take_back("m2", 1)
        assert (shop.amount("cogs_reversal"), shop.cost_variances(SETTLED)) == (5, [])

    def test_a_line_that_was_forgotten_cancels_only_what_it_owes_anew(self) -> None:
        """The rest of the return is beyond it, and settles the oldest oversold."""
        shop = Shop().set(standard=2).sell(6).under(Policy(keep_months=1)).skip_months(3)
        shop.pull(0).take_back("m2", 1).sell(1, of="m2").take_back("m2", 3)
        assert shop.cost("cogs_reversal").provisional_quantity == micro(1)
        assert (shop.amount("cogs_reversal"), shop.book.oversold) == (6, micro(3))
        assert shop.receive(10, 5).layers == [(7, 35)]
