"""Units that leave a pool, or change pools: from lots, and beyond them oversold (domain 4)."""

from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from ullage.sink.explain.arriving import arrive
from ullage.sink.explain.facts import Draw, Entry, Movement
from ullage.sink.explain.flow import Expected, Flow, OrderLine, Portion
from ullage.sink.explain.line import money, plain
from ullage.sink.explain.pool import Lot
from ullage.sink.explain.value import MICRO, Source, add, divide, share

PROVISIONAL = "at a provisional cost"


class Drawn(NamedTuple):
    """What a record took: lots, what it says of each, and what it oversold."""

    lots: list[Lot]
    portions: list[Portion]
    oversold: Lot | None


def leave(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """Sales, write-offs, consumption and adjustments downward."""
    for entry in document:
        drawn = _draw(flow, entry, abs(entry.amount))
        sign = -1 if entry.quantity < 0 else 1
        flow.told[entry.id] = [
            Portion(what, sign * units, add({}, parts, sign))
            for what, units, parts in drawn.portions
        ]
        if drawn.oversold:
            _override(flow, movement, entry, drawn.oversold)
        if entry.type == "cogs":
            _remember(flow, entry, drawn)


def send_back(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """Returns to suppliers: at the purchase cost; what they stood at beyond it is apart."""
    line = flow.lines.get(flow.origins.get(document[0].receipt_line, 0))
    units = sum(entry.quantity for entry in document)
    price = sum(entry.amount for entry in document)
    apart = movement.of("return_difference")
    stood_at = price + sum(each.amount for each in apart)
    stood: list[Portion] = []
    for entry in document:
        others = sum(other.drawn for other in document if other is not entry)
        stood += _draw(flow, entry, stood_at - others).portions
    if not apart:
        # They stood at their purchase cost, whatever made it up: there is no record of it.
        flow.tell(document, stood)
        return
    bought = share(line.purchase, price) if line else {}
    what = f"their purchase cost in receipt {document[0].receipt_id}"
    flow.tell(document, [Portion(what, units, bought)])
    less = Portion("less their purchase cost", units, add({}, bought, -1))
    flow.expect(Expected("return_difference", units, [*stood, less]))


def transfer(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """Lots change pools as they are, oldest first; those short come at the same cost."""
    if not flow.by_warehouse:
        return
    lots: list[Lot] = []
    short: list[Lot] = []
    for entry in document:
        drawn = _draw(flow, entry, entry.amount)
        flow.told[entry.id] = drawn.portions
        lots += drawn.lots
        if drawn.oversold:
            short = [Lot(drawn.oversold.units, drawn.oversold.parts)]
    new_id = flow.new_ids()
    lots.sort(key=lambda lot: lot.placed)
    for _, parts in groupby([*lots, *short], key=lambda lot: lot.layer_id):
        layer_id = new_id()
        for lot in parts:
            arrive(flow, document[0].to_warehouse, replace(lot, layer_id=layer_id))


def _draw(flow: Flow, entry: Entry, cost: int) -> Drawn:
    """Take a record's units off their lots; what they cost beyond them is provisional."""
    pool = flow.pool(entry.warehouse)
    there = abs(entry.quantity) - entry.provisional_quantity
    draws, average = entry.draws, flow.method == "wac"
    if average:
        draws = (Draw("", None, there, 0),) * bool(there)
    lots, portions = [], []
    for draw in draws:
        whole, worth = (pool.units, pool.value) if average else (0, 0)
        lot = pool.take(abs(draw.quantity), draw.layer_id, draw.receipt_id)
        what = f"{plain(lot.units)} from layer {draw.layer_id}"
        if average and whole:
            unit_cost = money(divide(worth * MICRO, whole))
            what = f"{plain(lot.units)} of {plain(whole)} worth {money(worth)}, at {unit_cost}"
        lots.append(lot)
        portions.append(Portion(what, lot.units, lot.parts))
    if not entry.provisional_quantity:
        return Drawn(lots, portions, None)
    owed = _owed(entry, cost - (sum(lot.value for lot in lots) if average else entry.drawn))
    pool.oversold.append(owed)
    what = f"{plain(owed.units)} not there yet, at a provisional cost"
    return Drawn(lots, [*portions, Portion(what, owed.units, owed.parts)], owed)


def _owed(entry: Entry, provisional: int) -> Lot:
    """Units that a record took beyond what was there."""
    parts = {Source(entry.id, PROVISIONAL): provisional} if provisional else {}
    units = entry.provisional_quantity
    return Lot(units, parts, document=entry.document, booked=parts)


def _override(flow: Flow, movement: Movement, entry: Entry, owed: Lot) -> None:
    """What was sold below zero stands at the average, and was booked at the override."""
    for each in movement.of("non_diminishing_override"):
        average = {Source(each.id, "at the average"): each.amount + owed.value}
        portions = [
            Portion(f"{plain(owed.units)} at the average", owed.units, average),
            Portion("less what they were booked at", owed.units, add({}, owed.booked, -1)),
        ]
        owed.parts = average
        flow.expect(Expected(each.type, owed.units, portions, corrects=entry.document))


def _remember(flow: Flow, entry: Entry, drawn: Drawn) -> None:
    """Keep what the units of an order line cost, for when they come back (domain 6)."""
    line = flow.orders.setdefault(entry.order_line, OrderLine())
    for lot in drawn.lots:
        line.pieces.append(replace(lot, since=flow.sequence, booked=lot.parts))
    if drawn.oversold:
        drawn.oversold.order = entry.order_line
        line.owed.append(drawn.oversold)
