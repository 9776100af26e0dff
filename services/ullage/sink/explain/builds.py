"""Finished goods: what their build consumed, and overhead, by quantity (domain 6)."""

from typing import Protocol

from ullage.sink.explain.facts import Entry
from ullage.sink.explain.line import Line
from ullage.sink.explain.records import Records
from ullage.sink.explain.value import divide, spread
from ullage.sink.explain.words import title

_MOST_COINS = 2
"""Overhead is posted in whole coins, spread by quantity: a share is off by less than this."""


class Trace(Protocol):
    """Follows other records back."""

    records: Records

    async def line(self, entry: Entry) -> Line:
        """Trace the amount of a record."""


async def produced(trace: Trace, made: Entry) -> Line:
    """Finished goods: what their components cost, and overhead; or a unit cost given."""
    given = await _differences(trace, made)
    cost = made.amount + sum(each.amount for each in given)
    parts = await _cost(trace, made, cost)
    parts += [
        Line("taken in at a unit cost given", -each.amount, None, each.id)
        for each in given
        if each.amount
    ]
    return Line(title(made), made.amount, made.quantity, made.id, tuple(parts))


async def difference(trace: Trace, entry: Entry) -> Line:
    """What went into an order, less the unit cost its goods were taken in at.

    Or a component consumed late: the goods were made without it.
    """
    made = await trace.records.entry(entry.corrects or "")
    parts = []
    if made is not None and made.type == "consumed":
        parts = [await trace.line(made)]
    elif made is not None:
        parts = await _cost(trace, made, made.amount + entry.amount)
        parts.append(Line("less the unit cost given", -made.amount, None, made.id))
    return Line(
        title(entry), entry.amount, entry.quantity, entry.id, tuple(parts), known=bool(parts)
    )


async def _differences(trace: Trace, made: Entry) -> list[Entry]:
    where = "corrects = $1 and type = 'production_difference'"
    return await trace.records.entries(where, made.id)


async def _cost(trace: Trace, made: Entry, cost: int) -> list[Line]:
    """Its part, by quantity, of what the build consumed, and of its overhead."""
    consumed = await _in_time(trace, made)
    together = await _of_build(trace, made, "produced")
    whole = sum(each.amount for each in consumed)
    part = divide(whole * made.quantity, sum(each.quantity for each in together))
    amounts = [each.amount for each in consumed]
    shares = spread(part, amounts) if whole else [0] * len(consumed)
    lines = [
        (await trace.line(each)).scaled(share)
        for each, share in zip(consumed, shares, strict=True)
        if share
    ]
    overhead = await trace.records.overhead(made.id)
    for journal_id, amount in overhead:
        lines.append(Line(f"overhead of order {made.order_id}", amount, None, journal_id))
    rest = cost - part - sum(amount for _, amount in overhead)
    coin = await trace.records.minor_unit(made.id)
    if rest and abs(rest) < _MOST_COINS * coin:
        lines.append(Line("overhead beyond what of it is posted, in whole cents", rest))
    return lines


async def _in_time(trace: Trace, made: Entry) -> list[Entry]:
    """What the build consumed; a component that came late its goods were made without."""
    differences = await _of_build(trace, made, "production_difference")
    late = {each.corrects for each in differences}
    return [each for each in await _of_build(trace, made, "consumed") if each.id not in late]


async def _of_build(trace: Trace, made: Entry, kind: str) -> list[Entry]:
    where = "order_id = $1 and source_id = $2 and type = $3"
    return await trace.records.entries(where, made.order_id, made.source_id, kind)
