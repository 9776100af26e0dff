"""The oracle's rules for settings and for what leaves or moves (domain 1, 2, 4 and 6)."""

from fractions import Fraction

from tests.costing.oracle_books import Books
from tests.costing.oracle_memory import OrderLine, Piece
from tests.costing.oracle_pool import ZERO, Debt, Lot, Pool, exact
from tests.costing.oracle_units import Left, Refused, draws, micro, units
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Entry,
    EntryRef,
    VarianceKind,
)
from ullage.costing.movement import (
    Consumption,
    CostPool,
    DefectiveReport,
    Item,
    Method,
    Sale,
    SaleReturn,
    Transfer,
)


def configure(books: Books, item: Item) -> list[Entry]:
    """Replace the settings whole; method and pool stay once units or cost have moved (103)."""
    method, cost_pool = books.pinned or (item.method, item.cost_pool)
    if item.method not in (None, method) or item.cost_pool not in (None, cost_pool):
        raise Refused(103)
    books.item = item
    return []


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
        () if books.method is Method.WAC else draws(left.taken, sign, left.postings),
    )


def sell(books: Books, sale: Sale, horizon: int | None) -> list[Entry]:
    forget(books, sale, horizon)
    pool, quantity = books.pool(sale.warehouse), units(sale.quantity)
    average = books.assumed_cost(pool)
    owner = EntryRef(sale.id, "cogs", sale.order_id, sale.line_id)
    left = books.take(pool, quantity, owner, sale.warehouse)
    books.move(sale.warehouse, sale.effective_at, -quantity)
    remember(books, sale, left, owner)
    entry = left_entry(books, "cogs", sale.warehouse, left)
    if not (left.short and books.terms.non_diminishing and sale.override_unit_cost is not None):
        return [entry]
    left = left._replace(provisional_cost=average)
    pool.debts = pool.debts[:-1]
    return overridden(books, sale, left, units(sale.override_unit_cost), owner)


def forget(books: Books, sold: Sale | SaleReturn, horizon: int | None) -> None:
    """An order line sold before what is kept is not known any more (domain 7)."""
    key = (sold.order_id, sold.line_id)
    if horizon is not None and key in books.orders and books.orders[key].sold_at < horizon:
        del books.orders[key]


def remember(books: Books, sale: Sale, left: Left, owner: EntryRef) -> None:
    """Keep what the order line's units cost and where they came from, should they return."""
    blended = books.method is Method.WAC
    order = books.orders.get((sale.order_id, sale.line_id), OrderLine((), sale.effective_at))
    for lot in left.taken:
        origin = (None, None) if blended else (lot.line, lot.receipt)
        piece = Piece(lot.quantity, lot.value, lot.value, ZERO, *origin, books.now, owner)
        order = order.with_piece(piece)
        books.sold = [*books.sold, (lot.line, sale.effective_at)]
    sold_at = max(order.sold_at, sale.effective_at)
    sales = (*order.sales, sale.id)
    books.orders[sale.order_id, sale.line_id] = order._replace(sold_at=sold_at, sales=sales)


def overridden(
    books: Books, sale: Sale, left: Left, override: Fraction, owner: EntryRef
) -> list[Entry]:
    """Sold below zero at an override: the units stand at the average, the rest is variance."""
    pool = books.pool(sale.warehouse)
    booked = exact(left.short * override)
    debt = Debt(left.short, left.short_value, owner, sale.warehouse, booked)
    pool.debts = [*pool.debts, debt]
    sold = left_entry(books, "cogs", sale.warehouse, left._replace(provisional_cost=override))
    more = left.short_value - booked
    variance = CostVariance(
        VarianceKind.NON_DIMINISHING_OVERRIDE,
        micro(left.short),
        micro(more),
        micro(books.postings.cents(more)),
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


def consume(books: Books, used: Consumption) -> list[Entry]:
    """Components leave as in a sale, without being cost of goods sold (domain 6)."""
    pool, quantity = books.pool(used.warehouse), units(used.quantity)
    owner = EntryRef(used.id, "consumed", used.order_id)
    left = books.take(pool, quantity, owner, used.warehouse)
    books.move(used.warehouse, used.effective_at, -quantity)
    return [left_entry(books, "consumed", used.warehouse, left)]


def transfer(books: Books, move: Transfer) -> list[Entry]:
    """Move units at their cost; with a pool a warehouse the layers themselves move."""
    quantity = units(move.quantity)
    books.move(move.from_warehouse, move.effective_at, -quantity)
    books.move(move.to_warehouse, move.effective_at, quantity)
    if books.terms.cost_pool is CostPool.SKU:
        return [CostEntry("transferred", move.from_warehouse, move.quantity, 0, 0)]
    source, target = books.pool(move.from_warehouse), books.pool(move.to_warehouse)
    owner = EntryRef(move.id, "transferred")
    left = books.take(source, quantity, owner, move.from_warehouse)
    oldest_first = list(reversed(left.taken) if books.method is Method.LIFO else left.taken)
    if left.short:
        at_provisional = (left.short, left.short_value, None)
        oldest_first.append(Lot(*at_provisional, move.to_warehouse, move.effective_at))
    settlements = moved_in(books, target, oldest_first)
    entry = left_entry(books, "transferred", move.from_warehouse, left)
    unposted = tuple(draw._replace(posted=0) for draw in entry.draws)
    return [entry._replace(posted=0, draws=unposted), *settlements]


def moved_in(books: Books, target: Pool, lots: list[Lot]) -> list[CostVariance]:
    """Put the layers into the target's pool; those of one layer stay one.

    They are of several receipts, so what they settle names none.
    """
    settlements: list[CostVariance] = []
    numbers: dict[int, int] = {}
    for lot in lots:
        settlements += books.put(target, lot, joins=False).settlements
        number = numbers.setdefault(lot.layer, books.layers_made)
        if target.lots and target.lots[-1].layer == books.layers_made:
            target.lots = [*target.lots[:-1], target.lots[-1]._replace(layer=number)]
    return [one._replace(receipt_id=None) for one in settlements]
