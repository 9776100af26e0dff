"""What is in the pool that units leave from: a SKU's, or that of one of its warehouses."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from ullage.sink.explain.line import exact
from ullage.sink.explain.records import Entry, Records
from ullage.sink.signs import SIGN_OF

_LAST = 2**63 - 1
_LATE = {"landed", "corrected", "late_cost", "rounding"}


class Brought(NamedTuple):
    """Units and value that a record added to a pool; less than 0: took from it."""

    entry: Entry
    units: Decimal
    value: Decimal


class Since(NamedTuple):
    """Units of a pool once a movement was done, and what came and went after it."""

    units: Decimal
    later: list[Brought]


async def pool_before(records: Records, entry: Entry) -> list[Brought]:
    """What came to and went from a record's pool before it, since it was last empty."""
    pools = await records.has_pools(entry.sku)
    since = 0 if pools else await records.emptied_before(entry)
    return await _brought(records, entry, since, entry.sequence - 1, in_warehouse=pools)


async def pool_after(records: Records, entry: Entry) -> tuple[Decimal, Decimal]:
    """Units and value of a record's pool once its movement was done."""
    pools = await records.has_pools(entry.sku)
    brought = await _brought(records, entry, 0, entry.sequence, in_warehouse=pools)
    return (
        sum((each.units for each in brought), Decimal()),
        sum((each.value for each in brought), Decimal()),
    )


async def pool_since(records: Records, entry: Entry) -> Since:
    """What came to and went from a record's pool after it."""
    pools = await records.has_pools(entry.sku)
    units, _ = await pool_after(records, entry)
    later = await _brought(records, entry, entry.sequence, _LAST, in_warehouse=pools)
    return Since(units, later)


async def _brought(
    records: Records, entry: Entry, since: int, until: int, *, in_warehouse: bool
) -> list[Brought]:
    found = await records.entries(
        "sku = $1 and sequence > $2 and sequence <= $3",
        entry.sku, 0 if in_warehouse else since, until,
    )  # fmt: skip
    if not in_warehouse or entry.warehouse is None:
        return [Brought(each, *_added(each)) for each in found]
    brought = _brought_to(entry.warehouse, found)
    return [each for each in brought if each.entry.sequence > since]


def _added(entry: Entry) -> tuple[Decimal, Decimal]:
    """Units and value that a record adds to its SKU."""
    sign = SIGN_OF.get(entry.type)
    if sign is None:
        return Decimal(), Decimal()
    return sign.quantity * entry.quantity, sign.amount * entry.amount


def _brought_to(warehouse: str, entries: list[Entry]) -> Iterator[Brought]:
    """What each record adds to the pool of one warehouse."""
    held: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for _, group in groupby(entries, attrgetter("sequence")):
        movement = list(group)
        bears = _part_of_late_cost(warehouse, movement, held)
        for entry in movement:
            units, value = _added(entry)
            held[entry.warehouse] += units
            if entry.type == "transferred":
                held[entry.warehouse] -= entry.quantity
                held[entry.to_warehouse] += entry.quantity
                times = (entry.to_warehouse == warehouse) - (entry.warehouse == warehouse)
                yield Brought(entry, times * entry.quantity, times * entry.amount)
            elif bears is not None:
                yield Brought(entry, Decimal(), exact(bears * Fraction(value)))
            elif entry.warehouse == warehouse:
                yield Brought(entry, units, value)


def _part_of_late_cost(
    warehouse: str, movement: list[Entry], held: Mapping[str | None, Decimal]
) -> Fraction | None:
    """The part of a late cost that a pool bears where the receipt's own holds no units.

    Those that hold some bear it by quantity. None: it is no such movement.
    """
    if not {entry.type for entry in movement} <= _LATE:
        return None
    if held[movement[0].warehouse] > 0:
        return None
    holding = {name: units for name, units in held.items() if units > 0}
    if not holding:
        return None
    return Fraction(holding.get(warehouse, Decimal())) / Fraction(sum(holding.values()))
