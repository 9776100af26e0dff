"""What is in the pool that units leave from: a SKU's, or that of one of its warehouses."""

from decimal import Decimal
from typing import NamedTuple

from ullage.sink.explain.records import Entry, Records
from ullage.sink.signs import SIGNS

_LAST = 2**63 - 1
_SIGNS = {sign.type: sign for sign in SIGNS}


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
        "sku = $1 and sequence > $2 and sequence <= $3", entry.sku, since, until
    )
    pool = entry.warehouse if in_warehouse else None
    return [Brought(each, *_added(each, pool)) for each in found]


def _added(entry: Entry, warehouse: str | None) -> tuple[Decimal, Decimal]:
    """Units and value that a record adds to a pool; None is the one pool of a SKU."""
    if entry.type == "transferred" and warehouse is not None:
        times = (entry.to_warehouse == warehouse) - (entry.warehouse == warehouse)
        return times * entry.quantity, times * entry.amount
    sign = _SIGNS.get(entry.type)
    if sign is None or warehouse not in (None, entry.warehouse):
        return Decimal(), Decimal()
    return sign.quantity * entry.quantity, sign.amount * entry.amount
