"""The oracle's books of one SKU: its pools and stock, and how units enter and leave them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tests.costing.oracle_pool import (
    ZERO,
    Debt,
    Lot,
    Pool,
    Settled,
    average,
    cents,
    exact,
    posted_draw,
)
from tests.costing.oracle_stock import Counted, Moved, Stand, stand
from ullage.costing.entry import CostVariance, Draw, EntryRef, VarianceKind
from ullage.costing.movement import (
    CostPool,
    Item,
    LayerMerge,
    Method,
    NegativeStock,
    ProvisionalCost,
)

DEFAULTS = Item(
    id="",
    sku="",
    source="",
    source_id="",
    effective_at=0,
    recorded_at=0,
    method=Method.FIFO,
    cost_pool=CostPool.SKU,
    layer_merge=LayerMerge.NEVER,
    standard_cost=None,
    negative_stock=NegativeStock.ALLOW,
    provisional_cost=ProvisionalCost.HIERARCHY,
    non_diminishing=False,
)


class Refused(Exception):
    """The movement can never be applied; `code` is domain 9's."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


def units(micro: int) -> Fraction:
    """Units, or base currency, of the kernel's integer."""
    return Fraction(micro, 10**6)


def micro(amount: Fraction) -> int:
    """The kernel's integer; an amount that is not whole 10^-6 is a mistake of the oracle."""
    scaled = amount * 10**6
    if scaled.denominator != 1:
        raise AssertionError(f"{amount} is not in steps of 10^-6")
    return int(scaled)


class Left(NamedTuple):
    """Units that left a pool: what was there, what was not, and what all of it cost."""

    taken: list[Lot]
    short: Fraction
    provisional_cost: Fraction

    @property
    def short_value(self) -> Fraction:
        return exact(self.short * self.provisional_cost)

    @property
    def amount(self) -> Fraction:
        return sum((lot.value for lot in self.taken), ZERO) + self.short_value

    @property
    def posted(self) -> Fraction:
        there = (posted_draw(lot.quantity, lot.value) for lot in self.taken)
        return sum(there, ZERO) + posted_draw(self.short, self.short_value)


class Arrived(NamedTuple):
    """What became of units that came: the layer that is left of them, and what they settled."""

    made: tuple[Draw, ...]
    settlements: list[CostVariance]


def draws(lots: Iterable[Lot], sign: int = 1, posts: bool = False) -> tuple[Draw, ...]:
    """Name the lots, without the layer's id, which is the kernel's own."""
    return tuple(
        Draw(
            "",
            lot.receipt,
            sign * micro(lot.quantity),
            sign * micro(lot.value),
            sign * micro(posted_draw(lot.quantity, lot.value)) if posts else 0,
        )
        for lot in lots
    )


@dataclass
class Books:
    """Everything the oracle remembers of one SKU."""

    item: Item = DEFAULTS
    pools: dict[str, Pool] = field(default_factory=dict)
    stock: dict[str, list[Moved | Counted]] = field(default_factory=dict)
    account: Fraction = ZERO  # the sum of everything posted
    sequence: int = 0
    has_moved: bool = False
    known_average: Fraction | None = None
    last_landed: Fraction | None = None
    layers_made: int = 0

    @property
    def quantity(self) -> Fraction:
        return sum((pool.quantity for pool in self.pools.values()), ZERO) - self.oversold

    @property
    def value(self) -> Fraction:
        on_hand = sum((pool.value for pool in self.pools.values()), ZERO)
        return on_hand - sum((pool.owed_value for pool in self.pools.values()), ZERO)

    @property
    def oversold(self) -> Fraction:
        return sum((pool.owed_quantity for pool in self.pools.values()), ZERO)

    @property
    def method(self) -> Method:
        return self.item.method or Method.FIFO

    def average(self) -> Fraction | None:
        """The SKU's average of what is on hand, else the last one known."""
        holding = [pool for pool in self.pools.values() if pool.lots]
        if len(holding) == 1:
            return holding[0].average()
        lots = [lot for pool in holding for lot in pool.lots]
        return average(lots) if lots else self.known_average

    def stand(self, warehouse: str) -> Stand:
        return stand(self.stock.get(warehouse, []))

    def pool(self, warehouse: str) -> Pool:
        name = warehouse if self.item.cost_pool is CostPool.WAREHOUSE else ""
        return self.pools.setdefault(name, Pool())

    def move(self, warehouse: str, at: int, quantity: Fraction, explains: bool = False) -> None:
        self.stock.setdefault(warehouse, []).append(Moved(at, quantity, explains))

    def assumed_cost(self, pool: Pool) -> Fraction:
        """What units that come without a cost are taken at (domain 6)."""
        known = (pool.average(), self.average(), self.last_landed, self._standard())
        return next((cost for cost in known if cost is not None), ZERO)

    def provisional_cost(self, pool: Pool, pool_cost: Fraction | None) -> Fraction:
        """What units that are not there cost for now (domain 4)."""
        if self.item.provisional_cost is ProvisionalCost.ZERO:
            return ZERO
        known = (pool_cost, self.last_landed, self._standard())
        return next((cost for cost in known if cost is not None), ZERO)

    def _standard(self) -> Fraction | None:
        cost = self.item.standard_cost
        return None if cost is None else units(cost)

    def put(self, pool: Pool, lot: Lot, joins: bool = True) -> Arrived:
        """Add units: what is owed first, the rest is a layer."""
        self.layers_made += 1
        joins = joins and self.item.layer_merge is LayerMerge.SAME_COST
        newest = pool.newest_at(lot.unit_cost) if joins else None
        settled, rest = pool.settle(lot)
        if rest is not None:
            number = newest.layer if newest else self.layers_made
            pool.put(rest._replace(layer=number), self.method)
        made = [rest] if rest is not None and self.method is not Method.WAC else []
        return Arrived(draws(made), [settlement(one, lot) for one in settled])

    def take(self, pool: Pool, quantity: Fraction, owner: EntryRef, warehouse: str) -> Left:
        """Take units out by the method; what is not there is owed, or refused (102)."""
        there = min(quantity, pool.quantity)
        if there < quantity and self.item.negative_stock is NegativeStock.REJECT:
            raise Refused(102)
        before = pool.average()
        taken = pool.draw(there, self.method)
        pool_cost = before if self.method is Method.WAC else pool.last_drawn
        left = Left(taken, quantity - there, self.provisional_cost(pool, pool_cost))
        if left.short:
            pool.debts = [*pool.debts, Debt(left.short, left.short_value, owner, warehouse)]
        return left


def settlement(settled: Settled, lot: Lot) -> CostVariance:
    """What units owed turned out to cost beyond their provisional cost, naming the sale."""
    more = settled.actual - settled.provisional
    return CostVariance(
        VarianceKind.OVERSOLD_SETTLEMENT,
        micro(settled.quantity),
        micro(more),
        micro(cents(more)),
        settled.debt.owner,
        settled.debt.warehouse,
        lot.receipt,
    )
