"""Receipt merge: the open layers of receipts become one (domain 6)."""

from ullage.costing.book import Book
from ullage.costing.entry import Entry
from ullage.costing.errors import InvalidMovement, NegativeInventory, UnknownReference
from ullage.costing.kept import ReceiptLine
from ullage.costing.movement import Method, ReceiptMerge
from ullage.costing.places import Place, line_at, places_of
from ullage.costing.pool import Pool


def merge_receipts(book: Book, merge: ReceiptMerge) -> list[Entry]:
    """Make one layer a pool, at the place and date of the earliest; nothing posted changes."""
    lines = [_line_of(book, merge, receipt) for receipt in (merge.into, *merge.receipts)]
    if book.terms.method is Method.WAC:
        return []
    layers = {
        (place.pool.warehouse, place.position): place
        for origin, line in lines
        for place in places_of(book, origin, line)
    }
    _require_no_later(merge, [line for _, line in lines], list(layers.values()))
    _, into = lines[0]
    group = ReceiptLine(into.movement_id, into.receipt_id, into.warehouse)
    for pool in book.pools.values():
        places = sorted(place for place in layers.values() if place.pool is pool)
        if len(places) > 1:
            group = _merge_layers(book, pool, places, group)
    if group.quantity:
        book.storage.receipts.put(str(book.sequence + 1), group)
    return []


def _line_of(book: Book, merge: ReceiptMerge, receipt: str) -> tuple[int, ReceiptLine]:
    origin = book.storage.origins.get(receipt)
    if origin is None:
        raise UnknownReference(
            f"one of the receipts to be merged into {merge.receipt_id} brought nothing of "
            f"{book.sku}: its line was refused; send that receipt again first, or merge the "
            "others only"
        )
    return origin, line_at(book, origin)


def _require_no_later(
    merge: ReceiptMerge, lines: list[ReceiptLine], places: list[Place]
) -> None:
    """Refuse a date after the earliest layer's: sales since then would lose their units."""
    asked = merge.received_at
    if asked is None or all(asked <= place.layer.received_at for place in places):
        return
    sales = [line.first_sale for line in lines if line.first_sale]
    uncovered = min((sale for sale in sales if sale.effective_at < asked), default=None)
    if uncovered:
        raise NegativeInventory(
            f"the receipts merged into {merge.receipt_id} cannot be dated later than the "
            f"earliest of them: order {uncovered.order_id} was sold from them before that; "
            "merge them without a date",
            conflicts_with=uncovered.movement_id,
        )
    raise InvalidMovement(
        f"the receipts merged into {merge.receipt_id} cannot be dated later than the earliest "
        "of them; merge them without a date"
    )


def _merge_layers(
    book: Book, pool: Pool, places: list[Place], group: ReceiptLine
) -> ReceiptLine:
    """Put all into the place of the first; each line knows its part of the group."""
    origin, new_id = book.sequence + 1, book.layer_ids()
    first = pool.split_off(places[0].position, new_id)
    quantity = sum([place.layer.quantity for place in places])
    value = sum([place.layer.value for place in places])
    for _, position, layer, _ in places:
        _join(book, layer.origin, origin, layer.quantity)
        if position != places[0].position:
            pool.put_at(position, pool.layer_at(position), None)
    merged = first._replace(
        quantity=quantity, value=value, receipt_id=group.receipt_id, origin=origin
    )
    pool.put_at(places[0].position, first, merged)
    return group._replace(
        quantity=group.quantity + quantity,
        cost=group.cost + value,
        places=(*group.places, (pool.warehouse, places[0].position)),
    )


def _join(book: Book, origin: int, group: int, units: int) -> None:
    """A line, or a group before, has that many units in a group from here on."""
    line = line_at(book, origin)
    joined = (*line.joined, (group, units))
    book.storage.receipts.put(str(origin), line._replace(joined=joined))
