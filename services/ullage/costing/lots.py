"""Lots in order of entry, taken from one end: how layers and oversold units are kept.

An event costs the same with ten lots or a hundred thousand. Only the newest few lie open in
`tail`; the rest are sealed into chunks that are read one at a time, never rewritten as lots are
taken, and dropped when drained. FIFO and LIFO are the same code at different ends; weighted
average cost is a stack that blends into one. Nothing outside this module knows any of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from ullage.costing.money import divide
from ullage.costing.movement import Method

OPEN_TAIL = 16
# A stack seals half its tail only, so that going up and down over the brim reseals nothing.
SEALED = {Method.FIFO: 16, Method.LIFO: 8, Method.WAC: 16}


class Lot(Protocol):
    """Units that came together, and their value, both in 10^-6."""

    @property
    def quantity(self) -> int: ...

    @property
    def value(self) -> int: ...

    def of(self, quantity: int, value: int) -> Self:
        """Return the same lot with another quantity and value."""


LotT = TypeVar("LotT", bound=Lot)


def value_of(quantity: int, lot: Lot) -> int:
    """What some units of a lot take of its value; the last unit takes all (domain 3)."""
    return divide(lot.value * quantity, lot.quantity)


class Chunks(Protocol[LotT]):
    """Where sealed lots are kept, by number."""

    def read(self, number: int) -> Sequence[LotT]: ...

    def write(self, number: int, lots: Sequence[LotT] | None) -> None:
        """Keep a chunk under a number; None drops it."""


class MemoryChunks(Generic[LotT]):
    """Sealed lots in memory."""

    def __init__(self) -> None:
        self.kept: dict[int, Sequence[LotT]] = {}

    def read(self, number: int) -> Sequence[LotT]:
        return self.kept[number]

    def write(self, number: int, lots: Sequence[LotT] | None) -> None:
        if lots is None:
            del self.kept[number]
        else:
            self.kept[number] = lots


class LotsState(NamedTuple, Generic[LotT]):
    """What is written of lots besides their chunks; its size does not grow with them.

    Sealed are the chunks from `first` up to, not including, `after`. `cursor` lots of the first
    are gone; `head` is what is left, quantity and value, of the next one if it was cut.
    """

    quantity: int = 0
    value: int = 0
    first: int = 0
    after: int = 0
    cursor: int = 0
    head: tuple[int, int] | None = None
    tail: tuple[LotT, ...] = ()


class Lots(Generic[LotT]):
    """Lots of one pool, and the end they are taken from."""

    __slots__ = (
        "_after", "_chunks", "_cursor", "_cut", "_first", "_head", "_method", "_tail",
        "last_taken", "quantity", "value",
    )  # fmt: skip

    def __init__(
        self, method: Method, chunks: Chunks[LotT], state: LotsState[LotT] | None = None
    ) -> None:
        kept = state or LotsState[LotT]()
        self._method, self._chunks = method, chunks
        self.quantity, self.value = kept.quantity, kept.value
        self._first, self._after, self._cursor = kept.first, kept.after, kept.cursor
        self._cut, self._tail = kept.head, list(kept.tail)
        self._head: LotT | None = None
        self.last_taken: LotT | None = None
        """The lot the last unit was taken from, as it was before."""

    def state(self) -> LotsState[LotT]:
        return LotsState(
            self.quantity, self.value, self._first, self._after, self._cursor, self._cut,
            tuple(self._tail),
        )  # fmt: skip

    def put(self, lot: LotT) -> None:
        """Add a lot at the newest end; under weighted average it blends into the one."""
        self.quantity += lot.quantity
        self.value += lot.value
        if self._method is Method.WAC and self._tail:
            self._tail[0] = lot.of(self.quantity, self.value)
            return
        self._tail.append(lot)
        if len(self._tail) == OPEN_TAIL:
            self._seal()

    def take(self, quantity: int) -> list[LotT]:
        """Take that many units, which must be there, and return them lot by lot."""
        taken: list[LotT] = []
        while quantity:
            lot = self.last_taken = self._next()
            if lot.quantity <= quantity:
                self._drop_next()
                part = lot
            else:
                value = value_of(quantity, lot)
                self._cut_next(lot.of(lot.quantity - quantity, lot.value - value))
                part = lot.of(quantity, value)
            quantity -= part.quantity
            self.quantity -= part.quantity
            self.value -= part.value
            taken.append(part)
        return taken

    def revalue(self, lots: Iterable[LotT]) -> None:
        """Put other lots in place of all there are, oldest first."""
        for number in range(self._first, self._after):
            self._chunks.write(number, None)
        self.quantity = self.value = self._cursor = 0
        self._first, self._cut, self._head, self._tail = self._after, None, None, []
        for lot in lots:
            self.put(lot)

    def __iter__(self) -> Iterator[LotT]:
        """Every open lot, oldest first."""
        for number in range(self._first, self._after):
            lots = self._chunks.read(number)
            if number > self._first:
                yield from lots
                continue
            yield self._head_of(lots)
            yield from lots[self._cursor + 1 :]
        yield from self._tail

    def __reversed__(self) -> Iterator[LotT]:
        """Every open lot, newest first."""
        yield from reversed(self._tail)
        for number in range(self._after - 1, self._first - 1, -1):
            lots = self._chunks.read(number)
            if number > self._first:
                yield from reversed(lots)
                continue
            yield from reversed(lots[self._cursor + 1 :])
            yield self._head_of(lots)

    def peek(self) -> LotT | None:
        """The lot the next unit will be taken from."""
        return self._next() if self.quantity else None

    def next_first(self) -> Iterator[LotT]:
        """Every open lot in the order they will be taken."""
        return reversed(self) if self._method is Method.LIFO else iter(self)

    def _next(self) -> LotT:
        if self._method is Method.LIFO:
            if not self._tail:
                self._unseal()
            return self._tail[-1]
        if self._first == self._after:
            return self._tail[0]
        if self._head is None:
            self._head = self._head_of(self._chunks.read(self._first))
        return self._head

    def _head_of(self, lots: Sequence[LotT]) -> LotT:
        lot = lots[self._cursor]
        return lot.of(*self._cut) if self._cut else lot

    def _cut_next(self, lot: LotT) -> None:
        if self._method is Method.LIFO:
            self._tail[-1] = lot
        elif self._first == self._after:
            self._tail[0] = lot
        else:
            self._head, self._cut = lot, (lot.quantity, lot.value)

    def _drop_next(self) -> None:
        if self._method is Method.LIFO:
            self._tail.pop()
        elif self._first == self._after:
            del self._tail[0]
        else:
            self._head, self._cut = None, None
            self._cursor += 1
            if self._cursor == len(self._chunks.read(self._first)):
                self._chunks.write(self._first, None)
                self._first += 1
                self._cursor = 0

    def _seal(self) -> None:
        sealed = SEALED[self._method]
        self._chunks.write(self._after, tuple(self._tail[:sealed]))
        self._after += 1
        del self._tail[:sealed]

    def _unseal(self) -> None:
        self._after -= 1
        self._tail = list(self._chunks.read(self._after))
        self._chunks.write(self._after, None)
