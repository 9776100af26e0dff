"""Hypothesis strategies: histories of one SKU, of all kinds of movements and policies.

What a movement refers to is chosen when the history is put together: a late charge names a
receipt line before it, a return an order line before it, and now and then one that never was.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import ClassVar, TypeVar

from hypothesis import strategies as st

from tests.costing.movements import (
    SKU,
    WAREHOUSES,
    any_item,
    items,
    later_movements,
    merges,
    pulls,
    receipts,
    sales,
    stock_movements,
    transfers,
    unit_costs,
)
from ullage.costing.money import MICRO, to_step
from ullage.costing.movement import (
    ChargeShare,
    CostCorrection,
    CostPool,
    LandedCost,
    LayerMerge,
    Method,
    Movement,
    NegativeStock,
    Production,
    ProvisionalCost,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
    Sale,
    SaleReturn,
)
from ullage.costing.terms import Policy, Terms, UnknownItems

__all__ = ["SKU", "WAREHOUSES", "History", "histories"]

History = list[Movement | Policy]
"""What happened to a SKU; a policy among it holds from its place on."""

T = TypeVar("T")
LATE_NAMES = ("receipt", "receipt_id", "warehouse")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAYS = [(1, 1), (1, 31), (2, 28), (3, 1), (3, 31), (4, 30), (5, 31)]
CALENDAR = [(datetime(1970, *day, tzinfo=UTC) - EPOCH) for day in DAYS]
"""Dates around the ends of months, for what is kept by the month."""


def _burst(movement: Movement, count: int, step: int) -> History:
    if isinstance(movement, Receipt) and movement.value is not None:
        cost = movement.value
        return [replace(movement, value=cost + step * (n // 3)) for n in range(count)]
    return [movement] * count


# The kernel keeps its layers in chunks of up to 16: some runs are long enough to fill a few.
bursts = st.builds(
    _burst, st.one_of(receipts, sales, transfers), st.integers(2, 40), st.integers(0, MICRO)
)

# Receipts and a merge that finds them: of movements in any order, few would.
merged_receipts = st.builds(
    lambda some, merge: [*some, merge],
    st.lists(receipts | transfers | sales, min_size=2, max_size=6),
    merges,
)


def policies(
    method: st.SearchStrategy[Method], pool: st.SearchStrategy[CostPool]
) -> st.SearchStrategy[Policy]:
    """Policies with these methods and pools by default and any of the rest."""
    terms = st.builds(
        Terms,
        method=method,
        cost_pool=pool,
        layer_merge=st.sampled_from(LayerMerge),
        standard_cost=st.none() | unit_costs,
        negative_stock=st.sampled_from((NegativeStock.ALLOW, *NegativeStock)),
        provisional_cost=st.sampled_from(ProvisionalCost),
        non_diminishing=st.booleans(),
    )
    return st.builds(
        Policy,
        cost_step=st.sampled_from((1_000, 1_000, 10_000, 1)),
        defaults=terms,
        unknown_items=st.sampled_from((UnknownItems.ALLOW, *UnknownItems)),
        keep_months=st.sampled_from((24, 1, 2)),
    )


class Told:
    """A history put together: ids, dates and money of each movement, and what it refers to."""

    def __init__(self, minor_unit: int, by_month: bool) -> None:
        self.minor_unit, self._by_month = minor_unit, by_month
        self._receipts: list[Receipt] = []
        self._sales: list[Sale] = []
        self._latest = 0

    def put_together(self, history: History) -> History:
        return [self._told(one, n) for n, one in enumerate(history, 1)]

    def _told(self, one: Movement | Policy, n: int) -> Movement | Policy:
        if isinstance(one, Policy):
            return one._replace(minor_unit=self.minor_unit)
        at = one.effective_at
        if self._by_month:
            at = CALENDAR[at] // timedelta(microseconds=1)
        self._latest = max(self._latest, at)
        recorded_at = self._latest if self._by_month else n
        named = replace(
            one, id=f"m{n}", source_id=f"e{n}", effective_at=at, recorded_at=recorded_at
        )
        linked = self.LINKS.get(type(named), Told._as_it_is)(self, named)
        if isinstance(linked, Receipt):
            self._receipts.append(linked)
        elif isinstance(linked, Sale):
            self._sales.append(linked)
        return linked

    def _as_it_is(self, movement: Movement) -> Movement:
        return movement

    def _receipt(self, receipt: Receipt) -> Receipt:
        """No receipt costs less than nothing, whatever its charges take off."""
        charges = self._shares(receipt, receipt.charges, "C")
        absorbed = self._shares(receipt, receipt.absorbed, "L")
        cost = sum(share.amount for share in (*charges, *absorbed)) + (receipt.value or 0)
        if cost < 0:
            charges, absorbed = (), ()
        named = replace(receipt, receipt_id=receipt.id.replace("m", "R"))
        return replace(named, charges=charges, absorbed=absorbed)

    def _shares(
        self, movement: Movement, shares: tuple[ChargeShare, ...], letter: str
    ) -> tuple[ChargeShare, ...]:
        return tuple(
            ChargeShare(f"{letter}{movement.id}.{n}", one.amount, self._posted(one))
            for n, one in enumerate(shares)
        )

    def _posted(self, share: ChargeShare) -> int:
        return to_step(share.amount, self.minor_unit) + share.posted * self.minor_unit

    def _sale(self, sale: Sale) -> Sale:
        again = sale.order_id == "again" and self._sales
        order_id = self._sales[-1].order_id if again else sale.id.replace("m", "O")
        return replace(sale, order_id=order_id)

    def _late(self, late: LandedCost | CostCorrection) -> Movement:
        receipt = self._before(self._receipts, late.receipt)
        if receipt is None:
            named = replace(late, receipt="never", receipt_id="never", warehouse="A")
        else:
            names = (receipt.id, receipt.receipt_id, receipt.warehouse)
            named = replace(late, **dict(zip(LATE_NAMES, names, strict=True)))
        if isinstance(named, LandedCost):
            return replace(named, charges=self._shares(named, named.charges, "C"))
        return named

    def _purchase_return(self, sent: PurchaseReturn) -> PurchaseReturn:
        receipt = self._before(self._receipts, sent.receipt)
        if receipt is None:
            return replace(sent, receipt="never", receipt_id="never")
        # Every other one is of no more than was received.
        at_most = receipt.quantity if int(sent.receipt) % 2 == 0 else sent.quantity
        named = replace(sent, receipt=receipt.id, receipt_id=receipt.receipt_id)
        return replace(named, quantity=min(sent.quantity, at_most))

    def _merge(self, merge: ReceiptMerge) -> ReceiptMerge:
        named = [self._before(self._receipts, pick) for pick in (merge.into, *merge.receipts)]
        into, *receipts = [receipt.id if receipt else "never" for receipt in named]
        return replace(merge, into=into, receipts=tuple(receipts), receipt_id=into)

    def _sale_return(self, back: SaleReturn) -> SaleReturn:
        sale = self._before(self._sales, back.order_id)
        if sale is None:
            return replace(back, order_id="never")
        at_most = sale.quantity if int(back.order_id) % 2 == 0 else back.quantity
        named = replace(back, order_id=sale.order_id)
        return replace(named, quantity=min(back.quantity, at_most))

    def _production(self, made: Production) -> Production:
        posted = to_step(made.cost, self.minor_unit) + made.posted * self.minor_unit
        overhead = to_step(made.overhead, self.minor_unit)
        return replace(made, posted=posted, overhead=overhead)

    @staticmethod
    def _before(known: list[T], pick: str) -> T | None:
        """One of those before, counted from the last; none for the pick 9."""
        return known[-1 - int(pick) % len(known)] if known and pick != "9" else None

    LINKS: ClassVar[dict[type[Movement], Callable[..., Movement]]] = {
        Receipt: _receipt,
        Sale: _sale,
        LandedCost: _late,
        CostCorrection: _late,
        PurchaseReturn: _purchase_return,
        ReceiptMerge: _merge,
        SaleReturn: _sale_return,
        Production: _production,
    }


def _history(
    minor_unit: int, by_month: bool, policy: Policy, start: Movement | None, rest: History
) -> History:
    first = [policy] if start is None else [policy, start]
    return Told(minor_unit, by_month).put_together([*first, *chain.from_iterable(rest)])


def histories(
    method: Method | None = None, pool: CostPool | None = None, merged: bool = True
) -> st.SearchStrategy[History]:
    """Settings, then up to a few hundred movements, with these settings or any."""
    methods = st.sampled_from(Method) if method is None else st.just(method)
    pools = st.sampled_from(CostPool) if pool is None else st.just(pool)
    settings = any_item if method is None and pool is None else items(methods, pools)
    rules = policies(methods, pools)
    often = [stock_movements, later_movements] * 2
    one = st.one_of(*often, pulls, settings, rules)
    some = one.map(lambda movement: [movement]) | bursts
    if merged:
        some |= merged_receipts | merges.map(lambda merge: [merge])
    return st.builds(
        _history,
        st.sampled_from((10_000, 10_000, 1_000_000, 1_000)),
        st.sampled_from((False, False, True)),
        rules,
        st.none() | items(methods, pools),
        # Hypothesis keeps lists near their least size: ask for long ones half of the time.
        st.lists(some, max_size=12) | st.lists(some, min_size=12, max_size=40),
    )
