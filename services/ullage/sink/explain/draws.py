"""Units that left: each layer they came from, the average, or a provisional cost."""

from decimal import Decimal

from ullage.sink.explain.average import at_average
from ullage.sink.explain.layers import drawn_units
from ullage.sink.explain.line import Line, summed
from ullage.sink.explain.pools import pool_before
from ullage.sink.explain.records import Entry
from ullage.sink.explain.tracing import Trace
from ullage_schemas.money import plain


async def drawn(trace: Trace, entry: Entry) -> Line:
    """Units that left: from layers or at the average, and beyond them provisionally."""
    draws = await trace.records.draws(entry.id)
    parts = [await drawn_units(trace, entry, draw) for draw in draws]
    there = abs(entry.quantity) - entry.provisional_quantity
    if there and await trace.records.method(entry.sku) == "wac":
        parts = [await _of_pool(trace, entry, there)]
    if entry.provisional_quantity:
        amount = entry.amount - sum((part.amount for part in parts), Decimal())
        what = f"{plain(entry.provisional_quantity)} not there yet, at a provisional cost"
        parts.append(Line(what, amount, entry.provisional_quantity))
    return summed(title(entry), entry.amount, parts, entry.quantity, entry.id)


async def _of_pool(trace: Trace, entry: Entry, there: Decimal) -> Line:
    """Where units are provisional, what was there went whole."""
    amount, quantity = entry.amount, _signed(entry, there)
    if entry.provisional_quantity:
        pool = await pool_before(trace.records, entry)
        amount = _signed(entry, sum((each.value for each in pool), Decimal()))
    return await at_average(trace, entry, quantity, amount)


async def provisional_cost(trace: Trace, entry: Entry) -> Decimal:
    """What the units of a record that were not there yet were booked at."""
    if await trace.records.method(entry.sku) != "wac":
        draws = await trace.records.draws(entry.id)
        return entry.amount - sum((draw.amount for draw in draws), Decimal())
    there = abs(entry.quantity) - entry.provisional_quantity
    pool = await pool_before(trace.records, entry) if there else []
    return entry.amount - _signed(entry, sum((each.value for each in pool), Decimal()))


def _signed(entry: Entry, number: Decimal) -> Decimal:
    """Adjustments of units that leave are negative."""
    return number if entry.quantity > 0 else -number


async def moved(trace: Trace, entry: Entry) -> Line:
    """A transfer; in a common pool only stock moves, at no cost."""
    return await drawn(trace, entry) if entry.amount else Line(title(entry), entry.amount)


def title(entry: Entry) -> str:
    """What a record is, for which document.

    A return to a supplier names its receipt, a sale its order and line.
    """
    named = {
        "order": entry.order_id, "line": entry.line_id, "receipt": entry.receipt_id,
        "charge": entry.charge_id,
    }  # fmt: skip
    told = [f"{name} {value}" for name, value in named.items() if value]
    return " ".join([entry.type.replace("_", " "), *(["of", *told] if told else [])])
