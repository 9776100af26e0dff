"""What an input reached: the costs that units of a receipt, or parts of a charge, went into."""

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from fractions import Fraction

from ullage.sink.explain.draws import title
from ullage.sink.explain.line import MICRO, Line, exact
from ullage.sink.explain.pools import pool_since
from ullage.sink.explain.records import Entry, Records, Taken

_CAME_LATE = (
    "sku = $1 and receipt_id = $2 and sequence > $3 and type = 'late_cost' and exists ("
    "select from ullage.costs where costs.sku = money_records.sku "
    "and costs.sequence = money_records.sequence and costs.type in ('landed', 'corrected'))"
)


async def since(records: Records, entry: Entry) -> list[Line]:
    """What a cost was corrected by since it was booked: it, or the units that it took."""
    found = [
        Line(title(each), each.amount, each.quantity, each.id)
        for each in await records.entries("corrects = $1", entry.document)
    ]
    for draw in await records.draws(entry.id) if _left(entry) else ():
        for late in await records.entries(
            _CAME_LATE, entry.sku, draw.receipt_id, entry.sequence
        ):
            share = Fraction(late.amount) * Fraction(draw.quantity) / Fraction(late.quantity)
            found.append(Line(f"part of {title(late)}", exact(share), draw.quantity, late.id))
    return found


def _left(entry: Entry) -> bool:
    return entry.type in ("cogs", "write_off", "consumed")


async def of_receipt(records: Records, entry: Entry) -> list[Line]:
    """Every cost that units of a receipt line went into, and what was corrected for it."""
    if entry.type != "received":
        return [
            Line(title(each), each.amount, each.quantity, each.id)
            for each in await _gone_by_then(records, entry)
        ]
    settled = await records.entries(
        "sku = $1 and sequence = $2 and type = 'oversold_settlement'", entry.sku, entry.sequence
    )
    lines = [await _settled(records, each) for each in settled]
    if await records.method(entry.sku) == "wac":
        left = entry.quantity - sum((each.quantity for each in settled), Decimal())
        part = Fraction(entry.amount) * Fraction(left) / Fraction(entry.quantity)
        return lines + [line async for line in _out_of_pool(records, entry, part)]
    taken = await records.taken(entry.sku, entry.receipt_id, entry.sequence)
    return lines + [
        Line(title(each.entry), each.amount, each.quantity, each.entry.id) for each in taken
    ]


async def of_charge(records: Records, entry: Entry) -> list[Line]:
    """Every cost that a share of a charge went into, and what of it is still in stock."""
    gone = await _gone_by_then(records, entry)
    lines = [Line(title(each), each.amount, each.quantity, each.id) for each in gone]
    kept = entry.amount - sum((each.amount for each in gone), Decimal())
    there = entry.quantity - sum((each.quantity for each in gone), Decimal())
    if await records.method(entry.sku) == "wac":
        return lines + [line async for line in _out_of_pool(records, entry, Fraction(kept))]
    if there > 0:
        unit_cost = Fraction(kept) / Fraction(there)
        taken = await records.taken(entry.sku, entry.receipt_id, entry.sequence)
        lines += _parts(taken, unit_cost)
    rest = entry.amount - sum((line.amount for line in lines), Decimal())
    return [*lines, Line(f"in stock of {entry.sku}", rest)]


def _parts(taken: list[Taken], unit_cost: Fraction) -> Iterator[Line]:
    for entry, quantity, _ in taken:
        part = exact(unit_cost * Fraction(quantity))
        yield Line(f"in {title(entry)}", part, quantity, entry.id)


async def _gone_by_then(records: Records, entry: Entry) -> list[Entry]:
    """The late cost of the units that were gone when a charge or a correction came."""
    return await records.entries(
        "sku = $1 and sequence = $2 and type = 'late_cost' "
        "and charge_id is not distinct from $3",
        entry.sku, entry.sequence, entry.charge_id,
    )  # fmt: skip


async def _settled(records: Records, settlement: Entry) -> Line:
    """Units that were sold before they came."""
    sold = await records.entry(settlement.corrects or "")
    what = f"settled {title(sold)}" if sold else title(settlement)
    return Line(what, settlement.amount, settlement.quantity, settlement.id)


async def _out_of_pool(records: Records, entry: Entry, amount: Fraction) -> AsyncIterator[Line]:
    """Under weighted average: each draw takes its part of what is left of an amount."""
    pool = await pool_since(records, entry)
    units = Fraction(pool.units)
    for each in pool.later:
        if each.units < 0 and units > 0 and amount > MICRO:
            part = min(Fraction(1), -Fraction(each.units) / units) * amount
            amount -= part
            yield Line(
                f"in {title(each.entry)}", exact(part), each.entry.quantity, each.entry.id
            )
        units += Fraction(each.units)
    yield Line(f"in stock of {entry.sku}", exact(amount))
