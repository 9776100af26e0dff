"""Figures of domain section 2: costing methods, merges, pools and transfers."""

from decimal import Decimal as D

import pytest

from tests.costing.shop import Shop, micro
from ullage.costing.entry import VarianceKind
from ullage.costing.errors import (
    MethodLocked,
    NegativeInventory,
)
from ullage.costing.movement import (
    AdjustmentMode,
    CostPool,
    LayerMerge,
    Method,
    NegativeStock,
)

FIFO, LIFO, WAC = Method.FIFO, Method.LIFO, Method.WAC
ROUNDING, SETTLED = VarianceKind.ROUNDING, VarianceKind.OVERSOLD_SETTLEMENT
QUANTITY, VALUE = AdjustmentMode.QUANTITY, AdjustmentMode.VALUE


class TestMethods:
    """Section 2."""

    @pytest.mark.parametrize(
        ("method", "cogs", "left"),
        [
            (FIFO, "3600.00", "4300.00"),
            (LIFO, "4500.00", "3400.00"),
            (WAC, "4062.86", "3837.14"),
        ],
    )
    def test_two_receipts(self, method: Method, cogs: str, left: str) -> None:
        """Receive 200@20, 150@26, ship 180."""
        shop = Shop().set(method).receive(200, 20).receive(150, 26).sell(180)
        assert (shop.amount("cogs"), shop.value) == (D(cogs), D(left))
        assert shop.book.quantity == micro(170)

    def test_two_receipts_average(self) -> None:
        """WAC: average 22.5714, which a sale does not change."""
        shop = Shop().set(WAC).receive(200, 20).receive(150, 26)
        assert shop.book.average == micro("22.571429")
        assert shop.sell(180).book.average == micro("22.571429")

    @pytest.mark.parametrize(
        ("method", "cogs", "left"),
        [
            (FIFO, "1240.00", "1080.00"),
            (LIFO, "1200.00", "1120.00"),
            (WAC, "1210.43", "1109.57"),
        ],
    )
    def test_three_receipts(self, method: Method, cogs: str, left: str) -> None:
        """Receive 100@10, 50@12, 80@9, ship 120."""
        shop = Shop().set(method).receive(100, 10).receive(50, 12).receive(80, 9).sell(120)
        assert (shop.amount("cogs"), shop.value) == (D(cogs), D(left))

    def test_lifo_draws_newest_first(self) -> None:
        """LIFO 1,200.00: 80@9 and 40@12."""
        shop = Shop().set(LIFO).receive(100, 10).receive(50, 12).receive(80, 9).sell(120)
        drawn = [(draw.quantity, draw.amount) for draw in shop.cost("cogs").draws]
        assert drawn == [(micro(80), micro(720)), (micro(40), micro(480))]

    def test_method_and_pool_are_locked_by_the_first_stock_movement(self) -> None:
        """A later change: 103; items and pulls are no stock movements."""
        shop = Shop().set(LIFO).pull(3).set(WAC).set(FIFO, CostPool.WAREHOUSE)
        shop.set(FIFO, CostPool.SKU).receive(1, 1)
        with pytest.raises(MethodLocked):
            shop.set(LIFO)
        with pytest.raises(MethodLocked):
            shop.set(FIFO, CostPool.WAREHOUSE)
        assert shop.set(FIFO, CostPool.SKU).set().receive(1, 2).sell(1).amount("cogs") == 1

    def test_settings_left_out_keep_the_locked_method(self) -> None:
        """An item record without a method does not put a LIFO SKU back to the default."""
        shop = Shop().set(LIFO).receive(1, 1).receive(1, 2).set()
        assert shop.sell(1).amount("cogs") == 2

    def test_same_cost_joins_the_newest_open_layer(self) -> None:
        """One layer of two receipts, in order; another cost, or never merging, opens one."""
        shop = Shop().set(merge=LayerMerge.SAME_COST)
        shop.receive(3, 5).receive(4, 5).receive(1, 6).receive(2, 5)
        assert shop.layers == [(7, 35), (1, 6), (2, 10)]
        assert next(shop.book.open_layers()).receipt_ids == ("R2", "R3")
        assert Shop().receive(3, 5).receive(4, 5).layers == [(3, 15), (4, 20)]

    def test_same_cost_is_at_six_decimals(self) -> None:
        """3.333333 and 3.333334 are two costs."""
        shop = Shop().set(merge=LayerMerge.SAME_COST)
        shop.receive(1, "3.333333").receive(1, "3.333334").receive(1, "3.333334")
        assert [quantity for quantity, _ in shop.layers] == [1, 2]

    def test_an_upward_adjustment_joins_too(self) -> None:
        """A receipt or upward adjustment joins the newest open layer."""
        shop = Shop().set(merge=LayerMerge.SAME_COST).receive(3, 5).adjust(QUANTITY, 2)
        assert shop.layers == [(5, 25)]

    def test_pools(self) -> None:
        """`sku`: one pool, in order of entry; `warehouse`: each consumes its own layers."""
        for pool, cogs in ((CostPool.SKU, 10), (CostPool.WAREHOUSE, 20)):
            shop = Shop().set(pool=pool).receive(10, 1, "A").receive(10, 2, "B")
            assert shop.sell(10, "B").amount("cogs") == cogs

    def test_value_by_warehouse(self) -> None:
        """Of its own pool, oversold counting negative; of a common one by what it expects."""
        own = Shop().set(pool=CostPool.WAREHOUSE).receive(10, 4).sell(2, "B").pull(0, "C")
        assert own.book.value_by_warehouse() == {"A": micro(40), "B": micro(-8), "C": 0}
        common = Shop().receive(10, 4)
        assert common.values_by_warehouse() == {"A": 40}
        assert common.sell(4, "B").values_by_warehouse() == {"A": 40, "B": -16}
        assert common.sell(6, "B").book.value_by_warehouse() == {"A": 0, "B": 0}

    def test_value_by_warehouse_below_zero(self) -> None:
        """Three are sold before they came, at 10.00: two of them in A."""
        shop = Shop().set(standard=10).sell(2).sell(1, "B")
        assert shop.values_by_warehouse() == {"A": -20, "B": -10}

    def test_transfer_in_a_common_pool_moves_stock_only(self) -> None:
        """No revaluation, no COGS, no new cost."""
        shop = Shop().receive(10, 1).receive(10, 2).transfer(4)
        assert shop.layers == [(10, 10), (10, 20)]
        assert (shop.stands("A")[0], shop.stands("B")[0]) == (16, 4)
        assert shop.cost("transferred").amount == shop.cost("transferred").posted == 0

    @pytest.mark.parametrize(
        ("method", "left", "moved"),
        [
            (FIFO, [(8, 16)], [(10, 10), (2, 4)]),
            (LIFO, [(8, 8)], [(2, 2), (10, 20)]),
            (WAC, [(8, 12)], [(12, 18)]),
        ],
    )
    def test_transfer_moves_the_layers_themselves(
        self, method: Method, left: list[tuple[int, int]], moved: list[tuple[int, int]]
    ) -> None:
        """Chosen by the method, to the target's end, oldest first, with receipt and date."""
        shop = Shop().set(method, CostPool.WAREHOUSE).receive(10, 1).receive(10, 2)
        shop.transfer(12)
        assert shop.layers == [*left, *moved]
        assert shop.value == 30
        if method is not WAC:
            origin = [(one.receipt_ids, one.received_at) for one in shop.book.open_layers()]
            assert origin[1:] == sorted(origin[1:])
            assert {receipt for receipt, _ in origin} == {("R2",), ("R3",)}

    def test_transfer_of_a_merged_layer(self) -> None:
        """It stays one layer of its receipts."""
        shop = Shop().set(pool=CostPool.WAREHOUSE, merge=LayerMerge.SAME_COST)
        shop.receive(1, 5).receive(2, 5).transfer(3)
        [layer] = shop.book.open_layers()
        assert (layer.receipt_ids, layer.quantity) == (("R2", "R3"), micro(3))

    def test_transfer_beyond_the_layers_is_refused(self) -> None:
        """`reject`: 102, nothing changes."""
        shop = Shop().set(pool=CostPool.WAREHOUSE, negative=NegativeStock.REJECT)
        shop.receive(10, 1)
        with pytest.raises(NegativeInventory):
            shop.transfer(11)
        assert shop.layers == [(10, 10)]

    def test_transfer_beyond_the_layers_is_oversold_at_the_source(self) -> None:
        """`allow`: a layer at the same provisional cost at the target, last."""
        shop = Shop().set(pool=CostPool.WAREHOUSE).receive(10, 1).receive(5, 3).transfer(17)
        assert shop.layers == [(10, 10), (5, 15), (2, 6)]
        assert (shop.book.oversold, shop.value) == (micro(2), 25)
        assert shop.cost("transferred").provisional_quantity == micro(2)
        assert shop.receive(2, 4).cost_variance(SETTLED) == 2
