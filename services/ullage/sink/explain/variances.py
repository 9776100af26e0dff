"""Where cost variances come from: what a cost was, and what it turned out to be."""

from decimal import Decimal
from fractions import Fraction

from ullage.sink.explain.draws import drawn, provisional_cost, title
from ullage.sink.explain.layers import Share, receipt_shares
from ullage.sink.explain.line import Line, exact, summed
from ullage.sink.explain.records import Entry
from ullage.sink.explain.tracing import Trace
from ullage.sink.signs import SIGNS
from ullage_schemas.money import plain

REVERSED = ("late_cost", "oversold_settlement", "non_diminishing_override")
"""What a sale return reverses besides the cost of sales."""

_POSTED = {
    sign.type: (sign.debit == "inventory") - (sign.credit == "inventory") for sign in SIGNS
}
"""What a posted amount does to the inventory account."""


async def settlement(trace: Trace, entry: Entry) -> Line:
    """Units sold before they came: what they really cost, less what they stood at."""
    sold = await _provisional_part(trace, entry)
    if sold is None:
        return _reversal(entry)
    stood = await _stood_at(trace, sold, entry.quantity)
    shares = await _arrived_shares(trace, entry)
    units = Fraction(entry.quantity)
    parts = [share.line.scaled(share.factor * units) for share in shares]
    what = f"{plain(entry.quantity)} that came, at what they cost"
    came = summed(what, entry.amount + stood, parts, entry.quantity)
    less = Line(f"less what they stood at since {title(sold)}", -stood, id=sold.id)
    what = "settlement of units sold before they came"
    return summed(what, entry.amount, [came, less], entry.quantity, entry.id)


async def _provisional_part(trace: Trace, entry: Entry) -> Entry | None:
    """The part with the provisional units of what a variance corrects."""
    found = await trace.records.entries(
        "document = $1 and provisional_quantity > 0 and type <> 'cogs_reversal'", entry.corrects
    )
    return found[0] if found else None


async def _stood_at(trace: Trace, sold: Entry, quantity: Decimal) -> Decimal:
    """Provisional cost of some of a record's units, before it was booked at another."""
    apart = await trace.records.entries(
        "corrects = $1 and type in ('non_diminishing_override', 'return_difference')",
        sold.document,
    )
    cost = await provisional_cost(trace, sold)
    cost = (cost if sold.quantity > 0 else -cost) + sum((a.amount for a in apart), Decimal())
    return exact(Fraction(cost) * Fraction(quantity) / Fraction(sold.provisional_quantity))


async def _arrived_shares(trace: Trace, entry: Entry) -> list[Share]:
    """What one unit consists of that came with the movement of a variance."""
    for came in await trace.records.of_movement(entry):
        if came.type == "received":
            return await receipt_shares(trace, came, came.sequence)
        if came.type in ("produced", "inventory_adjustment") and came.quantity > 0:
            return [Share(await trace.line(came), 1 / Fraction(came.quantity), came.sequence)]
    return []


async def late_cost(trace: Trace, entry: Entry) -> Line:
    """What came late on a receipt line, less what raised the units still there."""
    late = [
        each
        for each in await trace.records.of_movement(entry)
        if each.type in ("landed", "corrected") and each.charge_id == entry.charge_id
    ]
    if not late:
        return _reversal(entry)
    parts = [await trace.line(each) for each in late]
    kept = sum((each.amount for each in late), Decimal()) - entry.amount
    parts.append(Line("less what the units still there bear", -kept))
    what = f"late cost of receipt {entry.receipt_id}, of {plain(entry.quantity)} gone"
    return summed(what, entry.amount, parts, entry.quantity, entry.id)


def _reversal(entry: Entry) -> Line:
    what = f"reversed, of {plain(entry.quantity)} that came back"
    return Line(f"{title(entry)}: {what}", entry.amount, entry.quantity, entry.id)


async def override(trace: Trace, entry: Entry) -> Line:
    """Units sold below zero: their average cost, less the override that was booked."""
    sold = await _provisional_part(trace, entry)
    if sold is None:
        return _reversal(entry)
    booked = await provisional_cost(trace, sold)
    units = plain(entry.quantity)
    return summed(
        title(entry), entry.amount,
        [
            Line(f"{units} at the average", entry.amount + booked, entry.quantity),
            Line(f"less {units} at the override of {title(sold)}", -booked, id=sold.id),
        ],
        entry.quantity, entry.id,
    )  # fmt: skip


async def return_difference(trace: Trace, entry: Entry) -> Line:
    """What units returned to the supplier stood at, less the purchase price."""
    sent = await trace.records.entry(entry.corrects or "")
    if sent is None:
        return Line(title(entry), entry.amount, entry.quantity, entry.id)
    cost = entry.amount + sent.amount
    stood = await drawn(trace, sent._replace(amount=cost))
    less = Line("less their purchase cost", -sent.amount, id=sent.id)
    return summed(title(entry), entry.amount, [stood, less], entry.quantity, entry.id)


async def production_difference(trace: Trace, entry: Entry) -> Line:
    """What went into an order, less the unit cost its goods were taken in at."""
    made = await trace.records.entry(entry.corrects or "")
    if made is None:
        return Line(title(entry), entry.amount, entry.quantity, entry.id)
    parts = await components(trace, made)
    parts.append(Line("less the unit cost given", -made.amount, id=made.id))
    return summed(title(entry), entry.amount, parts, entry.quantity, entry.id)


async def components(trace: Trace, made: Entry) -> list[Line]:
    """What went into finished goods: their part, by quantity, of what their build consumed."""
    of_build = "order_id = $1 and source_id = $2 and type = $3"
    build = made.order_id, made.source_id
    consumed = await trace.records.entries(of_build, *build, "consumed")
    produced = await trace.records.entries(of_build, *build, "produced")
    units = {each.movement_id: each.quantity for each in produced}
    part = Fraction(made.quantity) / Fraction(sum(units.values(), Decimal()))
    lines = [(await trace.line(each)).scaled(part) for each in consumed]
    overhead = await trace.records.overhead(made.id)
    return [*lines, Line(f"overhead of order {made.order_id}", overhead)]


async def rounding(trace: Trace, entry: Entry) -> Line:
    """Whole cents posted beyond the exact value; what is less stays in the carry."""
    before = await trace.records.entries(
        "sku = $1 and sequence <= $2 and id <> $3", entry.sku, entry.sequence, entry.id
    )
    posted = sum((_POSTED.get(each.type, 0) * each.posted_amount for each in before), Decimal())
    value = await trace.records.value_after(entry.sku, entry.sequence)
    carry = value - posted + entry.posted_amount
    return summed(
        "rounding to what is posted", entry.amount,
        [
            Line(f"posted of {entry.sku} so far", posted),
            Line("less what it is worth exactly", -value),
            Line("stays in the carry, below a cent", carry),
        ],
        record_id=entry.id,
    )  # fmt: skip
