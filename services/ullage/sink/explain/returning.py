"""Sale returns: units of an order line come back at what they cost now (domain 6)."""

from dataclasses import replace

from ullage.sink.explain.arriving import arrive
from ullage.sink.explain.facts import Entry, Movement
from ullage.sink.explain.flow import Expected, Flow, OrderLine, Portion
from ullage.sink.explain.line import plain
from ullage.sink.explain.pool import Lot
from ullage.sink.explain.value import Parts, Source, add, share, total

CANCELLED = "cancelled before they came"
BACK = "that came back, as they were booked"
AVERAGE = "of no known sale, at the average"


def take_back(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """Cancel what never came, then take back what was drawn last; the rest is not known."""
    first = document[0]
    wanted = sum(entry.quantity for entry in document)
    line = flow.orders.get(first.order_line, OrderLine())
    cancelled = _cancel(flow, first, line, wanted)
    wanted -= sum(lot.units for lot in cancelled)
    pieces = _last_drawn(line, wanted)
    wanted -= sum(lot.units for lot in pieces)
    unknown = _unknown(document, wanted, [*cancelled, *pieces])
    told = [*_booked(cancelled, CANCELLED), *_booked(pieces, BACK), *_booked(unknown, AVERAGE)]
    for lot in cancelled:
        lot.override = add(lot.parts, lot.booked, -1)
        told += _uncorrect(flow, first, lot, {})
    backs, late = _by_receipt(flow, pieces)
    new_id = flow.new_ids()
    for back in backs:
        told += _uncorrect(flow, first, back, late[back.origin])
        back.parts = add(back.parts, late[back.origin])
    flow.tell(document, told)
    for lot in (*backs, *unknown):
        arrive(flow, first.warehouse, replace(lot, layer_id=new_id()))


def _unknown(document: list[Entry], units: int, known: list[Lot]) -> list[Lot]:
    """Units of no known sale: at what is booked beyond those that are known."""
    if not units:
        return []
    cost = sum(one.amount for one in document) - sum(total(lot.booked) for lot in known)
    parts = {Source(document[0].id, AVERAGE): cost} if cost else {}
    return [Lot(units, parts, booked=parts)]


def _booked(lots: list[Lot], what: str) -> list[Portion]:
    return [Portion(f"{plain(lot.units)} {what}", lot.units, lot.booked) for lot in lots]


def _cancel(flow: Flow, entry: Entry, line: OrderLine, wanted: int) -> list[Lot]:
    """Take units off that never came, the latest first."""
    cancelled = []
    line.owed = [lot for lot in line.owed if lot.units]
    while line.owed and wanted:
        part = line.owed[-1].take(wanted)
        wanted -= part.units
        cancelled.append(part)
        if not line.owed[-1].units:
            gone = line.owed.pop()
            for pool in flow.pools.values():
                pool.oversold = [lot for lot in pool.oversold if lot is not gone]
    return cancelled


def _last_drawn(line: OrderLine, wanted: int) -> list[Lot]:
    taken = []
    while line.pieces and wanted:
        part = line.pieces[-1].take(wanted)
        wanted -= part.units
        taken.append(part)
        if not line.pieces[-1].units:
            line.pieces.pop()
    return taken


def _by_receipt(flow: Flow, pieces: list[Lot]) -> tuple[list[Lot], dict[int, Parts]]:
    """Put units of one receipt line together; and what came late on them since."""
    backs: dict[int, Lot] = {}
    lates: dict[int, Parts] = {}
    for piece in pieces:
        line = flow.lines.get(piece.origin)
        receipt = line.receipt_id if line else None
        back = backs.setdefault(
            piece.origin, Lot(0, {}, receipt_id=receipt, origin=piece.origin)
        )
        back.units += piece.units
        back.parts = add(back.parts, piece.parts)
        back.booked = add(back.booked, piece.booked)
        back.override = add(back.override, piece.override)
        late, amount = line.late_since(piece.since, piece.units) if line else ({}, 0)
        spared = share(late, max(amount, -piece.value))
        lates[piece.origin] = add(lates.get(piece.origin, {}), spared)
    return list(backs.values()), lates


def _uncorrect(flow: Flow, entry: Entry, back: Lot, late: Parts) -> list[Portion]:
    """Reverse what was corrected on the units since their cost was booked.

    Returns what was corrected to the same amount: there is no record of it.
    """
    unrecorded = []
    settled = add(add(back.parts, back.booked, -1), back.override, -1)
    for kind, parts, corrects in (
        ("non_diminishing_override", back.override, entry.document),
        ("oversold_settlement", settled, entry.document),
        ("late_cost", late, None),
    ):
        what = f"reversed, of {plain(back.units)} that came back"
        portion = Portion(what, back.units, add({}, parts, -1))
        if total(parts):
            flow.expect(Expected(kind, back.units, [portion], corrects=corrects))
        elif parts:
            unrecorded.append(Portion("corrected to the same amount", back.units, parts))
    return unrecorded
