"""Units arriving: what receipts, returns, transfers, production and adjustments share."""

from ullage.costing.book import Book
from ullage.costing.draws import draws_of
from ullage.costing.entry import CostVariance, Draw, Entry, VarianceKind
from ullage.costing.layers import Arrived, Layer
from ullage.costing.money import per_unit
from ullage.costing.movement import LayerMerge, Method
from ullage.costing.order_lines import settle_line
from ullage.costing.places import lies_at
from ullage.costing.pool import Pool


def new_layer(
    book: Book, pool: Pool, quantity: int, value: int, received_at: int,
    receipt_id: str | None = None,
) -> Layer:  # fmt: skip
    """Make the layer that arriving units would be; a receipt's line is its origin."""
    sequence = book.sequence + 1
    if book.terms.method is Method.WAC:
        return Layer(quantity, value, _average_of(pool), None, received_at)
    origin = 0 if receipt_id is None else sequence
    return Layer(quantity, value, str(sequence), receipt_id, received_at, origin)


def joining(book: Book, pool: Pool, layer: Layer) -> Layer:
    """Let a receipt or upward adjustment join the newest open layer of its cost (domain 2)."""
    if book.terms.layer_merge is LayerMerge.NEVER or book.terms.method is Method.WAC:
        return layer
    newest = pool.layers.newest()
    if newest is None or newest.unit_cost != per_unit(layer.value, layer.quantity):
        return layer
    return layer._replace(layer_id=newest.layer_id)


def named(book: Book, pool: Pool, layer: Layer, layer_id: str) -> Layer:
    """Make units that were in other layers one of this pool; what they are of is kept."""
    if book.terms.method is Method.WAC:
        layer_id = _average_of(pool)
    return layer._replace(layer_id=layer_id)


def arrive(book: Book, pool: Pool, layer: Layer) -> Arrived:
    """Add units to a pool; if they are of a receipt line, its record knows where they lie."""
    arrived = pool.add(layer)
    if layer.origin and arrived.layer:
        lies_at(book, layer.origin, pool, arrived.position)
    return arrived


def layer_left(book: Book, arrived: Arrived) -> tuple[Draw, ...]:
    """Name the layer that is left of arriving units after what they settled."""
    return draws_of(book, [arrived.layer]) if arrived.layer else ()


def settle(book: Book, layer: Layer, arrived: Arrived, receipt_id: str | None) -> list[Entry]:
    """State what units oversold really cost more than they stood at (domain 4)."""
    entries: list[Entry] = []
    for oversold, actual in arrived.settled:
        amount = actual - oversold.value
        entries.append(
            CostVariance(
                VarianceKind.OVERSOLD_SETTLEMENT, oversold.quantity, amount,
                book.account.post_out(amount), oversold.entry, oversold.warehouse, receipt_id,
            )
        )  # fmt: skip
        settle_line(book, oversold, actual, layer.origin)
    return entries


def _average_of(pool: Pool) -> str:
    """The id of the one layer that a pool under weighted average has."""
    return "average" if pool.warehouse is None else f"average:{pool.warehouse}"
