"""Units at the average: a part of everything that is in the pool when they leave."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from ullage.sink.explain.line import Line, exact, money, summed
from ullage.sink.explain.pools import Brought, pool_before
from ullage.sink.explain.records import Entry
from ullage.sink.explain.tracing import Trace
from ullage_schemas.money import plain

MOST_LINES = 100
"""Additions told one by one; more are added up by what they are."""

_FOLLOWED = ("received", "landed", "corrected")


async def at_average(trace: Trace, entry: Entry, quantity: Decimal, amount: Decimal) -> Line:
    """Trace units that left at the average, of all that came since the pool was last empty."""
    pool = await pool_before(trace.records, entry)
    units = sum((units for _, units, _ in pool), Decimal())
    value = sum((value for _, _, value in pool), Decimal())
    if units <= 0:
        return Line("units at the average", amount, quantity)
    unit_cost = money(exact(Fraction(value) / Fraction(units)))
    factor = Fraction(quantity) / Fraction(units)
    parts = [line.scaled(factor) for line in await _contents(trace, pool)]
    what = (
        f"{plain(quantity)} of {plain(units)} worth {money(value)}, at {unit_cost} on average"
    )
    return summed(what, amount, parts, quantity)


async def _contents(trace: Trace, pool: list[Brought]) -> list[Line]:
    """What is in the pool: additions each, and what left of each kind in one line."""
    pool = [brought for brought in pool if brought.value]
    came = [(record, value) for record, _, value in pool if _came(record, value)]
    lines = [await _addition(trace, record, value) for record, value in came[:MOST_LINES]]
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for record, value in came[MOST_LINES:]:
        sums[f"{record.type.replace('_', ' ')}, later"] += value
    for record, _, value in pool:
        if not _came(record, value):
            sums[f"{record.type.replace('_', ' ')}, before this"] += value
    return lines + [Line(what, value) for what, value in sums.items()]


def _came(record: Entry, value: Decimal) -> bool:
    return value > 0 or record.type in _FOLLOWED


async def _addition(trace: Trace, record: Entry, value: Decimal) -> Line:
    if record.type in _FOLLOWED:
        line = await trace.line(record)
        return line if value == line.amount else line.scaled(Fraction(value / record.amount))
    what = f"{record.type.replace('_', ' ')} (event {record.source_id})"
    return Line(what, value, record.quantity, record.id)
