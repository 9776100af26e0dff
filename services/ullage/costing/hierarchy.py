"""The cost hierarchy: what units cost that came without a cost, or left before they came."""

from ullage.costing.book import Book
from ullage.costing.movement import Method, ProvisionalCost
from ullage.costing.pool import Pool


def provisional_cost(book: Book, pool: Pool, last_drawn_cost: int | None) -> int:
    """Unit cost of units that left before they came (domain 4)."""
    if book.terms.provisional_cost is ProvisionalCost.ZERO:
        return 0
    by_method = pool.average if book.terms.method is Method.WAC else last_drawn_cost
    return _first_known(by_method, book.last_landed, book.terms.standard_cost)


def assumed_cost(book: Book, warehouse: str) -> int:
    """Unit cost of units that come without one: the average, else what is known (domain 6)."""
    pool = book.pools.get(book.pool_name(warehouse))
    average = pool.average if pool else None
    return _first_known(average, book.average, book.last_landed, book.terms.standard_cost)


def _first_known(*unit_costs: int | None) -> int:
    return next((cost for cost in unit_costs if cost is not None), 0)
