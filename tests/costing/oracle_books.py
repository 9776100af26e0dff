"""The oracle's books of one SKU: its pools and stock, and how units enter and leave them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tests.costing.oracle_memory import Line, OrderLine, Piece
from tests.costing.oracle_pool import ZERO, Debt, Lot, Pool, Postings, Settled, average
from tests.costing.oracle_stock import Counted, Moved, Stand, stand
from tests.costing.oracle_units import Arrived, Left, Refused, draws, micro, units
from ullage.costing.entry import CostVariance, EntryRef, VarianceKind
from ullage.costing.movement import (
    CostPool,
    Item,
    LayerMerge,
    Method,
    NegativeStock,
    ProvisionalCost,
)
from ullage.costing.terms import Policy, Terms


class Flow(NamedTuple):
    """Units that came into the SKU or went; a customer's return takes back what went."""

    sequence: int
    came: Fraction
    went: Fraction


@dataclass
class Books:
    """Everything the oracle remembers of one SKU."""

    policy: Policy = field(default_factory=Policy)
    item: Item | None = None
    pinned: tuple[Method, CostPool] | None = None  # by the first stock movement
    pools: dict[str, Pool] = field(default_factory=dict)
    stock: dict[str, list[Moved | Counted]] = field(default_factory=dict)
    account: Fraction = ZERO  # the sum of everything posted
    sequence: int = 0
    latest: int | None = None  # the greatest effective_at
    known_average: Fraction | None = None
    last_landed: Fraction | None = None
    last_line: str | None = None  # the receipt line which that is of
    layers_made: int = 0
    moved: list[Flow] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)
    orders: dict[tuple[str, str], OrderLine] = field(default_factory=dict)
    merged: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    """Lines that receipts were merged into: how many units of which lines."""
    sold: list[tuple[str | None, int]] = field(default_factory=list)
    """The line that a sale drew from, and when that was."""

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
    def terms(self) -> Terms:
        """The item's settings over the policy's; method and pool as they were pinned."""
        given = [getattr(self.item, name, None) for name in Terms._fields]
        chosen = [
            ours if theirs is None else theirs
            for ours, theirs in zip(self.policy.defaults, given, strict=True)
        ]
        terms = Terms(*chosen)
        if self.pinned is None:
            return terms
        method, cost_pool = self.pinned
        return terms._replace(method=method, cost_pool=cost_pool)

    @property
    def method(self) -> Method:
        return self.terms.method

    @property
    def postings(self) -> Postings:
        return Postings(units(self.policy.minor_unit), units(self.policy.cost_step))

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
        name = warehouse if self.terms.cost_pool is CostPool.WAREHOUSE else ""
        return self.pools.setdefault(name, Pool())

    @property
    def now(self) -> int:
        """The number of the movement that is being applied."""
        return self.sequence + 1

    def move(self, warehouse: str, at: int, quantity: Fraction, explains: bool = False) -> None:
        self.stock.setdefault(warehouse, []).append(Moved(at, quantity, explains))

    def assumed_cost(self, pool: Pool) -> Fraction:
        """What units that come without a cost are taken at (domain 6)."""
        known = (pool.average(), self.average(), self.last_landed, self._standard())
        return next((cost for cost in known if cost is not None), ZERO)

    def provisional_cost(self, pool: Pool, pool_cost: Fraction | None) -> Fraction:
        """What units that are not there cost for now (domain 4)."""
        if self.terms.provisional_cost is ProvisionalCost.ZERO:
            return ZERO
        known = (pool_cost, self.last_landed, self._standard())
        return next((cost for cost in known if cost is not None), ZERO)

    def _standard(self) -> Fraction | None:
        cost = self.terms.standard_cost
        return None if cost is None else units(cost)

    def put(self, pool: Pool, lot: Lot, joins: bool = True) -> Arrived:
        """Add units: what is owed first, the rest is a layer."""
        self.layers_made += 1
        joins = joins and self.terms.layer_merge is LayerMerge.SAME_COST
        newest = pool.newest_at(lot.unit_cost) if joins else None
        settled, rest = pool.settle(lot)
        if rest is not None:
            number = newest.layer if newest else self.layers_made
            pool.put(rest._replace(layer=number), self.method)
        for one in settled:
            self._remember(one, lot)
        made = [rest] if rest is not None and self.method is not Method.WAC else []
        return Arrived(draws(made), [self._settlement(one, lot) for one in settled])

    def take(
        self,
        pool: Pool,
        quantity: Fraction,
        owner: EntryRef,
        warehouse: str,
        first: Sequence[tuple[int, Fraction]] = (),
    ) -> Left:
        """Take units out: `first` so many of these lots, in that order, then by the method.

        What is not there is owed, or refused (102).
        """
        there = min(quantity, pool.quantity)
        if there < quantity and self.terms.negative_stock is NegativeStock.REJECT:
            raise Refused(102)
        before = pool.average()
        own = pool.draw_from(first)
        taken = own + pool.draw(there - sum((lot.quantity for lot in own), ZERO), self.method)
        pool_cost = before if self.method is Method.WAC else pool.last_drawn
        cost = self.provisional_cost(pool, pool_cost)
        left = Left(taken, quantity - there, cost, self.postings)
        if left.short:
            owed = (left.short, left.short_value, owner, warehouse, left.short_value)
            pool.debts = [*pool.debts, Debt(*owed)]
        return left

    def _remember(self, settled: Settled, lot: Lot) -> None:
        """An order line's units that came are its own from now on, at what they cost."""
        part, owner = settled.part, settled.part.owner
        order = self.orders.get((owner.order_id, owner.line_id))
        if owner.type != "cogs" or order is None or owner.movement_id not in order.sales:
            return
        money = (settled.actual, part.booked, part.value - part.booked)
        origin = (None, None) if self.method is Method.WAC else (lot.line, lot.receipt)
        piece = Piece(part.quantity, *money, *origin, self.now, owner)
        self.orders[owner.order_id, owner.line_id] = order.with_piece(piece)

    def _settlement(self, settled: Settled, lot: Lot) -> CostVariance:
        """What units owed cost beyond their provisional cost, naming the sale."""
        more = settled.actual - settled.part.value
        return CostVariance(
            VarianceKind.OVERSOLD_SETTLEMENT,
            micro(settled.part.quantity),
            micro(more),
            micro(self.postings.cents(more)),
            settled.part.owner,
            settled.part.warehouse,
            lot.receipt,
        )
