"""What an input reached: the costs that value of a receipt, or of a charge, went into."""

from ullage.sink.explain.facts import Entry, History
from ullage.sink.explain.flow import Flow
from ullage.sink.explain.line import Line
from ullage.sink.explain.records import Records
from ullage.sink.explain.rules import follow
from ullage.sink.explain.value import Parts, divide
from ullage.sink.explain.words import title
from ullage.sink.signs import SIGN_OF

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
    for draw in entry.draws if entry.type in ("cogs", "write_off", "consumed") else ():
        for late in await records.entries(
            _CAME_LATE, entry.sku, draw.receipt_id, entry.sequence
        ):
            part = divide(late.amount * draw.quantity, late.quantity)
            what = f"part of {title(late)}"
            found.append(Line(what, part, draw.quantity, late.id))
    return found


def reached(history: History, sources: list[Entry]) -> list[Line]:
    """Every record of a SKU that value of these went into, and what is still in stock.

    The lines add up to what the sources brought.
    """
    flow, ids = Flow(history.method, history.by_warehouse), {one.id for one in sources}
    lines = []
    for movement in history.movements:
        follow(flow, movement)
        for entry in movement.entries:
            line = _part(flow, entry, ids)
            if line and line.micros:
                lines.append(line)
    stock = sum(_of(lot.parts, ids) for pool in flow.pools.values() for lot in pool.lots) - sum(
        _of(lot.parts, ids) for pool in flow.pools.values() for lot in pool.oversold
    )
    return [*lines, Line(f"in stock of {sources[0].sku}", stock)]


def _part(flow: Flow, entry: Entry, ids: set[str]) -> Line | None:
    """What of a record is of the sources: positive where it leaves the stock."""
    sign = SIGN_OF.get(entry.type)
    if sign is None or not sign.amount:
        return None
    portions = [one for one in flow.told.get(entry.id, ()) if _of(one.parts, ids)]
    amount = -sign.amount * sum(_of(one.parts, ids) for one in portions)
    units = sum(one.units for one in portions) if flow.method != "wac" else None
    return Line(f"in {title(entry)}", amount, units, entry.id)


def _of(parts: Parts, ids: set[str]) -> int:
    return sum(amount for source, amount in parts.items() if source.record_id in ids)
