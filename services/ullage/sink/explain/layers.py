"""What units of a layer cost: the receipt line they came with, and what changed it since."""

from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from ullage.sink.explain.line import MOST_ROUNDING, Line, money, summed
from ullage.sink.explain.pools import pool_after
from ullage.sink.explain.purchases import charge_name
from ullage.sink.explain.records import Draw, Entry
from ullage.sink.explain.tracing import Trace
from ullage_schemas.money import plain

_LATE = ("landed", "corrected")
_MAKES_LAYERS = "inventory_adjustment produced cogs_reversal transferred"


class Share(NamedTuple):
    """What one unit bears of an amount."""

    line: Line
    factor: Fraction
    sequence: int
    """When it came to be so."""

    @property
    def amount(self) -> Fraction:
        return Fraction(self.line.amount) * self.factor


class Shares(NamedTuple):
    """What one unit consists of since the movement that brought it."""

    shares: list[Share]
    since: int


async def drawn_units(trace: Trace, entry: Entry, draw: Draw) -> Line:
    """Trace units that a record names: what they cost when its movement took them."""
    found = await unit_shares(trace, entry.sku, draw, entry.sequence)
    line = await _units(trace, entry, draw, found)
    if abs(line.difference) <= MOST_ROUNDING:
        return line
    # Units that came back were spared what changed the receipt's other units meanwhile.
    for reversal in await _reversals(trace, entry.sku, draw):
        back = await returned_shares(trace, reversal, draw.layer_id)
        later = [share for share in found.shares if share.sequence > reversal.sequence]
        line = await _units(trace, entry, draw, Shares([*back.shares, *later], back.since))
    merge = await trace.records.merged(entry, draw.receipt_id, found.since)
    if merge and line.difference:
        other = Line(f"costs of receipts merged with it by event {merge}", line.difference)
        return summed(line.what, line.amount, [*line.parts, other], line.quantity)
    return line


async def _units(trace: Trace, entry: Entry, draw: Draw, found: Shares) -> Line:
    shares = found.shares + await _adjusted(trace, entry, found)
    quantity = Fraction(draw.quantity)
    parts = [share.line.scaled(share.factor * quantity) for share in shares]
    what = f"{plain(abs(draw.quantity))} from layer {draw.layer_id}"
    return summed(what, draw.amount, parts, draw.quantity)


async def _reversals(trace: Trace, sku: str, draw: Draw) -> list[Entry]:
    number = draw.layer_id.partition(".")[0]
    return await trace.records.entries(
        "sku = $1 and sequence = $2 and type = 'cogs_reversal'",
        sku, int(number) if number.isdigit() else 0,
    )  # fmt: skip


async def unit_shares(trace: Trace, sku: str, draw: Draw, until: int) -> Shares:
    """What one unit of a layer consists of, as far as known at that movement."""
    if draw.receipt_id is not None:
        line = await _receipt_line(trace, sku, draw, until)
        if line is not None:
            return Shares(await receipt_shares(trace, line, until), line.sequence)
    return await _made_shares(trace, sku, draw, until)


async def receipt_shares(trace: Trace, received: Entry, until: int) -> list[Share]:
    """What one unit of a receipt line consists of: its price, charges and corrections."""
    units = Fraction(received.quantity)
    shares = [Share(await trace.line(received), 1 / units, received.sequence)]
    later = await trace.records.entries(
        "sku = $1 and receipt_id = $2 and warehouse = $3 and sequence between $4 and $5 "
        "and type in ('landed', 'corrected', 'late_cost', 'landed_over_absorption')",
        received.sku, received.receipt_id, received.warehouse, received.sequence, until,
    )  # fmt: skip
    gone = {
        (entry.sequence, entry.charge_id): entry for entry in later if entry.type == "late_cost"
    }
    for entry in later:
        if entry.type in _LATE:
            variance = gone.get((entry.sequence, entry.charge_id))
            kept = _kept(entry, variance, received)
            shares.append(Share(await trace.line(entry), kept, entry.sequence))
        elif entry.type == "landed_over_absorption":
            what = f"taken at the locked rate of {charge_name(entry)}"
            line = Line(what, -entry.amount, id=entry.id)
            shares.append(Share(line, 1 / units, entry.sequence))
    return shares


def _kept(late: Entry, gone: Entry | None, received: Entry) -> Fraction:
    """What of a late cost one unit bears that was still there when it came."""
    if gone is None or not late.amount:
        return 1 / Fraction(received.quantity)
    with_receipt = late.sequence == received.sequence
    there = received.quantity - (Decimal() if with_receipt else gone.quantity)
    kept = Fraction(late.amount - gone.amount) / Fraction(late.amount)
    return kept / Fraction(there) if there > 0 else Fraction()


async def _receipt_line(trace: Trace, sku: str, draw: Draw, until: int) -> Entry | None:
    """The receipt line of a layer; of several in one receipt the one that made it."""
    lines = await trace.records.entries(
        "sku = $1 and type = 'received' and receipt_id = $2 and sequence <= $3",
        sku, draw.receipt_id, until,
    )  # fmt: skip
    made = (line for line in lines if draw.layer_id == str(line.sequence))
    return next(made, lines[0] if lines else None)


async def _made_shares(trace: Trace, sku: str, draw: Draw, until: int) -> Shares:
    """Units of no receipt: adjusted in, produced, returned, or moved here from a layer."""
    number, _, place = draw.layer_id.partition(".")
    sequence = int(number) if number.isdigit() else 0
    makers = await trace.records.entries(
        "sku = $1 and sequence = $2 and quantity > 0 and type = any(string_to_array($3, ' '))",
        sku, sequence, _MAKES_LAYERS,
    )  # fmt: skip
    for maker in makers:
        if maker.type == "transferred":
            return await _moved_shares(trace, maker, int(place or 0), until)
        if maker.type == "cogs_reversal":
            return await returned_shares(trace, maker, draw.layer_id)
        share = Share(await trace.line(maker), 1 / Fraction(maker.quantity), maker.sequence)
        return Shares([share], maker.sequence)
    return Shares([], sequence)


async def returned_shares(trace: Trace, reversal: Entry, layer_id: str) -> Shares:
    """Units that a customer sent back, at what they cost then."""
    what = f"came back from order {reversal.order_id} line {reversal.line_id}"
    shares = [
        Share(
            Line(what, made.amount, made.quantity, reversal.id),
            1 / Fraction(made.quantity),
            reversal.sequence,
        )
        for made in await trace.records.draws(reversal.id)
        if made.layer_id == layer_id
    ]
    return Shares(shares[:1], reversal.sequence)


async def _moved_shares(trace: Trace, moved: Entry, place: int, until: int) -> Shares:
    """Layers arrive oldest first, numbered in that order; what was short comes after them."""
    draws = await trace.records.draws(moved.id)
    short = moved.amount - sum((draw.amount for draw in draws), Decimal())
    if await trace.records.method(moved.sku) == "lifo":
        draws.reverse()
    sources = [list(group) for _, group in groupby(draws, key=lambda draw: draw.layer_id)]
    if place < len(sources):
        source = next((d for d in sources[place] if d.receipt_id is None), sources[place][0])
        return await unit_shares(trace, moved.sku, source, moved.sequence)
    what = f"moved before they came, at a provisional cost (event {moved.source_id})"
    units = Fraction(moved.provisional_quantity or moved.quantity)
    share = Share(Line(what, short, id=moved.id), 1 / units, moved.sequence)
    return Shares([share], moved.sequence)


async def _adjusted(trace: Trace, entry: Entry, found: Shares) -> list[Share]:
    """What adjustments of value did to a unit: they spread by value, so it grew in step."""
    pools = await trace.records.has_pools(entry.sku)
    adjustments = await trace.records.entries(
        "sku = $1 and type = 'inventory_adjustment' and quantity = 0 "
        "and sequence > $2 and sequence < $3 and ($4::text is null or warehouse = $4)",
        entry.sku, found.since, entry.sequence, entry.warehouse if pools else None,
    )  # fmt: skip
    changes: list[Share] = []
    for adjustment in adjustments:
        so_far = [s for s in (*found.shares, *changes) if s.sequence < adjustment.sequence]
        unit_cost = sum((share.amount for share in so_far), Fraction())
        reason = await trace.records.reason(adjustment.id)
        what = f"value adjusted by {money(adjustment.amount)}: {reason}"
        line = Line(what, adjustment.amount, id=adjustment.id)
        units, value = await pool_after(trace.records, adjustment)
        before = Fraction(value - adjustment.amount)
        factor = unit_cost / before if before else 1 / Fraction(units or 1)
        changes.append(Share(line, factor, adjustment.sequence))
    return changes
