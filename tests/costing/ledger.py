"""A kernel book run over a history, with what the laws are about counted on the side."""

from collections.abc import Iterable
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from tests.costing.strategies import SKU
from ullage.costing.apply import apply
from ullage.costing.book import Book, BookState
from ullage.costing.chunks import MemoryChunks, Slots
from ullage.costing.entry import CostEntry, CostVariance, Draw, Entry, VarianceKind
from ullage.costing.errors import CostingError
from ullage.costing.journal import Posting, Role, postings
from ullage.costing.kept import OrderLine, ReceiptLine
from ullage.costing.layers import Layer, OpenLayer, Oversold, PoolChunks
from ullage.costing.movement import Movement
from ullage.costing.terms import Policy

T = TypeVar("T")

SIGN = {
    "received": 1,
    "landed": 1,
    "corrected": 1,
    "produced": 1,
    "cogs_reversal": 1,
    "inventory_adjustment": 1,
    "cogs": -1,
    "write_off": -1,
    "consumed": -1,
    "purchase_returned": -1,
    "transferred": 0,
}
"""What each cost entry does to value and the inventory account; to units, if it moves any."""

MONEY_ALONE = {"landed", "corrected"}
"""Entries about units that another entry moved."""

NOT_INVENTORY = {VarianceKind.ROUNDING, VarianceKind.PRODUCTION_DIFFERENCE}
"""Cost variances that change no book value: posted only, or work in progress (domain 3)."""

_STATE: Final = msgspec.json.Decoder(BookState)
_LAYERS: Final = msgspec.json.Decoder(tuple[Layer | None, ...])
_OVERSOLD: Final = msgspec.json.Decoder(tuple[Oversold | None, ...])


class Kept(Generic[T]):
    """Records by key, as bytes: what is taken out shares nothing with what was put in."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self.written: dict[str, bytes] = {}

    def get(self, key: str) -> T | None:
        found = self.written.get(key)
        return None if found is None else msgspec.json.decode(found, type=self._kind)

    def put(self, key: str, record: T | None) -> None:
        if record is None:
            self.written.pop(key, None)
        else:
            self.written[key] = msgspec.json.encode(record)


class Shelf:
    """Where a book's chunks and records lie while the book is closed."""

    def __init__(self) -> None:
        self.layers: dict[str | None, MemoryChunks[Layer]] = {}
        self.oversold: dict[str | None, MemoryChunks[Oversold]] = {}
        self.receipts = Kept(ReceiptLine)
        self.origins = Kept(int)
        self.lines = Kept(OrderLine)

    def chunks(self, warehouse: str | None) -> PoolChunks:
        layers = self.layers.setdefault(warehouse, MemoryChunks())
        return PoolChunks(layers, self.oversold.setdefault(warehouse, MemoryChunks()))

    def copied(self) -> "Shelf":
        """The same from the bytes that were written of it."""
        copy = Shelf()
        for name in self.layers:
            layers, oversold = copy.chunks(name)
            for number, lots in self.layers[name].kept.items():
                layers.write(number, _LAYERS.decode(msgspec.json.encode(lots)))
            for number, owed in self.oversold[name].kept.items():
                oversold.write(number, _OVERSOLD.decode(msgspec.json.encode(owed)))
        copy.receipts.written = dict(self.receipts.written)
        copy.origins.written = dict(self.origins.written)
        copy.lines.written = dict(self.lines.written)
        return copy


class Everything(NamedTuple):
    """All that is kept of a book, as bytes would be: nothing in it is shared with the book."""

    state: BookState
    layers: dict[str | None, dict[int, Slots[Layer]]]
    oversold: dict[str | None, dict[int, Slots[Oversold]]]
    records: tuple[dict[str, bytes], ...]
    published: list[OpenLayer]


class Ledger:
    """One book, its shelf, and the entries of every movement that was applied."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.book = Book(SKU, self.shelf)
        self.entries: list[Entry] = []
        self.postings: list[Posting] = []
        self.refused: list[tuple[str, int]] = []
        self.applied = 0

    def apply(self, movement: Movement | Policy) -> list[Entry]:
        """Apply, or note the refusal and its code; returns this movement's entries."""
        if isinstance(movement, Policy):
            self.book.policy = movement
            return []
        try:
            entries = apply(self.book, movement)
        except CostingError as refusal:
            self.refused.append((movement.id, refusal.code))
            return []
        self.applied += 1
        self.entries += entries
        for entry in entries:
            self.postings += postings(movement, entry)
        return entries

    def run(self, history: Iterable[Movement | Policy]) -> "Ledger":
        for movement in history:
            self.apply(movement)
        return self

    def reopen(self) -> None:
        """Close the book and open it again from the bytes that were written of it."""
        state = _STATE.decode(msgspec.json.encode(self.book.state()))
        self.shelf, policy = self.shelf.copied(), self.book.policy
        self.book = Book(SKU, self.shelf, state, policy)

    def everything(self) -> Everything:
        shelf = self.shelf
        return Everything(
            self.book.state(),
            {name: {**chunks.kept} for name, chunks in shelf.layers.items() if chunks.kept},
            {name: {**chunks.kept} for name, chunks in shelf.oversold.items() if chunks.kept},
            tuple(dict(kept.written) for kept in (shelf.receipts, shelf.origins, shelf.lines)),
            list(self.book.open_layers()),
        )

    @property
    def costs(self) -> list[CostEntry]:
        return [entry for entry in self.entries if isinstance(entry, CostEntry)]

    @property
    def cost_variances(self) -> list[CostVariance]:
        return [entry for entry in self.entries if isinstance(entry, CostVariance)]

    def balance(self, role: Role) -> int:
        """What the account of a role holds, debits less credits."""
        debits = sum(one.amount for one in self.postings if one.debit is role)
        return debits - sum(one.amount for one in self.postings if one.credit is role)


def units_moved(entry: CostEntry) -> int:
    """What an entry does to the units on hand."""
    return 0 if entry.type in MONEY_ALONE else SIGN[entry.type] * entry.quantity


def value_moved(entry: Entry) -> int:
    """What an entry does to the book value, with its sign (domain 3)."""
    if isinstance(entry, CostEntry):
        return SIGN[entry.type] * entry.amount
    if isinstance(entry, CostVariance) and entry.kind not in NOT_INVENTORY:
        return -entry.amount
    return 0


def without_layer_ids(entries: Iterable[Entry]) -> list[Entry]:
    """Entries without the ids of layers, which depend on how layers are kept."""
    return [
        entry._replace(draws=tuple(Draw("", *draw[1:]) for draw in entry.draws))
        if isinstance(entry, CostEntry)
        else entry
        for entry in entries
    ]
