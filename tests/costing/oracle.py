"""A slow, obvious reading of domain 1 to 4 and 6, to hold the kernel against.

It shares with the kernel only the words (movements and entries). What it works with is exact
fractions, plain lists and sums taken anew; what was posted is the sum of every record so far.
"""

import copy
import math
from dataclasses import replace
from fractions import Fraction

from tests.costing.oracle_books import Books, Left, Refused, micro, units
from tests.costing.oracle_pool import ZERO, Debt, Lot, Pool, cents, exact
from tests.costing.oracle_stock import Counted
from ullage.costing.entry import (
    Corrected,
    CostEntry,
    CostNeeded,
    CostVariance,
    Entry,
    QuantityVariance,
    VarianceKind,
    VarianceStatus,
)
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
    CostPool,
    DefectiveReport,
    Item,
    Method,
    Movement,
    Receipt,
    Sale,
    StockPull,
    Transfer,
)

ACCOUNT_SIGN = {"received": 1, "inventory_adjustment": 1, "cogs": -1, "write_off": -1}
"""What each cost entry does to the inventory account; a transfer posts nothing."""


def apply(books: Books, movement: Movement) -> tuple[Books, list[Entry]]:
    """Return the books after the movement and what it did, or raise Refused."""
    after = copy.copy(books)
    after.pools = {name: copy.copy(pool) for name, pool in books.pools.items()}
    after.stock = {name: list(facts) for name, facts in books.stock.items()}
    after.known_average = books.average()
    for pool in after.pools.values():
        pool.known_average = pool.average()
    entries = enter(after, movement)
    after.sequence += 1
    after.has_moved |= not isinstance(movement, Item | StockPull)
    entries += post(after, movement, entries)
    return after, entries + variance_changes(books, after)


def enter(books: Books, movement: Movement) -> list[Entry]:
    """Find the rule for what happened."""
    match movement:
        case Item():
            return configure(books, movement)
        case StockPull():
            count = Counted(movement.effective_at, units(movement.on_hand))
            books.stock.setdefault(movement.warehouse, []).append(count)
            return []
        case Receipt():
            return receive(books, movement)
        case Sale():
            return sell(books, movement)
        case DefectiveReport():
            return write_off(books, movement)
        case Transfer():
            return transfer(books, movement)
        case Adjustment():
            return adjust(books, movement)
    raise AssertionError(f"the oracle has no rule for {movement}")


def post(books: Books, movement: Movement, entries: list[Entry]) -> list[Entry]:
    """Book what the entries post; whole minor units still missing then are a variance."""
    for entry in entries:
        if isinstance(entry, CostEntry):
            books.account += ACCOUNT_SIGN.get(entry.type, 0) * units(entry.posted)
        elif isinstance(entry, CostVariance):
            books.account -= units(entry.posted)
    missing = Fraction(math.trunc((books.value - books.account) * 100), 100)
    books.account += missing
    about = Corrected(movement.id, "")
    variance = CostVariance(VarianceKind.ROUNDING, 0, 0, micro(-missing), about)
    return [variance] if missing else []


def variance_changes(before: Books, after: Books) -> list[Entry]:
    """Which warehouses' variance is another one than it was."""
    changes: list[Entry] = []
    for name in after.stock:
        now, was = after.stand(name), before.stand(name).variance or ZERO
        if now.counted is None or now.variance is None or now.variance == was:
            continue
        status = VarianceStatus.CHANGED if was else VarianceStatus.OPENED
        status = status if now.variance else VarianceStatus.RESOLVED
        variance, expected, counted = (
            micro(now.variance),
            micro(now.expected),
            micro(now.counted),
        )
        changes.append(QuantityVariance(name, variance, micro(was), expected, counted, status))
    return changes


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
    books.last_landed = books.last_landed if assumed else cost
    books.move(receipt.warehouse, receipt.effective_at, quantity)
    entry = CostEntry(
        "received",
        receipt.warehouse,
        receipt.quantity,
        micro(value),
        micro(cents(value)),
        receipt.quantity if assumed else 0,
    )
    needed = CostNeeded(receipt.receipt_id, receipt.quantity, micro(cost))
    return [entry, *books.put(pool, lot), *([needed] if assumed else [])]


def left_entry(kind: str, warehouse: str, left: Left, sign: int = 1) -> CostEntry:
    """An entry of units that left; `sign` is -1 where the trade counts them negative."""
    quantity = sum((part.lot.quantity for part in left.taken), left.short)
    return CostEntry(
        kind,
        warehouse,
        sign * micro(quantity),
        sign * micro(left.amount),
        sign * micro(left.posted),
        micro(left.short),
        left.draws,
    )


def sell(books: Books, sale: Sale) -> list[Entry]:
    pool, quantity = books.pool(sale.warehouse), units(sale.quantity)
    average = pool.average()
    owner = Corrected(sale.id, "cogs", sale.order_id, sale.line_id)
    left = books.take(pool, quantity, owner, sale.warehouse)
    books.move(sale.warehouse, sale.effective_at, -quantity)
    entry = left_entry("cogs", sale.warehouse, left)
    if not (left.short and books.item.non_diminishing and sale.override_unit_cost is not None):
        return [entry]
    if average is not None:
        left = left._replace(provisional_cost=average)
    return overridden(pool, sale, left, units(sale.override_unit_cost), owner)


def overridden(
    pool: Pool, sale: Sale, left: Left, override: Fraction, owner: Corrected
) -> list[Entry]:
    """Sold below zero at an override: the units stand at the average, the rest is variance."""
    pool.debts = [*pool.debts[:-1], Debt(left.short, left.short_value, owner, sale.warehouse)]
    sold = left_entry("cogs", sale.warehouse, left._replace(provisional_cost=override))
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
    owner = Corrected(report.id, "write_off")
    left = books.take(pool, quantity, owner, report.warehouse)
    books.move(report.warehouse, report.effective_at, -quantity, explains=True)
    return [left_entry("write_off", report.warehouse, left)]


def transfer(books: Books, move: Transfer) -> list[Entry]:
    """Move units at their cost; with a pool a warehouse the layers themselves move."""
    quantity = units(move.quantity)
    books.move(move.from_warehouse, move.effective_at, -quantity)
    books.move(move.to_warehouse, move.effective_at, quantity)
    if books.item.cost_pool is CostPool.SKU:
        return [CostEntry("transferred", move.to_warehouse, move.quantity, 0, 0)]
    source, target = books.pool(move.from_warehouse), books.pool(move.to_warehouse)
    owner = Corrected(move.id, "transferred")
    left = books.take(source, quantity, owner, move.from_warehouse)
    lots = [part.lot for part in left.taken]
    oldest_first = reversed(lots) if books.method is Method.LIFO else lots
    arriving = [lot._replace(warehouse=move.to_warehouse) for lot in oldest_first]
    if left.short:
        at_provisional = (left.short, left.short_value, None)
        arriving.append(Lot(*at_provisional, move.to_warehouse, move.effective_at))
    settled = [one for lot in arriving for one in books.put(target, lot, joins=False)]
    entry = left_entry("transferred", move.to_warehouse, left)
    return [replace(entry, posted=0), *settled]


def adjust(books: Books, adjustment: Adjustment) -> list[Entry]:
    quantity, value = units(adjustment.quantity), units(adjustment.value)
    pool = books.pool(adjustment.warehouse)
    both = adjustment.mode is AdjustmentMode.QUANTITY_AND_VALUE
    if adjustment.mode is AdjustmentMode.VALUE:
        return [revalue(pool, adjustment.warehouse, value)]
    if both and quantity * value <= 0:
        raise Refused(100)
    books.move(adjustment.warehouse, adjustment.effective_at, quantity, explains=True)
    if quantity > 0:
        worth = value if both else exact(quantity * books.assumed_cost(pool))
        return found(books, pool, adjustment, quantity, worth)
    owner = Corrected(adjustment.id, "inventory_adjustment")
    left = books.take(pool, -quantity, owner, adjustment.warehouse)
    gone = left_entry("inventory_adjustment", adjustment.warehouse, left, sign=-1)
    rest = value + left.amount
    if not both or not rest:
        return [gone]
    return [gone, revalue(pool, adjustment.warehouse, rest)]


def found(
    books: Books, pool: Pool, adjustment: Adjustment, quantity: Fraction, value: Fraction
) -> list[Entry]:
    """Units that turned up, as a layer of their own."""
    lot = Lot(quantity, value, None, adjustment.warehouse, adjustment.effective_at)
    amounts = (micro(quantity), micro(value), micro(cents(value)))
    entry = CostEntry("inventory_adjustment", adjustment.warehouse, *amounts)
    return [entry, *books.put(pool, lot)]


def revalue(pool: Pool, warehouse: str, value: Fraction) -> Entry:
    """Change what the layers of a pool are worth, not how many units they hold."""
    if not pool.lots:
        raise Refused(106)
    if pool.value + value < 0:
        raise Refused(102)
    pool.revalue(value)
    return CostEntry("inventory_adjustment", warehouse, 0, micro(value), micro(cents(value)))
