"""What each kind of movement says in full: every field of its entries, in their order.

A cost entry is its type, warehouse, quantity, amount, posted, provisional quantity, draws
(layer, receipt, quantity, amount, posted) and charge; a cost variance its kind, quantity,
amount, posted, what it corrects (movement, type, order, line), warehouse, receipt and charge.
"""

from collections.abc import Iterable
from enum import Enum

from tests.costing.shop import Shop
from ullage.costing.money import plain
from ullage.costing.movement import AdjustmentMode, CostPool, Method

BOTH = AdjustmentMode.QUANTITY_AND_VALUE


def told(fields: Iterable[object]) -> str:
    """The fields of an entry; what is in it of more than one field in brackets."""
    return " ".join(
        str(field.value) if isinstance(field, Enum)
        else plain(field) if isinstance(field, int)
        else f"({told(field)})" if isinstance(field, tuple)
        else str(field or "-")
        for field in fields
    )  # fmt: skip


def says(shop: Shop) -> list[str]:
    """What the last movement says."""
    return [told(entry) for entry in shop.entries]


def by_warehouse() -> Shop:
    return Shop().set(pool=CostPool.WAREHOUSE, non_diminishing=True)


def test_an_order_line_from_sale_to_return() -> None:
    """Sold below zero at an override, settled, charged late, taken back whole and beyond."""
    shop = by_warehouse().receive(4, 10, "B")
    assert says(shop) == ["received B 4 40 40 0 ((2 R2 4 40 0)) -"]
    assert says(shop.sell(7, "B", override=1)) == [
        "cogs B 7 43 43 3 ((2 R2 4 40 40)) -",
        "non_diminishing_override 3 27 27 (m3 cogs O3 1) B - -",
    ]
    assert says(shop.receive(2, 12, "B", charges=[1], absorbed=[2])) == [
        "received B 2 24 24 0 () -",
        "landed B 2 1 1 0 () C1",
        "landed_over_absorption 2 -2 -2 (m4 received - -) B R4 C1",
        "oversold_settlement 2 7 7 (m3 cogs O3 1) B R4 -",
    ]
    assert says(shop.late("m4", 4)) == [
        "landed A 2 4 4 0 () C1",
        "late_cost 2 4 4 (m4 received - -) B R4 C1",
    ]
    assert says(shop.take_back("m3", 9, "B")) == [
        "cogs_reversal B 9 63 63 1 ((6.0 R4 2 31 14) (6.1 R2 4 40 28) (6.2 - 2 20 14)) -",
        "non_diminishing_override 1 -9 -9 (m6 cogs_reversal O3 1) B - -",
        "late_cost 2 -4 -4 (m4 received - -) B R4 -",
        "oversold_settlement 2 -7 -7 (m6 cogs_reversal O3 1) B R4 -",
        "non_diminishing_override 2 -18 -18 (m6 cogs_reversal O3 1) B R4 -",
    ]


def test_a_return_to_the_supplier() -> None:
    """One of its own at 2.00 and two of the next at 5.00, at the price of 1.00."""
    shop = by_warehouse().receive(3, 1, "B", charges=[3]).receive(3, 5, "B").sell(2, "B")
    assert says(shop.send_back("m2", 3, "B")) == [
        "purchase_returned B 3 3 3 0 ((2 R2 1 2 1) (3 R3 2 10 2)) -",
        "return_difference 3 9 9 (m5 purchase_returned - -) B R2 -",
    ]


def test_a_transfer_and_a_write_off_beyond_the_layers() -> None:
    """Three at 2.00 and one more provisionally; the write-off closes what the count missed."""
    assert says(by_warehouse().receive(3, 2, "B").transfer(4, "B", "A")) == [
        "transferred B 4 8 0 1 ((2 R2 3 6 0)) -"
    ]
    assert says(by_warehouse().receive(3, 2, "B").pull(1, "B").report_defective(4, "B")) == [
        "write_off B 4 8 8 1 ((2 R2 3 6 6)) -",
        "B 0 -2 -1 1 resolved",
    ]


def test_a_build() -> None:
    """A late component leaves work in progress at once; goods at a given cost settle theirs."""
    assert says(by_warehouse().receive(3, 2, "B").consume(2, "B", late=True)) == [
        "consumed B 2 4 4 0 ((2 R2 2 4 4)) -",
        "production_difference 2 4 4 (m3 consumed B -) B - -",
    ]
    assert says(Shop().consume(1).produce(2, 7, value=6, posted=8, overhead=1)) == [
        "produced A 2 6 6 0 ((2 - 1 3 0)) -",
        "production_difference 2 1 2 (m2 produced B -) A - -",
        "oversold_settlement 1 3 3 (m1 consumed B -) A - -",
    ]
    assert says(Shop().produce(2, 7, posted="6.99")) == [
        "produced A 2 7 6.99 0 ((1 - 2 7 0)) -",
        "rounding 0 -0.01 -0.01 (m1 produced - -) A - -",
    ]
    assert says(Shop().produce(2, 7, value=7, posted="6.99"))[1:] == [
        "production_difference 2 0 -0.01 (m1 produced B -) A - -"
    ]


def test_a_receipt_without_a_cost() -> None:
    """Two at the standard cost of 3.00 until it is known; then what it is more."""
    shop = by_warehouse().set(standard=3).receive(2, None, "B")
    assert says(shop) == ["received B 2 6 6 2 ((3 R3 2 6 0)) -", "R3 2 3"]
    assert says(shop.sell(1, "B").correct("m3", 9)) == [
        "corrected A 2 3 3 0 () -",
        "late_cost 1 1.5 1.5 (m3 received - -) B R3 -",
    ]
    assert shop.receive(1, None, "B").book.cost_pending == 1
    assert shop.receive(1, None, "B").book.cost_pending == 2
    assert shop.correct("m3", 8).book.cost_pending == 2


def test_adjustments() -> None:
    """Down by quantity and value, and up, which settles what was sold before."""
    assert says(Shop().receive(3, 2).adjust(BOTH, -1, -3)) == [
        "inventory_adjustment A -1 -2 -2 0 ((1 R1 -1 -2 -2)) -",
        "inventory_adjustment A 0 -1 -1 0 () -",
    ]
    assert says(Shop().sell(1).adjust(BOTH, 3, 9)) == [
        "inventory_adjustment A 3 9 9 0 ((2 - 2 6 0)) -",
        "oversold_settlement 1 3 3 (m1 cogs O1 1) A - -",
    ]


def test_the_layer_under_average_cost() -> None:
    """There is one a pool, and an entry names none."""
    shop = Shop().set(Method.WAC).receive(3, "1.333")
    assert says(shop) == ["received A 3 3.999 4 0 () -"]
    [layer] = shop.book.open_layers()
    assert (layer.layer_id, layer.received_at) == ("average", 120_000_000)
    other = Shop().set(Method.WAC, CostPool.WAREHOUSE).receive(1, 1).transfer(1)
    assert [one.layer_id for one in other.book.open_layers()] == ["average:B"]
