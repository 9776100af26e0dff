"""Documents too long for one record, in parts that add up and never repeat (contract)."""

from collections.abc import Iterable, Iterator
from typing import Final

from ullage.costing.entry import CostEntry, EntryType
from ullage.costing.money import divide

MAX_DRAWS: Final = 500
"""Layers named in one record; more go into further parts of the same document."""


BY_UNITS: Final = frozenset((EntryType.COGS_REVERSAL, EntryType.PURCHASE_RETURNED))
"""Their amount is not what the layers hold: what was booked, or the purchase price."""


def parts_of(entry: CostEntry) -> Iterable[CostEntry]:
    """Split a cost that names more than 500 layers."""
    return _split(entry) if len(entry.draws) > MAX_DRAWS else (entry,)


def _split(entry: CostEntry) -> Iterator[CostEntry]:
    """Split off 500 layers at a time; the last part has the provisional units."""
    while len(entry.draws) > MAX_DRAWS:
        draws = entry.draws[:MAX_DRAWS]
        quantity = sum([draw.quantity for draw in draws])
        amount = sum([draw.amount for draw in draws])
        if entry.type in BY_UNITS:
            amount = divide(entry.amount * quantity, entry.quantity)
        part = CostEntry(
            entry.type,
            entry.warehouse,
            quantity,
            amount,
            sum([draw.posted for draw in draws]),
            draws=draws,
        )
        yield part
        entry = entry._replace(
            quantity=entry.quantity - part.quantity,
            amount=entry.amount - part.amount,
            posted=entry.posted - part.posted,
            draws=entry.draws[MAX_DRAWS:],
        )
    yield entry
