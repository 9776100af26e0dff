"""What each type of record does to the pools: one function each, found in one table."""

from collections.abc import Callable

from ullage.sink.explain.arriving import adjust, produce, receive
from ullage.sink.explain.facts import Entry, Movement
from ullage.sink.explain.flow import Flow
from ullage.sink.explain.late import come_late, merge
from ullage.sink.explain.leaving import leave, send_back, transfer
from ullage.sink.explain.returning import take_back

Rule = Callable[[Flow, Movement, list[Entry]], None]


def _adjusted(flow: Flow, movement: Movement, document: list[Entry]) -> None:
    (leave if document[0].quantity < 0 else adjust)(flow, movement, document)


RULES: dict[str, Rule] = {
    "received": receive,
    "landed": come_late,
    "corrected": come_late,
    "produced": produce,
    "inventory_adjustment": _adjusted,
    "cogs": leave,
    "write_off": leave,
    "consumed": leave,
    "purchase_returned": send_back,
    "transferred": transfer,
    "cogs_reversal": take_back,
}


def follow(flow: Flow, movement: Movement) -> None:
    """Apply a movement to the pools, and tell what its records were made of."""
    flow.begin(movement)
    if movement.merged:
        merge(flow, movement)
    for document in _documents(movement):
        rule = RULES.get(document[0].type)
        if rule:
            rule(flow, movement, document)
    flow.end(movement)


def _documents(movement: Movement) -> list[list[Entry]]:
    """Records in parts together. Units leave before the rest of their value is adjusted."""
    documents: dict[str, list[Entry]] = {}
    for entry in movement.entries:
        documents.setdefault(entry.document, []).append(entry)
    found = list(documents.values())
    return sorted(found, key=lambda document: not document[0].quantity)
