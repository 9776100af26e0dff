"""Manufacturing: components go into an order, finished goods come out of it (domain 6)."""

from ullage.costing.arrivals import layer_left, new_layer, settle
from ullage.costing.book import Book
from ullage.costing.draws import cost_of, draw, require
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Entry,
    EntryRef,
    EntryType,
    VarianceKind,
)
from ullage.costing.movement import Consumption, Production


def consume(book: Book, consumed: Consumption) -> list[Entry]:
    """Draw a component like a sale; its cost is work in progress, no cost of goods sold."""
    warehouse, quantity = consumed.warehouse, consumed.quantity
    require(book, warehouse, quantity)
    drawn = draw(book, consumed, EntryType.CONSUMED, warehouse, quantity)
    cost = cost_of(book, EntryType.CONSUMED, warehouse, drawn, drawn.provisional)
    return [cost, *_of_no_goods(consumed, cost), *book.expect(warehouse, -quantity, consumed)]


def _of_no_goods(consumed: Consumption, cost: CostEntry) -> list[CostVariance]:
    """What comes late leaves work in progress at once: its goods were produced without it."""
    if not consumed.late or not (cost.amount or cost.posted):
        return []
    return [
        CostVariance(
            VarianceKind.PRODUCTION_DIFFERENCE, consumed.quantity, cost.amount, cost.posted,
            EntryRef.of(consumed, EntryType.CONSUMED), consumed.warehouse,
        )
    ]  # fmt: skip


def produce(book: Book, produced: Production) -> list[Entry]:
    """Take finished goods in at what went into them, or at the unit cost given.

    Work in progress ends at 0.00 posted: what a given cost leaves there is a variance.
    """
    warehouse, quantity = produced.warehouse, produced.quantity
    if produced.value is None:
        value, posted = produced.cost, book.account.post_as(produced.cost, produced.posted)
    else:
        value, posted = produced.value, book.account.post(produced.value)
    pool = book.pool(warehouse)
    layer = new_layer(book, pool, quantity, value, produced.effective_at)
    arrived = pool.add(layer)
    book.units_in += quantity
    made = CostEntry(
        EntryType.PRODUCED, warehouse, quantity, value, posted, draws=layer_left(book, arrived)
    )
    entries = [made, *_difference(produced, value, posted), *settle(book, layer, arrived, None)]
    return entries + book.expect(warehouse, quantity, produced)


def _difference(produced: Production, value: int, posted: int) -> list[CostVariance]:
    """What went in beyond what the goods are taken in at; it never was inventory."""
    amount, rest = produced.cost - value, produced.posted - posted
    if not amount and not rest:
        return []
    return [
        CostVariance(
            VarianceKind.PRODUCTION_DIFFERENCE, produced.quantity, amount, rest,
            EntryRef.of(produced, EntryType.PRODUCED), produced.warehouse,
        )
    ]  # fmt: skip
