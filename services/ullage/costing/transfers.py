"""Transfers: units move between warehouses at their cost (domain 2)."""

from itertools import groupby

from ullage.costing.arrivals import arrive, named, settle
from ullage.costing.book import Book
from ullage.costing.draws import draw, draws_of, require
from ullage.costing.entry import CostEntry, Entry, EntryType
from ullage.costing.layers import Layer
from ullage.costing.movement import CostPool, Method, Transfer


def transfer(book: Book, moved: Transfer) -> list[Entry]:
    """Move units at their cost; in a common pool only the warehouses' stock moves."""
    if book.terms.cost_pool is CostPool.WAREHOUSE:
        require(book, moved.from_warehouse, moved.quantity)
        entries = _move_layers(book, moved)
    else:
        entries = [CostEntry(EntryType.TRANSFERRED, moved.from_warehouse, moved.quantity, 0, 0)]
    entries += book.expect(moved.from_warehouse, -moved.quantity, moved)
    return entries + book.expect(moved.to_warehouse, moved.quantity, moved)


def _move_layers(book: Book, moved: Transfer) -> list[Entry]:
    """Draw by the method, put at the target's end, oldest first, with receipt and date."""
    drawn = draw(book, moved, EntryType.TRANSFERRED, moved.from_warehouse, moved.quantity)
    target, new_id = book.pool(moved.to_warehouse), book.layer_ids()
    arriving = drawn.layers[::-1] if book.terms.method is Method.LIFO else drawn.layers
    if drawn.oversold:
        shortfall = Layer(drawn.oversold, drawn.provisional, "", None, moved.effective_at)
        arriving = [*arriving, shortfall]
    entries: list[Entry] = [
        CostEntry(
            EntryType.TRANSFERRED, moved.from_warehouse, moved.quantity, drawn.amount, 0,
            drawn.oversold, draws_of(book, drawn.layers),
        )
    ]  # fmt: skip
    for _, parts in groupby(arriving, key=lambda layer: layer.layer_id):
        layer_id = new_id()
        for part in parts:
            layer = named(book, target, part, layer_id)
            entries += settle(book, layer, arrive(book, target, layer), None)
    return entries
