"""Receipt merge: the open layers of receipts become one (domain 6)."""

from collections.abc import Iterable

from ullage.costing.book import Book
from ullage.costing.entry import Entry
from ullage.costing.errors import InvalidMovement, NegativeInventory, UnknownReference
from ullage.costing.kept import ReceiptLine
from ullage.costing.layers import Layer
from ullage.costing.movement import Method, ReceiptMerge
from ullage.costing.places import Place, line_at, own_places, received_line, with_groups
from ullage.costing.pool import Pool


def merge_receipts(book: Book, merge: ReceiptMerge) -> list[Entry]:
    """Make one layer a pool, at the place and date of the earliest; nothing posted changes."""
    into = _received(book, merge, merge.into)
    lines = with_groups(book, into)
    for receipt in merge.receipts:
        lines |= with_groups(book, _received(book, merge, receipt))
    if book.terms.method is Method.WAC:
        return []
    places = [
        place for origin, line in lines.items() for place in own_places(book, origin, line)
    ]
    _require_no_later(merge, lines.values(), places)
    for pool in book.pools.values():
        here = sorted(place for place in places if place.pool is pool)
        if len(here) > 1:
            _merge_layers(book, pool, here, lines[into])
    return []


def _received(book: Book, merge: ReceiptMerge, receipt: str) -> int:
    """The origin of a receipt line; one that was refused cannot be merged."""
    received = received_line(book, receipt)
    if received is None:
        raise UnknownReference(
            f"one of the receipts to be merged into {merge.receipt_id} brought nothing of "
            f"{book.sku}: its line was refused; send that receipt again first, or merge the "
            "others only"
        )
    return received[0]


def _require_no_later(
    merge: ReceiptMerge, lines: Iterable[ReceiptLine], places: list[Place]
) -> None:
    """Refuse a date after the earliest layer's: sales since then would lose their units."""
    asked = merge.received_at
    if asked is None or all(asked <= place.layer.received_at for place in places):
        return
    sales = [line.first_sale for line in lines if line.first_sale]
    first = min(sales, key=lambda sale: (sale.effective_at, sale.sequence), default=None)
    if first and first.effective_at < asked:
        raise NegativeInventory(
            f"the receipts merged into {merge.receipt_id} cannot be dated later than the "
            f"earliest of them: order {first.order_id} was sold from them before that; "
            "merge them without a date",
            conflicts_with=first.movement_id,
        )
    raise InvalidMovement(
        f"the receipts merged into {merge.receipt_id} cannot be dated later than the earliest "
        "of them; merge them without a date"
    )


def _merge_layers(book: Book, pool: Pool, places: list[Place], into: ReceiptLine) -> None:
    """Put all into the place of the first; their group is the origin of what they are now."""
    position, layers = places[0].position, [place.layer for place in places]
    quantity, value = sum([one.quantity for one in layers]), sum([one.value for one in layers])
    named = (into.movement_id, into.receipt_id, into.warehouse, quantity)
    group = ReceiptLine(*named, cost=value, places=((pool.warehouse, position),))
    origin, received_at = _keep(book, group, layers), min([one.received_at for one in layers])
    first = pool.split_off(position, book.layer_ids())
    for place in places[1:]:
        pool.put_at(place.position, pool.layer_at(place.position), None)
    merged = Layer(quantity, value, first.layer_id, into.receipt_id, received_at, origin)
    pool.put_at(position, first, merged)


def _keep(book: Book, group: ReceiptLine, layers: list[Layer]) -> int:
    """Keep a group; each line in it, or group before, knows how many of its units that has."""
    book.groups += 1
    origin, receipts, units = -book.groups, book.storage.receipts, dict[int, int]()
    receipts.put(str(origin), group)
    for layer in layers:
        units[layer.origin] = units.get(layer.origin, 0) + layer.quantity
    for brought, quantity in units.items():
        line = line_at(book, brought)
        joined = (*line.joined, (origin, quantity))
        receipts.put(str(brought), line._replace(joined=joined))
    return origin
