"""Where the oracle finds the units of a receipt line that are still there (domain 4)."""

from fractions import Fraction
from typing import NamedTuple

from tests.costing.oracle_books import Books
from tests.costing.oracle_memory import Line
from tests.costing.oracle_pool import ZERO, Pool, exact, largest_remainder
from ullage.costing.movement import Method


class Place(NamedTuple):
    """A lot of a pool, and how many of its units are a line's."""

    pool: Pool
    index: int
    units: Fraction


def still_there(books: Books, name: str, line: Line) -> Fraction:
    """How many units of a receipt line are on hand (domain 4)."""
    if books.method is not Method.WAC:
        held = sum((place.units for place in places(books, name)), ZERO)
        return min(held, line.quantity)  # parts of merged layers are rounded
    came = sum((flow.came for flow in books.moved if flow.sequence <= line.sequence), ZERO)
    went = sum((flow.went for flow in books.moved), ZERO)
    if not any(pool.lots for pool in books.pools.values()):
        return ZERO
    return min(max(came - went, ZERO), line.quantity)


def places(books: Books, name: str) -> list[Place]:
    """The lots of a line, and its part of those that it was merged into."""
    found = [
        Place(pool, index, lot.quantity)
        for pool in books.pools.values()
        for index, lot in enumerate(pool.lots)
        if lot.line == name
    ]
    for merged, brought in books.merged.items():
        if name in brought:
            share = brought[name] / books.lines[merged].quantity
            found += [
                place._replace(units=exact(place.units * share))
                for place in places(books, merged)
            ]
    return one_each(found)


def one_each(found: list[Place]) -> list[Place]:
    """Each lot once, with all of the line's units in it: parts are rounded, so at most all."""
    lots: dict[tuple[int, int], Place] = {}
    for place in found:
        name = id(place.pool), place.index
        units = place.units + (lots[name].units if name in lots else ZERO)
        most = place.pool.lots[place.index].quantity
        lots[name] = place._replace(units=min(units, most))
    return [place for place in lots.values() if place.units]


def recost(books: Books, name: str, line: Line, amount: Fraction) -> Fraction:
    """Raise the layers by the part on units still there; return what they took."""
    there = still_there(books, name, line)
    if not there:
        return ZERO
    holders = holding(books, name, line)
    part = exact(amount * there / line.quantity)
    shares = largest_remainder(part, [place.units for place in holders])
    took = ZERO
    for (pool, index, _), share in zip(holders, shares, strict=True):
        change = pool.recost(index, share)
        took += change
        if change:
            set_apart(books, pool, index)
    return took


def holding(books: Books, name: str, line: Line) -> list[Place]:
    """Where the line's units are; of an average, in its warehouse's pool, else in any."""
    if books.method is not Method.WAC:
        pools = [id(pool) for pool in books.pools.values()]
        found = places(books, name)
        return sorted(found, key=lambda place: (pools.index(id(place.pool)), place.index))
    own = books.pool(line.warehouse)
    pools = [own] if own.lots else [pool for pool in books.pools.values() if pool.lots]
    return [Place(pool, 0, pool.lots[0].quantity) for pool in pools]


def set_apart(books: Books, pool: Pool, index: int) -> None:
    """A part that no longer costs what its layer does is a layer of its own (domain 2)."""
    layer = pool.lots[index].layer
    mine, behind = books.layers_made + 1, books.layers_made + 2
    if sum(lot.layer == layer for lot in pool.lots) == 1:
        return
    books.layers_made += 2
    numbers = [layer] * index + [mine] + [behind] * (len(pool.lots) - index - 1)
    pool.lots = [
        lot._replace(layer=number) if lot.layer == layer else lot
        for lot, number in zip(pool.lots, numbers, strict=True)
    ]
