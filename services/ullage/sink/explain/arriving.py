"""Units that come, by receipt, production or adjustment; and changes of value (domain 4-6)."""

from ullage.sink.explain.facts import Entry, Movement
from ullage.sink.explain.flow import Expected, Flow, Portion, ReceiptLine
from ullage.sink.explain.line import plain
from ullage.sink.explain.pool import Lot
from ullage.sink.explain.value import Source, add, total


def receive(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """A receipt line: its price, its charges, and what it absorbs beyond them."""
    [received] = document
    parts = {Source(received.id): received.amount}
    line = ReceiptLine(flow.sequence, received.receipt_id, received.quantity, parts)
    for each in movement.of("landed", "landed_over_absorption"):
        sign = 1 if each.type == "landed" else -1
        parts = add(parts, {Source(each.id): sign * each.amount})
    if total(parts) < 0:
        # As with a late credit: no layer falls below zero (domain 4).
        beyond = Portion("credits beyond what they cost", received.quantity, parts)
        flow.expect(Expected("late_cost", received.quantity, [beyond]))
        parts = {}
    flow.lines[flow.sequence] = line
    flow.origins[received.receipt_line] = flow.origins[(received.movement_id,)] = flow.sequence
    lot = Lot(received.quantity, parts, _layer(flow, received))
    if flow.method != "wac":
        # An average is of no receipt: units of it that come back bear no late cost.
        lot.receipt_id, lot.origin = received.receipt_id, flow.sequence
    arrive(flow, received.warehouse, lot)


def produce(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """Finished goods come at what the order consumed, or at the cost given."""
    _come(flow, document)


def adjust(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    """Units found come at what they are taken in at; a change of value is spread (domain 6)."""
    [entry] = document
    if entry.quantity:
        _come(flow, document)
    else:
        flow.pool(entry.warehouse).revalue(Source(entry.id), entry.amount)


def arrive(flow: Flow, warehouse: str | None, came: Lot) -> None:
    """Put units into a pool; what they settle is a variance, and known to its order line."""
    for owed, part in flow.pool(warehouse).put(came):
        units = plain(owed.units)
        portions = [
            Portion(f"{units} that came, at what they cost", owed.units, part.parts),
            Portion("less what they stood at", owed.units, add({}, owed.parts, -1)),
        ]
        kind = "oversold_settlement"
        flow.expect(Expected(kind, owed.units, portions, corrects=owed.document))
        if owed.order:
            override = add(owed.parts, owed.booked, -1)
            piece = Lot(
                owed.units, part.parts, origin=part.origin, since=flow.sequence,
                booked=owed.booked, override=override,
            )  # fmt: skip
            flow.orders[owed.order].pieces.append(piece)


def _come(flow: Flow, document: list[Entry]) -> None:
    [entry] = document
    lot = Lot(entry.quantity, {Source(entry.id): entry.amount}, _layer(flow, entry))
    lot.receipt_id = entry.draws[0].receipt_id if entry.draws else None
    arrive(flow, entry.warehouse, lot)


def _layer(flow: Flow, entry: Entry) -> str:
    """The layer that was made, or the one that the units joined."""
    return entry.draws[0].layer_id if entry.draws else str(flow.sequence)
