"""The book of one SKU: its pools of layers, its warehouses, its terms."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

from ullage.costing.entry import QuantityVariance
from ullage.costing.kept import MemoryStorage, Storage
from ullage.costing.layers import OpenLayer, Parts, PoolState
from ullage.costing.money import per_unit, spread
from ullage.costing.movement import CostPool, Movement
from ullage.costing.pool import Pool
from ullage.costing.posting import InventoryAccount
from ullage.costing.stock import Stock, StockState
from ullage.costing.terms import ItemTerms, Pinned, Policy

DEFAULT_POLICY = Policy()
SHORTEST_MONTH = 28 * 86_400_000_000
"""No calendar month is shorter, in microseconds."""


class BookState(NamedTuple):
    """What is written of a book besides what its storage keeps."""

    sequence: int = 0
    item: ItemTerms | None = None
    pinned: Pinned | None = None
    latest: int | None = None
    units_in: int = 0
    units_out: int = 0
    last_landed: int | None = None
    last_receipt: int = 0
    last_sold: int = 0
    last_average: int | None = None
    carry: int = 0
    cost_pending: int = 0
    stock: tuple[StockState, ...] = ()
    pools: tuple[PoolState, ...] = ()
    groups: int = 0
    kept_since: int = 0


class Book:
    """One SKU's books. Quantities and money are integers of 10^-6.

    `sequence` counts applied movements, `latest` is the greatest date among them; `units_in`
    and `units_out` count what ever came and left (a customer's return takes back what left).
    `last_receipt` is the origin of the receipt line whose unit cost `last_landed` is,
    `last_sold` that of the layer that a sale drew from last; `groups` counts the groups that
    receipts were merged into. `item` are the SKU's own settings, `pinned` what its first stock
    movement locked, `terms` what holds. What is dated `surely_kept` before `latest`, or later,
    is not too old, unless it is of before `kept_since`: that is dropped (domain 7).
    """

    def __init__(
        self,
        sku: str,
        storage: Storage | None = None,
        state: BookState | None = None,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        state = state or BookState()
        self.sku, self.storage = sku, storage or MemoryStorage()
        self.sequence, self.latest = state.sequence, state.latest
        self.item, self.pinned = state.item, state.pinned
        self.units_in, self.units_out = state.units_in, state.units_out
        self.last_landed, self.last_receipt = state.last_landed, state.last_receipt
        self.last_sold = state.last_sold
        self.last_average, self.cost_pending = state.last_average, state.cost_pending
        self.account = InventoryAccount(policy, state.carry)
        self.policy = policy
        self.groups, self.kept_since = state.groups, state.kept_since
        self.stock = {stock.warehouse: Stock(*stock) for stock in state.stock}
        self.pools = {
            pool.warehouse: self.new_pool(pool.warehouse, pool) for pool in state.pools
        }

    def state(self) -> BookState:
        return BookState(
            self.sequence, self.item, self.pinned, self.latest,
            self.units_in, self.units_out, self.last_landed, self.last_receipt,
            self.last_sold, self.last_average, self.account.carry, self.cost_pending,
            tuple([stock.state() for stock in self.stock.values()]),
            tuple([pool.state() for pool in self.pools.values()]), self.groups, self.kept_since,
        )  # fmt: skip

    @property
    def policy(self) -> Policy:
        """What holds for all SKUs, from when it is assigned on."""
        return self._policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._policy = policy
        self.surely_kept = policy.keep_months * SHORTEST_MONTH
        self.account.follow(policy)
        self._resolve()

    def set_item(self, item: ItemTerms) -> None:
        """Keep the SKU by other settings of its own from here on."""
        self.item = item
        self._resolve()

    def pin(self) -> None:
        """Lock method and pool as they are (domain 2)."""
        self.pinned = Pinned(self.terms.method, self.terms.cost_pool)

    @property
    def in_layers(self) -> int:
        """Units in layers of all pools."""
        return sum([pool.layers.quantity for pool in self.pools.values()])

    @property
    def oversold(self) -> int:
        """Units sold and not yet received."""
        return sum([pool.oversold.quantity for pool in self.pools.values()])

    def totals(self) -> tuple[int, int]:
        """Quantity and value in one pass over the pools: the ledger tells both each time."""
        quantity = value = 0
        for pool in self.pools.values():
            layers, oversold = pool.layers, pool.oversold
            quantity += layers.quantity - oversold.quantity
            value += layers.value - oversold.value
        return quantity, value

    @property
    def quantity(self) -> int:
        """Financial quantity on hand; oversold counts negative."""
        return self.totals()[0]

    @property
    def value(self) -> int:
        """Value of the layers less the provisional value of what is oversold."""
        return self.totals()[1]

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
        changed = []
        for pool in self.pools.values():
            for layer_id, parts in pool.changed.items():
                changed.append((layer_id, pool, parts))
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

    def pool_name(self, warehouse: str) -> str | None:
        """The warehouse, or None where the SKU has but one pool."""
        return warehouse if self.terms.cost_pool is CostPool.WAREHOUSE else None

    def held(self, warehouse: str) -> int:
        """Units in the layers that a draw in this warehouse takes from."""
        pool = self.pools.get(self.pool_name(warehouse))
        return pool.layers.quantity if pool else 0

    def pool(self, warehouse: str) -> Pool:
        """The pool that a warehouse draws from and adds to, opened when it is first used."""
        name = warehouse if self.terms.cost_pool is CostPool.WAREHOUSE else None
        pool = self.pools.get(name)
        if pool is None:
            pool = self.pools[name] = self.new_pool(name)
        return pool

    def layer_ids(self) -> Callable[[], str]:
        """Give layers that one movement makes ids of their own, one a call."""
        numbers = count()
        return lambda: f"{self.sequence + 1}.{next(numbers)}"

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

    def new_pool(self, name: str | None, state: PoolState | None = None) -> Pool:
        """Make a pool over its chunks; `pool` opens the one that is used."""
        return Pool(self.terms.method, name, self.storage.chunks(name), state)

    def _resolve(self) -> None:
        """Settings left out follow the policy's defaults as they are now."""
        self.terms = (self.item or ItemTerms()).over(self._policy.defaults, self.pinned)
