"""A slow, obvious reading of domain 1 to 6, to hold the kernel against.

It shares with the kernel only the words (movements, entries, policy). What it works with is
exact fractions, plain lists and sums taken anew; what was posted is the sum of every record.
"""

import copy
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.costing.oracle_adjust import adjust
from tests.costing.oracle_books import Books, Flow
from tests.costing.oracle_merge import merge
from tests.costing.oracle_pool import ZERO
from tests.costing.oracle_receipts import correct, land, produce, receive
from tests.costing.oracle_returns import send_back, take_back
from tests.costing.oracle_rules import configure, consume, sell, transfer, write_off
from tests.costing.oracle_stock import Counted
from tests.costing.oracle_units import Refused, micro, units
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Entry,
    EntryRef,
    QuantityVariance,
    VarianceKind,
    VarianceStatus,
)
from ullage.costing.movement import (
    Adjustment,
    Consumption,
    CostCorrection,
    DefectiveReport,
    Item,
    LandedCost,
    Movement,
    Production,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)
from ullage.costing.terms import UnknownItems

ACCOUNT_SIGN = {
    "received": 1,
    "landed": 1,
    "corrected": 1,
    "cogs_reversal": 1,
    "inventory_adjustment": 1,
    "produced": 1,
    "cogs": -1,
    "write_off": -1,
    "consumed": -1,
    "purchase_returned": -1,
}
"""What each cost entry does to the inventory account; a transfer posts nothing."""

RULES: dict[type[Movement], Callable[..., list[Entry]]] = {
    Item: configure,
    Receipt: receive,
    LandedCost: land,
    CostCorrection: correct,
    PurchaseReturn: send_back,
    ReceiptMerge: merge,
    Consumption: consume,
    Production: produce,
    DefectiveReport: write_off,
    Transfer: transfer,
    Adjustment: adjust,
}


def apply(books: Books, movement: Movement) -> tuple[Books, list[Entry]]:
    """Return the books after the movement and what it did, or raise Refused."""
    after = copy.copy(books)
    after.pools = {name: copy.copy(pool) for name, pool in books.pools.items()}
    after.stock = {name: list(facts) for name, facts in books.stock.items()}
    after.lines, after.orders = dict(books.lines), dict(books.orders)
    after.merged = dict(books.merged)
    after.known_average = books.average()
    for pool in after.pools.values():
        pool.known_average = pool.average()
    entries = enter(after, movement)
    after.moved = [*books.moved, *flows(after, movement)]
    after.sequence += 1
    after.latest = max(movement.effective_at, books.latest or movement.effective_at)
    if not isinstance(movement, Item | StockPull | LandedCost | CostCorrection):
        after.pinned = after.pinned or (after.terms.method, after.terms.cost_pool)
    entries += post(after, movement, entries)
    return after, entries + variance_changes(books, after)


def enter(books: Books, movement: Movement) -> list[Entry]:
    """Find the rule for what happened."""
    horizon = kept_since(books, movement)
    follows = isinstance(movement, LandedCost | CostCorrection)
    if horizon is not None and movement.effective_at < horizon and not follows:
        raise Refused(105)
    strict = books.policy.unknown_items is UnknownItems.REJECT
    # What comes late to a line goes where the line went, into the books or not (domain 5).
    exempt = isinstance(movement, Item | LandedCost | CostCorrection)
    if strict and books.item is None and not exempt:
        raise Refused(101)
    if isinstance(movement, StockPull):
        counted = Counted(movement.effective_at, units(movement.on_hand))
        books.stock.setdefault(movement.warehouse, []).append(counted)
        return []
    if isinstance(movement, SaleReturn):
        return take_back(books, movement, horizon)
    if isinstance(movement, Sale):
        return sell(books, movement, horizon)
    return RULES[type(movement)](books, movement)


def kept_since(books: Books, movement: Movement) -> int | None:
    """Since when ids and order lines are kept: `keep_months` before what is known."""
    if books.latest is None:
        return None
    known = min(books.latest, movement.recorded_at)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    then = epoch + timedelta(microseconds=known)
    months = then.year * 12 + then.month - 1 - books.policy.keep_months
    first = then.replace(year=months // 12, month=months % 12 + 1, day=1)
    since = first
    while since.month == first.month and since.day < then.day:
        since += timedelta(days=1)
    since -= timedelta(days=0 if since.month == first.month else 1)
    return (since - epoch) // timedelta(microseconds=1)


def flows(books: Books, movement: Movement) -> list[Flow]:
    """What the movement did to the units of the SKU."""
    match movement:
        case Receipt() | Production():
            return [Flow(books.now, units(movement.quantity), ZERO)]
        case Adjustment():
            quantity = units(movement.quantity)
            return [Flow(books.now, max(quantity, ZERO), max(-quantity, ZERO))]
        case Sale() | DefectiveReport() | Consumption() | PurchaseReturn():
            return [Flow(books.now, ZERO, units(movement.quantity))]
        case SaleReturn():
            return [Flow(books.now, ZERO, -units(movement.quantity))]
    return []


def post(books: Books, movement: Movement, entries: list[Entry]) -> list[Entry]:
    """Book what the entries post; whole minor units still missing then are a variance."""
    for entry in entries:
        if isinstance(entry, CostEntry):
            books.account += ACCOUNT_SIGN.get(entry.type, 0) * units(entry.posted)
        elif isinstance(entry, CostVariance) and entry.kind.value != "production_difference":
            books.account -= units(entry.posted)
    minor = books.postings.minor_unit
    missing = math.trunc((books.value - books.account) / minor) * minor
    books.account += missing
    about = EntryRef(movement.id, "")
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
