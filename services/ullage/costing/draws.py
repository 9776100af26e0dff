"""Units leaving: what sales, write-offs, consumption and returns to suppliers share."""

from collections.abc import Sequence

from ullage.costing.book import Book
from ullage.costing.entry import CostEntry, Draw, EntryRef, EntryType
from ullage.costing.errors import NegativeInventory
from ullage.costing.hierarchy import provisional_cost
from ullage.costing.layers import Drawn, Layer, Oversold
from ullage.costing.money import plain, times
from ullage.costing.movement import Method, Movement, NegativeStock
from ullage.costing.pool import Pool


def require(book: Book, warehouse: str, quantity: int) -> None:
    """Raise NegativeInventory where the layers lack the quantity and the item forbids that."""
    if book.terms.negative_stock is NegativeStock.ALLOW:
        return
    held = book.held(warehouse)
    if held < quantity:
        raise NegativeInventory(
            f"{plain(quantity)} of {book.sku} were to leave {warehouse}, but the layers it "
            f"draws from hold {plain(held)} and this item must not go below zero; receive the "
            "missing units first, then send this again"
        )


def draw(
    book: Book, movement: Movement, kind: EntryType, warehouse: str, quantity: int,
    provisional: int | None = None, first: Sequence[tuple[int, int]] = (),
) -> Drawn:  # fmt: skip
    """Take units for an entry of that kind: `first` at these positions, then by the method.

    What the layers lack is oversold at a provisional unit cost (domain 4).
    """
    pool = book.pool(warehouse)
    held = pool.layers.quantity
    there = quantity if quantity < held else held
    if there == held == book.in_layers:
        book.last_average = book.average
    drawn = _take_first(pool, there, first) if first else pool.take(there)
    short = quantity - there
    if not short:
        return Drawn(drawn)
    if provisional is None:
        provisional = provisional_cost(book, pool, pool.last_drawn_cost)
    value = times(short, provisional)
    entry = EntryRef.of(movement, kind)
    position = pool.oversold.put(Oversold(short, value, warehouse, entry, book.sequence + 1))
    return Drawn(drawn, short, value, position)


def _take_first(pool: Pool, quantity: int, first: Sequence[tuple[int, int]]) -> list[Layer]:
    drawn = [pool.take_at(position, units) for position, units in first]
    return drawn + pool.take(quantity - sum([layer.quantity for layer in drawn]))


def price(book: Book, warehouse: str, quantity: int) -> int:
    """Return what a draw of these units would cost, and draw nothing."""
    name = book.pool_name(warehouse)
    pool = book.pools.get(name) or book.new_pool(name)
    there = min(quantity, pool.layers.quantity)
    value, last_cost = pool.price(there)
    return value + times(quantity - there, provisional_cost(book, pool, last_cost))


def cost_of(
    book: Book, kind: EntryType, warehouse: str, drawn: Drawn, provisional: int
) -> CostEntry:
    """Post units that left for good, the oversold ones at their provisional amount."""
    quantity, amount, posted = drawn.oversold, provisional, 0
    if drawn.oversold:
        posted = book.account.post_draw(drawn.oversold, provisional)
    draws = []
    for units, value, layer_id, receipt_id, _, _ in drawn.layers:
        part = book.account.post_draw(units, value)
        quantity += units
        amount += value
        posted += part
        draws.append(Draw(layer_id, receipt_id, units, value, part))
    book.units_out += quantity
    named = () if book.terms.method is Method.WAC else tuple(draws)
    return CostEntry(kind, warehouse, quantity, amount, posted, drawn.oversold, named)


def posted_by_units(book: Book, entry: CostEntry) -> CostEntry:
    """Tell what of an entry's posting is each layer's, where it is not what the layer holds."""
    if not entry.draws:
        return entry
    units = [draw.quantity for draw in entry.draws]
    units.append(entry.quantity - sum(units))
    posted = book.account.share(entry.posted, units)
    parts = zip(entry.draws, posted[:-1], strict=True)
    return entry._replace(draws=tuple([draw._replace(posted=part) for draw, part in parts]))


def draws_of(book: Book, layers: Sequence[Layer]) -> tuple[Draw, ...]:
    """Name the layers that units came from or went to; an average has none (domain 2)."""
    if book.terms.method is Method.WAC:
        return ()
    return tuple(
        [
            Draw(layer.layer_id, layer.receipt_id, layer.quantity, layer.value)
            for layer in layers
        ]
    )
