"""The only way a book changes: one small function a movement kind, found in one table.

Each checks everything first, then changes. What it did is returned as entries.
"""

from collections.abc import Callable
from itertools import groupby
from typing import Final

from ullage.costing.adjust import adjust
from ullage.costing.book import Book
from ullage.costing.entry import (
    CostEntry,
    CostNeeded,
    CostVariance,
    Entry,
    EntryRef,
    EntryType,
    VarianceKind,
)
from ullage.costing.errors import MethodLocked
from ullage.costing.layers import Layer, Settled
from ullage.costing.money import times
from ullage.costing.movement import (
    Adjustment,
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
from ullage.costing.terms import Terms
from ullage.costing.units import cost_of, draws_of, layer_left, require, settle


def apply(book: Book, movement: Movement) -> list[Entry]:
    """Apply one movement and return its entries.

    Raises:
        CostingError: the movement can never be applied; the book is as it was.
    """
    entries = APPLY[type(movement)](book, movement)
    book.sequence += 1
    book.locked = book.locked or not isinstance(movement, (Item, StockPull))
    whole = book.account.release()
    if whole:
        entries.append(_round(movement, entries, -whole))
    return entries


def set_terms(book: Book, item: Item) -> list[Entry]:
    """Change a SKU's settings; its method and pool are locked by its first stock movement."""
    terms = Terms.of(item)
    if book.locked:
        kept = book.terms
        method, cost_pool = item.method or kept.method, item.cost_pool or kept.cost_pool
        if (method, cost_pool) != (kept.method, kept.cost_pool):
            raise MethodLocked(
                f"{book.sku} is costed {kept.method.value} with one pool per "
                f"{kept.cost_pool.value} since its first stock movement, and cannot change to "
                f"{method.value} per {cost_pool.value}; use a new SKU, or leave these two as "
                "they are"
            )
        terms = terms._replace(method=method, cost_pool=cost_pool)
    book.terms = terms
    return []


def count(book: Book, pull: StockPull) -> list[Entry]:
    """Compare what the WMS counted with what is expected; the layers stay as they are."""
    return [*book.stock_in(pull.warehouse).count(pull.on_hand, pull.effective_at)]


def receive(book: Book, receipt: Receipt) -> list[Entry]:
    """Take units in at their cost, assumed where none came; what is oversold is settled."""
    warehouse, quantity = receipt.warehouse, receipt.quantity
    known = receipt.unit_cost
    unit_cost = book.assumed_cost(warehouse) if known is None else known
    value = times(quantity, unit_cost)
    pool = book.pool(warehouse)
    layer = book.layer_for(pool, quantity, value, receipt.receipt_id, receipt.effective_at)
    settled = pool.add(layer)
    entries: list[Entry] = [
        CostEntry(
            EntryType.RECEIVED, warehouse, quantity, value, book.account.post(value),
            quantity if known is None else 0, layer_left(book, layer, settled),
        ),
        *settle(book, settled, receipt.receipt_id),
    ]  # fmt: skip
    if known is None:
        book.cost_pending += 1
        entries.append(CostNeeded(receipt.receipt_id, quantity, unit_cost))
    else:
        book.last_landed = unit_cost
    return entries + book.expect(warehouse, quantity, receipt)


def sell(book: Book, sale: Sale) -> list[Entry]:
    """Draw a sale from the layers; what they lack is oversold at a provisional cost."""
    require(book, sale.warehouse, sale.quantity)
    override = sale.override_unit_cost if book.terms.non_diminishing else None
    average = None if override is None else book.assumed_cost(sale.warehouse)
    drawn = book.draw(sale, EntryType.COGS, sale.warehouse, sale.quantity, average)
    charged = drawn.provisional if override is None else times(drawn.oversold, override)
    entries: list[Entry] = [cost_of(book, EntryType.COGS, sale.warehouse, drawn, charged)]
    if override is not None and drawn.oversold:
        amount = drawn.provisional - charged
        entries.append(
            CostVariance(
                VarianceKind.NON_DIMINISHING_OVERRIDE, drawn.oversold, amount,
                -book.account.post(-amount), EntryRef.of(sale, EntryType.COGS), sale.warehouse,
            )
        )  # fmt: skip
    return entries + book.expect(sale.warehouse, -sale.quantity, sale)


def write_off(book: Book, report: DefectiveReport) -> list[Entry]:
    """Write defective units off at their cost; they explain units missing from the count."""
    require(book, report.warehouse, report.quantity)
    drawn = book.draw(report, EntryType.WRITE_OFF, report.warehouse, report.quantity)
    entries: list[Entry] = [
        cost_of(book, EntryType.WRITE_OFF, report.warehouse, drawn, drawn.provisional)
    ]
    return entries + book.expect(report.warehouse, -report.quantity, report, absorbs=True)


def transfer(book: Book, moved: Transfer) -> list[Entry]:
    """Move units at their cost; in a common pool only the warehouses' stock moves."""
    entries: list[Entry] = []
    if book.terms.cost_pool is CostPool.WAREHOUSE:
        require(book, moved.from_warehouse, moved.quantity)
        entries += _move_layers(book, moved)
    else:
        entries.append(
            CostEntry(EntryType.TRANSFERRED, moved.from_warehouse, moved.quantity, 0, 0)
        )
    entries += book.expect(moved.from_warehouse, -moved.quantity, moved)
    return entries + book.expect(moved.to_warehouse, moved.quantity, moved)


APPLY: Final[dict[type[Movement], Callable[..., list[Entry]]]] = {
    Item: set_terms,
    StockPull: count,
    Receipt: receive,
    Sale: sell,
    DefectiveReport: write_off,
    Transfer: transfer,
    Adjustment: adjust,
}


def _move_layers(book: Book, moved: Transfer) -> list[Entry]:
    """Draw by the method, put at the target's end, oldest first, with receipt and date."""
    drawn = book.draw(moved, EntryType.TRANSFERRED, moved.from_warehouse, moved.quantity)
    target = book.pool(moved.to_warehouse)
    arriving = drawn.layers[::-1] if book.terms.method is Method.LIFO else drawn.layers
    if drawn.oversold:
        shortfall = Layer(drawn.oversold, drawn.provisional, "", None, moved.effective_at)
        arriving = [*arriving, shortfall]
    settled: list[Settled] = []
    for number, (_, parts) in enumerate(groupby(arriving, key=lambda layer: layer.layer_id)):
        for part in parts:
            settled += target.add(book.arriving_layer(target, part, number))
    out = CostEntry(
        EntryType.TRANSFERRED, moved.from_warehouse, moved.quantity, drawn.amount, 0,
        drawn.oversold, draws_of(book, drawn.layers),
    )  # fmt: skip
    return [out, *settle(book, settled, None)]


def _round(movement: Movement, entries: list[Entry], amount: int) -> CostVariance:
    """Emit the carry's whole minor units at once (domain 3)."""
    money = next(entry for entry in entries if isinstance(entry, CostEntry))
    corrects = EntryRef(movement.id, money.type)
    return CostVariance(VarianceKind.ROUNDING, 0, amount, amount, corrects, money.warehouse)
