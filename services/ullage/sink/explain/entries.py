"""How each kind of record is traced: one small function each, found in one table."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from fractions import Fraction

from ullage.sink.explain import purchases, variances
from ullage.sink.explain.draws import drawn, moved, title
from ullage.sink.explain.layers import drawn_units
from ullage.sink.explain.line import Line, money, summed
from ullage.sink.explain.records import Entry
from ullage.sink.explain.tracing import Trace


async def adjusted(trace: Trace, entry: Entry) -> Line:
    """Units adjusted out are traced like any that leave; what was put in was given."""
    if entry.quantity < 0:
        return await drawn(trace, entry)
    what = f"adjusted: {await trace.records.reason(entry.id)} (event {entry.source_id})"
    return Line(what, entry.amount, entry.quantity, entry.id)


async def returned(trace: Trace, entry: Entry) -> Line:
    """Units a customer sent back, at what was booked as their cost: what their sales trace to.

    What was corrected since the sale is reversed by variances of its own.
    """
    brought = await trace.records.draws(entry.id)
    undone = [
        each
        for each in await trace.records.of_movement(entry)
        if each.type in variances.REVERSED and each.document == each.id
    ]
    kept = sum((draw.amount for draw in brought), Decimal())
    parts = [await drawn_units(trace, entry, draw) for draw in brought]
    parts += [
        Line(f"reversed apart: {each.type.replace('_', ' ')}", each.amount, id=each.id)
        for each in undone
    ]
    rest = entry.amount - kept - sum((each.amount for each in undone), Decimal())
    gone = entry.quantity - sum((draw.quantity for draw in brought), Decimal())
    if gone:
        parts.append(Line("as booked, of units that made no layer", rest, gone))
    return summed(title(entry), entry.amount, parts, entry.quantity, entry.id)


async def sent_back(trace: Trace, entry: Entry) -> Line:
    """Units returned to the supplier: their part of the purchase cost as corrected."""
    lines = await trace.records.entries(
        "sku = $1 and receipt_id = $2 and shipment_id is not distinct from $3 "
        "and type in ('received', 'corrected') and sequence < $4",
        entry.sku, entry.receipt_id, entry.shipment_id, entry.sequence,
    )  # fmt: skip
    received = sum((line.quantity for line in lines if line.type == "received"), Decimal())
    if not received:
        return Line(title(entry), entry.amount, entry.quantity, entry.id)
    factor = Fraction(entry.quantity) / Fraction(received)
    parts = [(await trace.line(line)).scaled(factor) for line in lines]
    return summed(title(entry), entry.amount, parts, entry.quantity, entry.id)


async def produced(trace: Trace, entry: Entry) -> Line:
    """Finished goods: what their components cost, and overhead; or a unit cost given."""
    given = await trace.records.entries(
        "corrects = $1 and type = 'production_difference'", entry.id
    )
    parts = await variances.components(trace, entry)
    parts += [
        Line("taken in at a unit cost given", -each.amount, id=each.id)
        for each in given
        if each.amount
    ]
    return summed(title(entry), entry.amount, parts, entry.quantity, entry.id)


TRACED: dict[str, Callable[[Trace, Entry], Awaitable[Line]]] = {
    "received": purchases.received,
    "landed": purchases.landed,
    "corrected": purchases.corrected,
    "landed_over_absorption": purchases.absorbed,
    "cogs": drawn,
    "write_off": drawn,
    "consumed": drawn,
    "transferred": moved,
    "inventory_adjustment": adjusted,
    "cogs_reversal": returned,
    "purchase_returned": sent_back,
    "produced": produced,
    "oversold_settlement": variances.settlement,
    "late_cost": variances.late_cost,
    "rounding": variances.rounding,
    "non_diminishing_override": variances.override,
    "return_difference": variances.return_difference,
    "production_difference": variances.production_difference,
}


def traced(entry: Entry) -> Callable[[Trace, Entry], Awaitable[Line]]:
    """How to trace a record; of a kind unknown here only its amount is known."""
    return TRACED.get(entry.type, _untraced)


async def _untraced(trace: Trace, entry: Entry) -> Line:
    what = f"{title(entry)}: {money(entry.amount)}, which this version cannot trace"
    return Line(what, entry.amount, entry.quantity, entry.id)
