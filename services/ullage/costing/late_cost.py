"""Late cost: what a receipt line turns out to cost more after its units came (domain 4).

The share of the units still there raises their layers, the share of those gone is variance.
"""

from typing import NamedTuple

from ullage.costing.book import Book
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Entry,
    EntryRef,
    EntryType,
    VarianceKind,
)
from ullage.costing.kept import ReceiptLine
from ullage.costing.layers import Layer
from ullage.costing.money import divide, spread
from ullage.costing.movement import CostCorrection, LandedCost, Method
from ullage.costing.pool import Pool


class Place(NamedTuple):
    """A layer that units of a receipt line lie in, and where that is."""

    pool: Pool
    position: int
    layer: Layer


def land(book: Book, landed: LandedCost) -> list[Entry]:
    """Add charges that came after their receipt line; of a refused one they are variance."""
    origin, line = _line_of(book, landed)
    entries: list[Entry] = []
    for share in landed.charges:
        posted = book.account.post_as(share.amount, share.posted)
        landing = CostEntry(
            EntryType.LANDED, landed.warehouse, line.quantity, share.amount, posted,
            charge_id=share.charge_id,
        )  # fmt: skip
        entries += _add_late(book, origin, landing)
    return entries


def correct(book: Book, correction: CostCorrection) -> list[Entry]:
    """Set what a receipt line really cost; the difference comes late like a charge."""
    origin, line = _line_of(book, correction)
    change = correction.value - line.purchase
    if line.pending:
        book.cost_pending -= 1
        book.last_receipt = max(origin, book.last_receipt)
    line = line._replace(purchase=correction.value, pending=False)
    book.storage.receipts.put(str(origin), line)
    corrected = CostEntry(
        EntryType.CORRECTED, correction.warehouse, line.quantity, change,
        book.account.post(change),
    )  # fmt: skip
    return _add_late(book, origin, corrected)


def places_of(book: Book, origin: int, line: ReceiptLine) -> list[Place]:
    """The layers that a receipt line's units lie in (domain 4)."""
    places = []
    for name, position in line.places:
        pool = book.pools[name]
        layer = pool.layers.at(position)
        if layer is not None and layer.origin == origin:
            places.append(Place(pool, position, layer))
    return places


def _line_of(book: Book, late: LandedCost | CostCorrection) -> tuple[int, ReceiptLine]:
    """A receipt line and its origin; one that was refused is kept as one of no units."""
    storage, origin = book.storage, book.storage.origins.get(late.receipt)
    line = None if origin is None else storage.receipts.get(str(origin))
    if origin is None or line is None:
        origin = book.sequence + 1
        line = ReceiptLine(late.receipt, late.receipt_id, late.warehouse)
        storage.origins.put(late.receipt, origin)
        storage.receipts.put(str(origin), line)
    return origin, line


def _add_late(book: Book, origin: int, late: CostEntry) -> list[Entry]:
    """Raise the layers of the units still there; what is left of the cost is variance."""
    line = book.storage.receipts.get(str(origin))
    if line is None:
        raise LookupError(f"receipt line {origin} of {book.sku} is lost")
    there, places = _still_there(book, origin, line)
    kept = _raise(book, places, divide(late.amount * there, line.quantity)) if there else 0
    line = line._replace(
        cost=line.cost + late.amount, late=(*line.late, (book.sequence + 1, late.amount))
    )
    book.storage.receipts.put(str(origin), line)
    if origin == book.last_receipt:
        book.last_landed = line.unit_cost
    rest = late.amount - kept
    if not rest:
        return [late]
    variance = CostVariance(
        VarianceKind.LATE_COST, line.quantity - there, rest, book.account.post_out(rest),
        EntryRef(line.movement_id, EntryType.RECEIVED), line.warehouse, line.receipt_id,
        late.charge_id,
    )  # fmt: skip
    return [late, variance]


def _still_there(book: Book, origin: int, line: ReceiptLine) -> tuple[int, list[Place]]:
    """How many units of a receipt line are still there, and the layers they lie in.

    Under weighted average as FIFO would leave them, in the pool of the receipt's warehouse, or
    in those that hold units if that holds none.
    """
    if book.terms.method is not Method.WAC:
        places = places_of(book, origin, line)
        return sum([place.layer.quantity for place in places]), places
    own = book.pools.get(book.pool_name(line.warehouse))
    pools = [own] if own and own.layers.quantity else list(book.pools.values())
    places = [Place(pool, 0, layer) for pool in pools for layer in pool.layers]
    there = min(line.units_in - book.units_out, line.quantity)
    return (there, places) if places and there > 0 else (0, [])


def _raise(book: Book, places: list[Place], share: int) -> int:
    """Raise layers by a share, by quantity, and return by how much in all.

    A credit takes none of them below zero.
    """
    new_id, raised = book.layer_ids(), 0
    shares = spread(share, [place.layer.quantity for place in places])
    for (pool, position, layer), part in zip(places, shares, strict=True):
        change = max(part, -layer.value)
        if change:
            pool.change_value_at(position, change, new_id)
        raised += change
    return raised
