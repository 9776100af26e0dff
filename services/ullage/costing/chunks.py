"""Where lots are kept that are not in hand: sealed chunks, and the header beside them."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from ullage.costing.money import divide


class Lot(Protocol):
    """Units that came together, and their value, both in 10^-6."""

    @property
    def quantity(self) -> int: ...

    @property
    def value(self) -> int: ...

    def of(self, quantity: int, value: int) -> Self:
        """Return the same lot with another quantity and value."""


LotT = TypeVar("LotT", bound=Lot)

Slots = Sequence[LotT | None]
"""Places for lots, in order of entry; None is a hole that a lot has left."""


def value_of(quantity: int, lot: Lot) -> int:
    """What some units of a lot take of its value; the last unit takes all (domain 3)."""
    return divide(lot.value * quantity, lot.quantity)


class Chunks(Protocol[LotT]):
    """Where sealed lots are kept, by number."""

    def read(self, number: int) -> Slots[LotT]: ...

    def write(self, number: int, lots: Slots[LotT] | None) -> None:
        """Keep a chunk under a number; None drops it."""


class MemoryChunks(Generic[LotT]):
    """Sealed lots in memory."""

    def __init__(self) -> None:
        self.kept: dict[int, Slots[LotT]] = {}

    def read(self, number: int) -> Slots[LotT]:
        return self.kept[number]

    def write(self, number: int, lots: Slots[LotT] | None) -> None:
        if lots is None:
            del self.kept[number]
        else:
            self.kept[number] = lots


class LotsState(NamedTuple, Generic[LotT]):
    """What is written of lots besides their chunks; its size does not grow with them.

    Sealed are the chunks from `first` up to, not including, `after`. `cursor` slots of the
    first (of the tail, if none is sealed) are drained; `head` is what is left, quantity and
    value, of the next one if it was cut.
    """

    quantity: int = 0
    value: int = 0
    first: int = 0
    after: int = 0
    cursor: int = 0
    head: tuple[int, int] | None = None
    tail: tuple[LotT | None, ...] = ()
