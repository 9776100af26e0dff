"""The oracle's three adjustments (domain 6)."""

from fractions import Fraction

from tests.costing.oracle_books import Books
from tests.costing.oracle_pool import Lot, Pool, exact
from tests.costing.oracle_rules import left_entry
from tests.costing.oracle_units import Refused, micro, units
from ullage.costing.entry import (
    CostEntry,
    Entry,
    EntryRef,
)
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
)


def adjust(books: Books, adjustment: Adjustment) -> list[Entry]:
    quantity, value = units(adjustment.quantity), units(adjustment.value)
    pool = books.pool(adjustment.warehouse)
    both = adjustment.mode is AdjustmentMode.QUANTITY_AND_VALUE
    if adjustment.mode is AdjustmentMode.VALUE:
        return [revalue(books, pool, adjustment.warehouse, value)]
    if both and quantity * value <= 0:
        raise Refused(100)
    books.move(adjustment.warehouse, adjustment.effective_at, quantity, explains=True)
    if quantity > 0:
        worth = value if both else exact(quantity * books.assumed_cost(pool))
        return found(books, pool, adjustment, quantity, worth)
    owner = EntryRef(adjustment.id, "inventory_adjustment")
    left = books.take(pool, -quantity, owner, adjustment.warehouse)
    gone = left_entry(books, "inventory_adjustment", adjustment.warehouse, left, sign=-1)
    rest = value + left.amount
    if not both or not rest:
        return [gone]
    return [gone, revalue(books, pool, adjustment.warehouse, rest)]


def found(
    books: Books, pool: Pool, adjustment: Adjustment, quantity: Fraction, value: Fraction
) -> list[Entry]:
    """Units that turned up, as a layer of their own."""
    lot = Lot(quantity, value, None, adjustment.warehouse, adjustment.effective_at)
    amounts = (micro(quantity), micro(value), micro(books.postings.cents(value)))
    arrived = books.put(pool, lot)
    entry = CostEntry("inventory_adjustment", adjustment.warehouse, *amounts)
    return [entry._replace(draws=arrived.made), *arrived.settlements]


def revalue(books: Books, pool: Pool, warehouse: str, value: Fraction) -> Entry:
    """Change what the layers of a pool are worth, not how many units they hold."""
    if not pool.lots:
        raise Refused(106)
    if pool.value + value < 0:
        raise Refused(102)
    pool.revalue(value)
    return CostEntry(
        "inventory_adjustment", warehouse, 0, micro(value), micro(books.postings.cents(value))
    )
