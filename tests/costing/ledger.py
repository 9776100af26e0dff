"""A kernel book run over a history, with what the laws are about counted on the side."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from tests.costing.strategies import SKU
from ullage.costing.apply import apply
from ullage.costing.book import Book, BookState
from ullage.costing.entry import CostEntry, CostVariance, Entry, VarianceKind
from ullage.costing.errors import CostingError
from ullage.costing.layers import Layer, OpenLayer, Oversold, PoolChunks
from ullage.costing.lots import MemoryChunks
from ullage.costing.movement import Movement

SIGN = {"received": 1, "inventory_adjustment": 1, "cogs": -1, "write_off": -1, "transferred": 0}
"""What each cost entry does to units, value and the inventory account."""


_STATE: Final = msgspec.json.Decoder(BookState)
_LAYERS: Final = msgspec.json.Decoder(tuple[Layer, ...])
_OVERSOLD: Final = msgspec.json.Decoder(tuple[Oversold, ...])


class Shelf:
    """Where a book's chunks lie while the book is closed."""

    def __init__(self) -> None:
        self.layers: dict[str | None, MemoryChunks[Layer]] = {}
        self.oversold: dict[str | None, MemoryChunks[Oversold]] = {}

    def __call__(self, warehouse: str | None) -> PoolChunks:
        layers = self.layers.setdefault(warehouse, MemoryChunks())
        return PoolChunks(layers, self.oversold.setdefault(warehouse, MemoryChunks()))


class Everything(NamedTuple):
    """All that is kept of a book, as bytes would be: nothing in it is shared with the book."""

    state: BookState
    layers: dict[str | None, dict[int, Sequence[Layer]]]
    oversold: dict[str | None, dict[int, Sequence[Oversold]]]
    published: list[OpenLayer]


class Ledger:
    """One book, its shelf, and the entries of every movement that was applied."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.book = Book(SKU, self.shelf)
        self.entries: list[Entry] = []
        self.refused: list[tuple[str, int]] = []
        self.applied = 0

    def apply(self, movement: Movement) -> list[Entry]:
        """Apply, or note the refusal and its code; returns this movement's entries."""
        try:
            entries = apply(self.book, movement)
        except CostingError as refusal:
            self.refused.append((movement.id, refusal.code))
            return []
        self.applied += 1
        self.entries += entries
        return entries

    def run(self, history: Iterable[Movement]) -> "Ledger":
        for movement in history:
            self.apply(movement)
        return self

    def reopen(self) -> None:
        """Close the book and open it again from the bytes that were written of it."""
        state = _STATE.decode(msgspec.json.encode(self.book.state()))
        written, self.shelf = self.shelf, Shelf()
        for name in written.layers:
            layers, oversold = self.shelf(name)
            for number, lots in written.layers[name].kept.items():
                layers.write(number, _LAYERS.decode(msgspec.json.encode(lots)))
            for number, owed in written.oversold[name].kept.items():
                oversold.write(number, _OVERSOLD.decode(msgspec.json.encode(owed)))
        self.book = Book(SKU, self.shelf, state)

    def everything(self) -> Everything:
        return Everything(
            self.book.state(),
            {
                name: {**chunks.kept}
                for name, chunks in self.shelf.layers.items()
                if chunks.kept
            },
            {
                name: {**chunks.kept}
                for name, chunks in self.shelf.oversold.items()
                if chunks.kept
            },
            list(self.book.open_layers()),
        )

    @property
    def costs(self) -> list[CostEntry]:
        return [entry for entry in self.entries if isinstance(entry, CostEntry)]

    def cost_variances(self, rounding: bool) -> list[CostVariance]:
        """The cost variances, with or without those that are only posted."""
        return [
            entry
            for entry in self.entries
            if isinstance(entry, CostVariance)
            and (rounding or entry.kind is not VarianceKind.ROUNDING)
        ]
