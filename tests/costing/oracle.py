"""A slow, obvious reading of domain 1 to 4 and 6, to hold the kernel against.

It shares with the kernel only the words (movements and entries). What it works with is exact
fractions, plain lists and sums taken anew; what was posted is the sum of every record so far.
"""

import copy
import math
from fractions import Fraction

from tests.costing.oracle_adjust import adjust
from tests.costing.oracle_books import Books, micro, units
from tests.costing.oracle_pool import ZERO
from tests.costing.oracle_rules import configure, receive, sell, transfer, write_off
from tests.costing.oracle_stock import Counted
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
    DefectiveReport,
    Item,
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
