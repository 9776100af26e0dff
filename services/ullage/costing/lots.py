"""Lots in order of entry, taken from one end: how layers and oversold units are kept.

An event costs the same with ten lots or a hundred thousand. Only the newest few lie open in
`tail`; the rest are sealed into chunks that are read one at a time, not rewritten as lots are
taken, and dropped when drained. FIFO and LIFO are the same code at different ends; weighted
average cost is a stack that blends into one. Nothing outside this module knows any of it.

A lot keeps its position for as long as it is there, so one in the middle is found, changed and
taken out through one chunk; it leaves a hole. A position is used again once it is drained at
its end: who kept it asks the lot that is there whose it is.
"""

from collections.abc import Iterable, Iterator
from typing import Generic

from ullage.costing.chunks import Chunks, LotsState, LotT, Slots
from ullage.costing.money import divide
from ullage.costing.movement import Method

OPEN_TAIL = 16
# A stack seals half its tail only, so that going up and down over the brim reseals nothing.
SEALED = {Method.FIFO: 16, Method.LIFO: 8, Method.WAC: 16}


class Lots(Generic[LotT]):
    """Lots of one pool, and the end they are taken from."""

    __slots__ = (
        "_after", "_chunks", "_cursor", "_cut", "_first", "_head", "_method", "_sealed",
        "_tail", "last_taken", "quantity", "value",
    )  # fmt: skip

    def __init__(
        self, method: Method, chunks: Chunks[LotT], state: LotsState[LotT] | None = None
    ) -> None:
        kept = state or LotsState[LotT]()
        self._method, self._chunks, self._sealed = method, chunks, SEALED[method]
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

    def put(self, lot: LotT) -> int:
        """Add a lot at the newest end, or blend it into the one; returns its position."""
        self.quantity += lot.quantity
        self.value += lot.value
        if self._method is Method.WAC:
            self._tail = [lot.of(self.quantity, self.value)]
            self._head = None
            return 0
        position = self._after * self._sealed + len(self._tail)
        self._tail.append(lot)
        if self._method is Method.LIFO:
            self._head = None
        if len(self._tail) == OPEN_TAIL:
            self._seal()
        return position

    def take(self, quantity: int) -> list[LotT]:
        """Take that many units, which must be there, and return them lot by lot."""
        taken: list[LotT] = []
        while quantity:
            lot = self.last_taken = self._head or self._next()
            if lot.quantity <= quantity:
                self._drop_next()
                part = lot
            else:
                value = divide(lot.value * quantity, lot.quantity)
                self._cut_next(lot.of(lot.quantity - quantity, lot.value - value))
                part = lot.of(quantity, value)
            quantity -= part.quantity
            self.quantity -= part.quantity
            self.value -= part.value
            taken.append(part)
        if not self.quantity:
            self._clear()
        return taken

    def at(self, position: int) -> LotT | None:
        """The lot at a position, None where there is none any more."""
        start = self._first * self._sealed + self._cursor
        slot = position - self._after * self._sealed
        if position < start or slot >= len(self._tail):
            return None
        if slot >= 0:
            lot = self._tail[slot]
        else:
            lot = self._chunks.read(position // self._sealed)[position % self._sealed]
        return lot.of(*self._cut) if lot and self._cut and position == start else lot

    def replace(self, position: int, lot: LotT | None) -> None:
        """Put another lot, or a hole, where there is one."""
        there = self.at(position)
        if there is None:
            raise LookupError(f"there is no lot at {position}")
        self.quantity += (lot.quantity if lot else 0) - there.quantity
        self.value += (lot.value if lot else 0) - there.value
        if position == self._first * self._sealed + self._cursor:
            self._cut = None
        self._head = None
        slot = position - self._after * self._sealed
        if slot >= 0:
            self._tail[slot] = lot
        else:
            slots = list(self._chunks.read(position // self._sealed))
            slots[position % self._sealed] = lot
            self._chunks.write(position // self._sealed, tuple(slots))
        if lot is None:
            self._trim()

    def revalue(self, lots: Iterable[LotT]) -> None:
        """Put other lots in place of all there are, oldest first; positions stay."""
        fresh = list(lots)
        others = iter(fresh)
        for number in range(self._first, self._after):
            slots = self._chunks.read(number)
            gone = self._cursor if number == self._first else 0
            kept = [lot and next(others) for lot in slots[gone:]]
            self._chunks.write(number, (*[None] * gone, *kept))
        self._tail = [lot and next(others) for lot in self._tail]
        self._cut = self._head = None
        self.quantity = sum([lot.quantity for lot in fresh])
        self.value = sum([lot.value for lot in fresh])

    def __iter__(self) -> Iterator[LotT]:
        """Every open lot, oldest first."""
        for number in range(self._first, self._after):
            yield from self._open(number, self._chunks.read(number))
        yield from self._open(self._after, self._tail)

    def __reversed__(self) -> Iterator[LotT]:
        """Every open lot, newest first."""
        yield from reversed(self._open(self._after, self._tail))
        for number in range(self._after - 1, self._first - 1, -1):
            yield from reversed(self._open(number, self._chunks.read(number)))

    def peek(self) -> LotT | None:
        """The lot the next unit will be taken from."""
        return (self._head or self._next()) if self.quantity else None

    def newest(self) -> LotT | None:
        """The lot that came last."""
        if self._method is Method.LIFO:
            return self.peek()
        return self.at(self._after * self._sealed + len(self._tail) - 1)

    def next_place(self, position: int, step: int) -> int | None:
        """The nearest position with a lot after one, or before it (step -1)."""
        ends = self._first * self._sealed, self._after * self._sealed + len(self._tail)
        position += step
        while ends[0] <= position < ends[1] and self.at(position) is None:
            position += step
        return position if ends[0] <= position < ends[1] else None

    def next_first(self) -> Iterator[LotT]:
        """Every open lot in the order they will be taken."""
        return reversed(self) if self._method is Method.LIFO else iter(self)

    def _open(self, number: int, slots: Slots[LotT]) -> list[LotT]:
        """The lots of a chunk, or of the tail, that are there."""
        if number != self._first:
            return [lot for lot in slots if lot]
        lots = [lot for lot in slots[self._cursor :] if lot]
        if self._cut:
            lots[0] = lots[0].of(*self._cut)
        return lots

    def _next(self) -> LotT:
        while self._head is None:
            self._head = self._top() if self._method is Method.LIFO else self._oldest()
        return self._head

    def _top(self) -> LotT | None:
        """The top of the stack; a hole is taken off it."""
        if not self._tail:
            self._unseal()
        return self._tail[-1] or self._tail.pop()

    def _oldest(self) -> LotT | None:
        """The lot at the cursor; a hole is passed over."""
        in_tail = self._first == self._after
        slots: Slots[LotT] = self._tail if in_tail else self._chunks.read(self._first)
        lot = slots[self._cursor]
        if lot is None:
            self._pass_slot()
            return None
        return lot.of(*self._cut) if self._cut else lot

    def _cut_next(self, lot: LotT) -> None:
        self._head = lot
        if self._method is Method.FIFO:
            self._cut = (lot.quantity, lot.value)
        else:
            self._tail[-1] = lot

    def _drop_next(self) -> None:
        self._head = self._cut = None
        if self._method is Method.FIFO:
            self._pass_slot()
        else:
            self._tail.pop()

    def _pass_slot(self) -> None:
        if self._first == self._after:
            self._tail[self._cursor] = None
            self._cursor += 1
        elif self._cursor + 1 < self._sealed:
            self._cursor += 1
        else:
            self._chunks.write(self._first, None)
            self._first += 1
            self._cursor = 0

    def _seal(self) -> None:
        self._chunks.write(self._after, tuple(self._tail[: self._sealed]))
        self._after += 1
        del self._tail[: self._sealed]

    def _unseal(self) -> None:
        self._after -= 1
        self._tail = list(self._chunks.read(self._after))
        self._chunks.write(self._after, None)
        if self._first == self._after:
            self._tail[: self._cursor] = [None] * self._cursor

    def _trim(self) -> None:
        """Take holes off the newest end."""
        while self.quantity:
            if not self._tail and self._chunks.read(self._after - 1)[-1] is None:
                self._unseal()
            if not self._tail or self._tail[-1] is not None:
                return
            self._tail.pop()
        self._clear()

    def _clear(self) -> None:
        """Leave nothing of what is drained."""
        for number in range(self._first, self._after):
            self._chunks.write(number, None)
        self._first, self._cursor = self._after, 0
        self._cut, self._head, self._tail = None, None, []
