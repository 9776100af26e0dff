"""Documents too long for one record, in parts that add up and never repeat (contract)."""

from collections.abc import Iterable, Iterator
from typing import Final

from ullage.costing.entry import CostEntry

MAX_DRAWS: Final = 500
"""Layers named in one record; more go into further parts of the same document."""


def parts_of(entry: CostEntry) -> Iterable[CostEntry]:
    """Split a cost that names more than 500 layers."""
    return _split(entry) if len(entry.draws) > MAX_DRAWS else (entry,)


def _split(entry: CostEntry) -> Iterator[CostEntry]:
    """Split off 500 layers at a time; the last part has the provisional units."""
    while len(entry.draws) > MAX_DRAWS:
        draws = entry.draws[:MAX_DRAWS]
        part = CostEntry(
            entry.type,
            entry.warehouse,
            sum([draw.quantity for draw in draws]),
            sum([draw.amount for draw in draws]),
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
