"""The book of one SKU: its pools of layers, its warehouses, its terms."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ullage.costing.entry import EntryRef, EntryType, QuantityVariance
from ullage.costing.layers import (
    Drawn,
    Layer,
    OpenLayer,
    Oversold,
    Parts,
    Pool,
    PoolChunks,
    PoolState,
)
from ullage.costing.lots import MemoryChunks
from ullage.costing.money import per_unit, spread, times
from ullage.costing.movement import CostPool, LayerMerge, Method, Movement, ProvisionalCost
from ullage.costing.posting import InventoryAccount
from ullage.costing.stock import Stock, StockState
from ullage.costing.terms import Policy, Terms

DEFAULT_POLICY = Policy()


class ChunksOf(Protocol):
    """Gives each pool a place for its chunks; None names the pool of a SKU that has but one."""

    def __call__(self, warehouse: str | None) -> PoolChunks: ...


def chunks_in_memory(warehouse: str | None) -> PoolChunks:
    return PoolChunks(MemoryChunks[Layer](), MemoryChunks[Oversold]())


class BookState(NamedTuple):
    """What is written of a book besides its chunks."""

    sequence: int = 0
    locked: bool = False
    terms: Terms = Terms()
    last_landed: int | None = None
    last_average: int | None = None
    carry: int = 0
    cost_pending: int = 0
    stock: tuple[StockState, ...] = ()
    pools: tuple[PoolState, ...] = ()


class Book:
    """One SKU's books. Quantities and money are integers of 10^-6.

    `sequence` counts applied movements.
    """

    def __init__(
        self,
        sku: str,
        chunks_of: ChunksOf = chunks_in_memory,
        state: BookState | None = None,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        state = state or BookState()
        self.sku, self._chunks_of = sku, chunks_of
        self.sequence, self.locked, self.terms = state.sequence, state.locked, state.terms
        self.last_landed, self.last_average = state.last_landed, state.last_average
        self.account = InventoryAccount(policy, state.carry)
        self.cost_pending = state.cost_pending
        self.stock = {stock.warehouse: Stock(*stock) for stock in state.stock}
        self.pools = {
            pool.warehouse: self._new_pool(pool.warehouse, pool) for pool in state.pools
        }

    def state(self) -> BookState:
        return BookState(
            self.sequence, self.locked, self.terms, self.last_landed, self.last_average,
            self.account.carry, self.cost_pending,
            tuple([stock.state() for stock in self.stock.values()]),
            tuple([pool.state() for pool in self.pools.values()]),
        )  # fmt: skip

    @property
    def in_layers(self) -> int:
        """Units in layers of all pools."""
        return sum([pool.layers.quantity for pool in self.pools.values()])

    @property
    def oversold(self) -> int:
        """Units sold and not yet received."""
        return sum([pool.oversold.quantity for pool in self.pools.values()])

    @property
    def quantity(self) -> int:
        """Financial quantity on hand; oversold counts negative."""
        return self.in_layers - self.oversold

    @property
    def value(self) -> int:
        """Value of the layers less the provisional value of what is oversold."""
        return sum([pool.layers.value - pool.oversold.value for pool in self.pools.values()])

    @property
    def average(self) -> int | None:
        """Unit cost of what is on hand; with nothing on hand, the last one known."""
        holding = [pool for pool in self.pools.values() if pool.layers.quantity]
        if not holding:
            return self.last_average
        if len(holding) == 1:
            return holding[0].average
        return per_unit(sum(pool.layers.value for pool in holding), self.in_layers)

    @property
    def layer_count(self) -> int:
        return sum([pool.open_layers for pool in self.pools.values()])

    def open_layers(self) -> Iterator[OpenLayer]:
        """Every open layer, pool by pool, oldest first."""
        for pool in self.pools.values():
            yield from pool.published()

    def take_changed(self) -> list[tuple[str, Pool, Parts | None]]:
        """Return the layers that changed since this was last asked, as in `Pool.changed`."""
        changed = [
            (layer_id, pool, parts)
            for pool in self.pools.values()
            for layer_id, parts in pool.changed.items()
        ]
        for pool in self.pools.values():
            pool.changed.clear()
        return changed

    def value_by_warehouse(self) -> dict[str, int]:
        """Value of each warehouse's units; of a common pool split by what is expected there."""
        if self.terms.cost_pool is CostPool.WAREHOUSE:
            values = {
                warehouse: pool.layers.value - pool.oversold.value
                for warehouse, pool in self.pools.items()
            }
            return {warehouse: values.get(warehouse, 0) for warehouse in self.stock}
        expected = [stock.expected for stock in self.stock.values()]
        if not sum(expected):
            return dict.fromkeys(self.stock, 0)
        if len(expected) == 1:
            return dict.fromkeys(self.stock, self.value)
        return dict(zip(self.stock, spread(self.value, expected), strict=True))

    def held(self, warehouse: str) -> int:
        """Units in the layers that a draw in this warehouse takes from."""
        pool = self.pools.get(self._pool_name(warehouse))
        return pool.layers.quantity if pool else 0

    def pool(self, warehouse: str) -> Pool:
        """The pool that a warehouse draws from and adds to, opened when it is first used."""
        name = self._pool_name(warehouse)
        if name not in self.pools:
            self.pools[name] = self._new_pool(name)
        return self.pools[name]

    def layer_for(
        self, pool: Pool, quantity: int, value: int, receipt_id: str | None, received_at: int
    ) -> Layer:
        """Make the layer that arriving units would be; it may join the newest."""
        layer = Layer(quantity, value, str(self.sequence + 1), receipt_id, received_at)
        if self.terms.method is Method.WAC:
            return layer._replace(layer_id=_average_of(pool), receipt_id=None)
        if self.terms.layer_merge is LayerMerge.SAME_COST:
            newest = pool.newest()
            if newest is not None and newest.unit_cost == layer.unit_cost:
                return layer._replace(layer_id=newest.layer_id)
        return layer

    def arriving_layer(self, pool: Pool, layer: Layer, number: int) -> Layer:
        """Make a layer of another pool into one of this pool's, receipt and date kept."""
        if self.terms.method is Method.WAC:
            return layer._replace(layer_id=_average_of(pool))
        return layer._replace(layer_id=f"{self.sequence + 1}.{number}")

    def draw(
        self, movement: Movement, kind: EntryType, warehouse: str, quantity: int,
        provisional_cost: int | None = None,
    ) -> Drawn:  # fmt: skip
        """Take units for an entry of that kind, by the method.

        What the layers lack is oversold at a provisional unit cost (domain 4).
        """
        pool = self.pool(warehouse)
        there = min(quantity, pool.layers.quantity)
        if there == pool.layers.quantity == self.in_layers > 0:
            self.last_average = self.average
        drawn = pool.take(there)
        short = quantity - there
        if not short:
            return Drawn(drawn, 0, 0)
        if provisional_cost is None:
            provisional_cost = self.provisional_cost(pool, pool.last_drawn_cost)
        value = times(short, provisional_cost)
        entry = EntryRef.of(movement, kind)
        pool.oversold.put(Oversold(short, value, warehouse, entry))
        return Drawn(drawn, short, value)

    def price(self, warehouse: str, quantity: int) -> int:
        """Return what a draw of these units would cost, and draw nothing."""
        name = self._pool_name(warehouse)
        pool = self.pools.get(name) or self._new_pool(name)
        there = min(quantity, pool.layers.quantity)
        value, last_cost = pool.price(there)
        return value + times(quantity - there, self.provisional_cost(pool, last_cost))

    def provisional_cost(self, pool: Pool, last_drawn_cost: int | None) -> int:
        """Unit cost of units sold before they came (domain 4)."""
        if self.terms.provisional_cost is ProvisionalCost.ZERO:
            return 0
        by_method = pool.average if self.terms.method is Method.WAC else last_drawn_cost
        return _first_known(by_method, self.last_landed, self.terms.standard_cost)

    def assumed_cost(self, warehouse: str) -> int:
        """Unit cost of units that come without one: the average, else what is known."""
        pool = self.pools.get(self._pool_name(warehouse))
        average = pool.average if pool else None
        return _first_known(average, self.average, self.last_landed, self.terms.standard_cost)

    def expect(
        self, warehouse: str, change: int, movement: Movement, absorbs: bool = False
    ) -> list[QuantityVariance]:
        """Add units to what is expected in a warehouse."""
        return self.stock_in(warehouse).move(change, movement.effective_at, absorbs)

    def stock_in(self, warehouse: str) -> Stock:
        """The warehouse's stock, opened when it is first used."""
        if warehouse not in self.stock:
            self.stock[warehouse] = Stock(warehouse)
        return self.stock[warehouse]

    def _new_pool(self, name: str | None, state: PoolState | None = None) -> Pool:
        return Pool(self.terms.method, name, self._chunks_of(name), state)

    def _pool_name(self, warehouse: str) -> str | None:
        return warehouse if self.terms.cost_pool is CostPool.WAREHOUSE else None


def _average_of(pool: Pool) -> str:
    """The id of the one layer that a pool under weighted average has."""
    return "average" if pool.warehouse is None else f"average:{pool.warehouse}"


def _first_known(*unit_costs: int | None) -> int:
    return next((cost for cost in unit_costs if cost is not None), 0)
