"""What is no stock movement: a SKU's settings, and what the WMS counted (domain 1 and 2)."""

from ullage.costing.book import Book
from ullage.costing.entry import Entry
from ullage.costing.errors import MethodLocked
from ullage.costing.movement import Item, StockPull
from ullage.costing.terms import ItemTerms


def set_terms(book: Book, item: Item) -> list[Entry]:
    """Change a SKU's settings; its method and pool are locked by its first stock movement."""
    if book.pinned is not None:
        kept = book.pinned
        method, cost_pool = item.method or kept.method, item.cost_pool or kept.cost_pool
        if (method, cost_pool) != kept:
            raise MethodLocked(
                f"{book.sku} is costed {kept.method.value} with one pool per "
                f"{kept.cost_pool.value} since its first stock movement, and cannot change to "
                f"{method.value} per {cost_pool.value}; use a new SKU, or leave these two as "
                "they are"
            )
    book.set_item(ItemTerms.of(item))
    return []


def count(book: Book, pull: StockPull) -> list[Entry]:
    """Compare what the WMS counted with what is expected; the layers stay as they are."""
    return [*book.stock_in(pull.warehouse).count(pull.on_hand, pull.effective_at)]
