"""The oracle's rules: what each kind of movement does to the books (domain 1, 2, 4)."""

from dataclasses import replace
from fractions import Fraction

from tests.costing.oracle_books import Books, Left, Refused, draws, micro, units
from tests.costing.oracle_pool import Debt, Lot, cents, exact
from ullage.costing.entry import (
    CostEntry,
    CostNeeded,
    CostVariance,
    Entry,
    EntryRef,
    VarianceKind,
)
from ullage.costing.movement import (
    CostPool,
    DefectiveReport,
    Item,
    Method,
    Receipt,
    Sale,
    Transfer,
)


def configure(books: Books, item: Item) -> list[Entry]:
    """Replace the settings whole; method and pool stay once units or cost have moved (103)."""
    fresh = Books().item
    kept = books.item if books.has_moved else fresh
    if books.has_moved and item.method not in (None, kept.method):
        raise Refused(103)
    if books.has_moved and item.cost_pool not in (None, kept.cost_pool):
        raise Refused(103)
    books.item = replace(
        item,
        method=item.method or kept.method,
        cost_pool=item.cost_pool or kept.cost_pool,
        layer_merge=item.layer_merge or fresh.layer_merge,
        negative_stock=item.negative_stock or fresh.negative_stock,
        provisional_cost=item.provisional_cost or fresh.provisional_cost,
    )
    return []


def receive(books: Books, receipt: Receipt) -> list[Entry]:
    pool, quantity = books.pool(receipt.warehouse), units(receipt.quantity)
    assumed = receipt.unit_cost is None
    cost = books.assumed_cost(pool) if receipt.unit_cost is None else units(receipt.unit_cost)
    value = exact(quantity * cost)
    lot = Lot(quantity, value, receipt.receipt_id, receipt.warehouse, receipt.effective_at)
    arrived = books.put(pool, lot)
    books.last_landed = books.last_landed if assumed else cost
    books.move(receipt.warehouse, receipt.effective_at, quantity)
    entry = CostEntry(
        "received",
        receipt.warehouse,
        receipt.quantity,
        micro(value),
        micro(cents(value)),
        receipt.quantity if assumed else 0,
        arrived.made,
    )
    needed = CostNeeded(receipt.receipt_id, receipt.quantity, micro(cost))
    return [entry, *arrived.settlements, *([needed] if assumed else [])]


def left_entry(books: Books, kind: str, warehouse: str, left: Left, sign: int = 1) -> CostEntry:
    """An entry of units that left; `sign` is -1 where the trade counts them negative."""
    quantity = sum((lot.quantity for lot in left.taken), left.short)
    return CostEntry(
        kind,
        warehouse,
        sign * micro(quantity),
        sign * micro(left.amount),
        sign * micro(left.posted),
        micro(left.short),
        () if books.method is Method.WAC else draws(left.taken, sign, posts=True),
    )


def sell(books: Books, sale: Sale) -> list[Entry]:
    pool, quantity = books.pool(sale.warehouse), units(sale.quantity)
    average = books.assumed_cost(pool)
    owner = EntryRef(sale.id, "cogs", sale.order_id, sale.line_id)
    left = books.take(pool, quantity, owner, sale.warehouse)
    books.move(sale.warehouse, sale.effective_at, -quantity)
    entry = left_entry(books, "cogs", sale.warehouse, left)
    if not (left.short and books.item.non_diminishing and sale.override_unit_cost is not None):
        return [entry]
    left = left._replace(provisional_cost=average)
    pool.debts = pool.debts[:-1]
    return overridden(books, sale, left, units(sale.override_unit_cost), owner)


def overridden(
    books: Books, sale: Sale, left: Left, override: Fraction, owner: EntryRef
) -> list[Entry]:
    """Sold below zero at an override: the units stand at the average, the rest is variance."""
    pool = books.pool(sale.warehouse)
    pool.debts = [*pool.debts, Debt(left.short, left.short_value, owner, sale.warehouse)]
    sold = left_entry(books, "cogs", sale.warehouse, left._replace(provisional_cost=override))
    more = left.short_value - exact(left.short * override)
    variance = CostVariance(
        VarianceKind.NON_DIMINISHING_OVERRIDE,
        micro(left.short),
        micro(more),
        micro(cents(more)),
        owner,
        sale.warehouse,
    )
    return [sold, variance]


def write_off(books: Books, report: DefectiveReport) -> list[Entry]:
    pool, quantity = books.pool(report.warehouse), units(report.quantity)
    owner = EntryRef(report.id, "write_off")
    left = books.take(pool, quantity, owner, report.warehouse)
    books.move(report.warehouse, report.effective_at, -quantity, explains=True)
    return [left_entry(books, "write_off", report.warehouse, left)]


def transfer(books: Books, move: Transfer) -> list[Entry]:
    """Move units at their cost; with a pool a warehouse the layers themselves move."""
    quantity = units(move.quantity)
    books.move(move.from_warehouse, move.effective_at, -quantity)
    books.move(move.to_warehouse, move.effective_at, quantity)
    if books.item.cost_pool is CostPool.SKU:
        return [CostEntry("transferred", move.from_warehouse, move.quantity, 0, 0)]
    source, target = books.pool(move.from_warehouse), books.pool(move.to_warehouse)
    owner = EntryRef(move.id, "transferred")
    left = books.take(source, quantity, owner, move.from_warehouse)
    oldest_first = reversed(left.taken) if books.method is Method.LIFO else left.taken
    arriving = [lot._replace(warehouse=move.to_warehouse) for lot in oldest_first]
    if left.short:
        at_provisional = (left.short, left.short_value, None)
        arriving.append(Lot(*at_provisional, move.to_warehouse, move.effective_at))
    arrived = [books.put(target, lot, joins=False) for lot in arriving]
    # A transfer brings units of several receipts, so its settlements name none.
    settlements = [
        variance._replace(receipt_id=None) for one in arrived for variance in one.settlements
    ]
    entry = left_entry(books, "transferred", move.from_warehouse, left)
    unposted = tuple(draw._replace(posted=0) for draw in entry.draws)
    return [entry._replace(posted=0, draws=unposted), *settlements]
