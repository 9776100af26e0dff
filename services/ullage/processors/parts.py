"""Documents too long for one record, in parts that add up and never repeat (contract)."""

from collections.abc import Iterable, Iterator
from typing import Final

from ullage.costing.entry import CostEntry
from ullage.costing.posting import InventoryAccount

MAX_DRAWS: Final = 500
"""Layers named in one record; more go into further parts of the same document."""


def parts_of(entry: CostEntry, account: InventoryAccount) -> Iterable[CostEntry]:
    """Split a cost that names more than 500 layers."""
    return _split(entry, account) if len(entry.draws) > MAX_DRAWS else (entry,)


def _split(entry: CostEntry, account: InventoryAccount) -> Iterator[CostEntry]:
    """Split off 500 layers at a time; the last part has the provisional units."""
    while len(entry.draws) > MAX_DRAWS:
        draws, rest = entry.draws[:MAX_DRAWS], entry.draws[MAX_DRAWS:]
        quantity = sum(draw.quantity for draw in draws)
        amount = sum(draw.amount for draw in draws)
        posted, left = account.split(entry.posted, amount)
        yield CostEntry(entry.type, entry.warehouse, quantity, amount, posted, 0, draws)
        entry = CostEntry(
            entry.type,
            entry.warehouse,
            entry.quantity - quantity,
            entry.amount - amount,
            left,
            entry.provisional_quantity,
            rest,
        )
    yield entry
