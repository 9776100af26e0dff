"""Where the units of a receipt line lie: in which layers, and how many of them are its own."""

from typing import NamedTuple

from ullage.costing.book import Book
from ullage.costing.kept import ReceiptLine
from ullage.costing.layers import Layer
from ullage.costing.money import divide
from ullage.costing.movement import Method
from ullage.costing.pool import Pool


class Place(NamedTuple):
    """A layer, where it lies, and how many of its units are a receipt line's."""

    pool: Pool
    position: int
    layer: Layer
    units: int


def line_at(book: Book, origin: int) -> ReceiptLine:
    """The receipt line of an origin, which must be there."""
    line = book.storage.receipts.get(str(origin))
    if line is None:
        raise LookupError(f"the receipt line {origin} of {book.sku} is lost")
    return line


def received_line(book: Book, receipt: str) -> tuple[int, ReceiptLine] | None:
    """A receipt line and its origin, by its movement; None where nothing of it was received."""
    origin = book.storage.origins.get(receipt)
    if origin is None:
        return None
    line = line_at(book, origin)
    return (origin, line) if line.quantity else None


def places_of(book: Book, origin: int, line: ReceiptLine) -> list[Place]:
    """The layers that hold units of a receipt line, each once (domain 4).

    Where receipts were merged, it has its part of what is left of them together.
    """
    own = own_places(book, origin, line)
    if not line.joined:
        return own
    places = {(place.pool.warehouse, place.position): place for place in own}
    for group, units in line.joined:
        whole = line_at(book, group)
        for place in places_of(book, group, whole):
            name = place.pool.warehouse, place.position
            before = places[name].units if name in places else 0
            # Parts are rounded: together they are no more than the layer holds.
            part = before + divide(place.units * units, whole.quantity)
            places[name] = place._replace(units=min(part, place.layer.quantity))
    return [place for place in places.values() if place.units]


def with_groups(book: Book, origin: int) -> dict[int, ReceiptLine]:
    """A receipt line and the groups that its units were merged into, by origin."""
    family, found = dict[int, ReceiptLine](), [origin]
    while found:
        origin = found.pop()
        if origin not in family:
            family[origin] = line_at(book, origin)
            found += [group for group, _ in family[origin].joined]
    return family


def own_places(book: Book, origin: int, line: ReceiptLine) -> list[Place]:
    """The layers that are of that receipt line alone."""
    places = []
    for name, position in line.places:
        pool = book.pools[name]
        layer = pool.layers.at(position)
        if layer is not None and layer.origin == origin:
            places.append(Place(pool, position, layer, layer.quantity))
    return places


def lies_at(book: Book, origin: int, pool: Pool, position: int) -> None:
    """Remember that units of a receipt line lie at a position, if it is known."""
    line = book.storage.receipts.get(str(origin))
    if line is None or (pool.warehouse, position) in line.places:
        return
    places = line.places
    if len(places) % 16 == 0:
        # Now and then forget where nothing lies any more: the record must not grow with age.
        there = own_places(book, origin, line)
        places = tuple([(place.pool.warehouse, place.position) for place in there])
    places = (*places, (pool.warehouse, position))
    book.storage.receipts.put(str(origin), line._replace(places=places))


def average_places(book: Book, line: ReceiptLine) -> list[Place]:
    """Where its units lie under weighted average: as FIFO would leave them (domain 4).

    In the pool of the receipt's warehouse, or if that holds none in all that hold units.
    """
    there = min(line.units_in - book.units_out, line.quantity)
    if there <= 0:
        return []
    own = book.pools.get(book.pool_name(line.warehouse))
    pools = [own] if own and own.layers.quantity else list(book.pools.values())
    layers = [(pool, layer) for pool in pools for layer in pool.layers]
    held = sum([layer.quantity for _, layer in layers])
    places, left = [], there
    for pool, layer in layers:
        units = divide(left * layer.quantity, held)
        held, left = held - layer.quantity, left - units
        places.append(Place(pool, 0, layer, units))
    return places


def still_there(book: Book, origin: int, line: ReceiptLine) -> list[Place]:
    """The layers that hold units of a receipt line, by the method, pool by pool in order."""
    if book.terms.method is Method.WAC:
        return average_places(book, line)
    places = places_of(book, origin, line)
    pools = list(book.pools)
    places.sort(key=lambda place: (pools.index(place.pool.warehouse), place.position))
    return places
