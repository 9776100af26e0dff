"""Costs that come after the units: on those still there, and on those gone (domain 4)."""

from typing import NamedTuple

from ullage.sink.explain.facts import Entry, Movement
from ullage.sink.explain.flow import Expected, Flow, Portion, ReceiptLine
from ullage.sink.explain.line import plain
from ullage.sink.explain.pool import Lot, Pool
from ullage.sink.explain.value import Parts, Source, add, divide, share, spread, total


class Place(NamedTuple):
    """A lot, and how many of its units are a receipt line's."""

    pool: Pool
    lot: Lot
    units: int


def come_late(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """A charge or a correction: raises the lots of its line, the rest is variance."""
    if movement.of("received"):
        return
    [entry] = document
    line = _line_of(flow, entry)
    gone = [each for each in movement.of("late_cost") if each.charge_id == entry.charge_id]
    there = line.units - sum(each.quantity for each in gone)
    if flow.method == "wac":
        places = _at_average(flow, entry, there)
    else:
        places = _places(flow, line)
        there = min(sum(place.units for place in places), line.units)
    source = Source(entry.id)
    kept = 0
    if there > 0 and places:
        kept = _raise(flow, places, source, divide(entry.amount * there, line.units))
    _note(flow, line, {source: entry.amount})
    if entry.type == "corrected":
        line.purchase = add(line.purchase, {source: entry.amount})
    if entry.amount != kept:
        units = line.units - there
        portion = Portion(f"of {plain(units)} gone", units, {source: entry.amount - kept})
        flow.expect(Expected("late_cost", units, [portion], charge_id=entry.charge_id))


def merge(flow: Flow, movement: Movement) -> None:
    """Receipts become one layer a pool, in the place of the earliest (domain 6)."""
    family: set[int] = set()
    for line in movement.merged:
        _join(flow, flow.origins.get((line,), 0), family)
    for pool in flow.pools.values():
        lots = [lot for lot in pool.lots if lot.origin in family]
        if len(lots) > 1 and flow.method != "wac":
            _merge(flow, pool, lots, movement.reference)


def _join(flow: Flow, origin: int, family: set[int]) -> None:
    """A receipt line, and what its units were merged into before."""
    if origin in flow.lines and origin not in family:
        family.add(origin)
        for group, _ in flow.lines[origin].joined:
            _join(flow, group, family)


def _merge(flow: Flow, pool: Pool, lots: list[Lot], receipt_id: str | None) -> None:
    group = ReceiptLine(-flow.next_group(), receipt_id)
    first, *others = lots
    pool.split_off(first, flow.new_ids())
    units: dict[int, int] = {}
    for lot in lots:
        units[lot.origin] = units.get(lot.origin, 0) + lot.units
    for origin, joined in units.items():
        flow.lines[origin].joined.append((group.origin, joined))
        group.units += joined
    for lot in others:
        pool.lots.remove(lot)
        first.units += lot.units
        first.parts = add(first.parts, lot.parts)
    first.receipt_id, first.origin = receipt_id, group.origin
    flow.lines[group.origin] = group


def _line_of(flow: Flow, entry: Entry) -> ReceiptLine:
    """The receipt line that a late cost is of; a refused one has no units."""
    origin = flow.origins.setdefault(entry.receipt_line, flow.sequence)
    return flow.lines.setdefault(origin, ReceiptLine(origin, entry.receipt_id))


def _places(flow: Flow, line: ReceiptLine) -> list[Place]:
    """Where its units lie, each lot once; of receipts merged its part of what is left."""
    units = {lot: lot.units for _, lot in flow.lots() if lot.origin == line.origin}
    for group, joined in line.joined:
        whole = flow.lines[group]
        for _, lot, there in _places(flow, whole):
            part = units.get(lot, 0) + divide(there * joined, whole.units)
            units[lot] = min(part, lot.units)
    return [Place(pool, lot, units[lot]) for pool, lot in flow.lots() if units.get(lot)]


def _at_average(flow: Flow, entry: Entry, there: int) -> list[Place]:
    """In the pool of the receipt, or if that holds none in all that hold units."""
    own = flow.pools.get(entry.warehouse if flow.by_warehouse else None)
    lots = [(own, lot) for lot in own.lots] if own else []
    lots = lots or list(flow.lots())
    held, places = sum(lot.units for _, lot in lots), []
    for pool, lot in lots:
        units = divide(there * lot.units, held)
        held, there = held - lot.units, there - units
        places.append(Place(pool, lot, units))
    return places


def _raise(flow: Flow, places: list[Place], source: Source, amount: int) -> int:
    """Raise lots by the units in them, none below zero; by how much in all."""
    new_id, raised = flow.new_ids(), 0
    shares = spread(amount, [place.units for place in places])
    for (pool, lot, _), part in zip(places, shares, strict=True):
        change = max(part, -lot.value)
        if change and flow.method != "wac":
            pool.split_off(lot, new_id)
        lot.parts = add(lot.parts, {source: change})
        raised += change
    return raised


def _note(flow: Flow, line: ReceiptLine, late: Parts) -> None:
    """Keep what came late, of each group of receipts its part."""
    line.late.append((flow.sequence, late))
    for group, units in line.joined:
        part = divide(total(late) * units, line.units)
        _note(flow, flow.lines[group], share(late, part))
