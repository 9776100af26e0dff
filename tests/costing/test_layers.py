"""Lots against a plain list, and what it costs to keep many of them."""

from itertools import pairwise
from typing import NamedTuple, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ullage.costing.chunks import MemoryChunks, Slots
from ullage.costing.lots import Lots
from ullage.costing.money import divide
from ullage.costing.movement import Method


class Crate(NamedTuple):
    """A lot with a name, to see which one was taken."""

    quantity: int
    value: int
    name: int

    def of(self, quantity: int, value: int) -> Self:
        return self._replace(quantity=quantity, value=value)


class CountedChunks(MemoryChunks[Crate]):
    """Chunks in memory that count how often they are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = self.writes = 0

    def read(self, number: int) -> Slots[Crate]:
        self.reads += 1
        return super().read(number)

    def write(self, number: int, lots: Slots[Crate] | None) -> None:
        self.writes += 1
        super().write(number, lots)


def take_from_list(lots: list[Crate], quantity: int, last: bool) -> list[Crate]:
    """Take units from one end of a plain list."""
    taken = []
    while quantity:
        lot = lots.pop(-1 if last else 0)
        part = min(quantity, lot.quantity)
        value = divide(lot.value * part, lot.quantity)
        taken.append(lot.of(part, value))
        if part < lot.quantity:
            rest = lot.of(lot.quantity - part, lot.value - value)
            lots.insert(len(lots) if last else 0, rest)
        quantity -= part
    return taken


# Positive: a run of that many lots comes; negative: that many percent of the units leave.
steps = st.lists(st.integers(1, 40) | st.integers(-100, -1), max_size=30)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from((Method.FIFO, Method.LIFO)), steps, st.booleans())
def test_lots_are_a_list_taken_from_one_end(
    method: Method, history: list[int], reopened: bool
) -> None:
    """However many chunks they fill, and whether or not they are closed in between."""
    chunks: MemoryChunks[Crate] = MemoryChunks()
    lots, plain = Lots(method, chunks), list[Crate]()
    for number, step in enumerate(history):
        for n in range(max(step, 0)):
            crate = Crate(2 + n, 7 * n + 1, 100 * number + n)
            lots.put(crate)
            plain.append(crate)
        leaving = lots.quantity * max(-step, 0) // 100
        assert lots.take(leaving) == take_from_list(plain, leaving, method is Method.LIFO)
        if reopened:
            lots = Lots(method, chunks, lots.state())
        assert list(lots) == plain
        assert list(reversed(lots)) == plain[::-1]
        assert list(lots.next_first()) == (plain[::-1] if method is Method.LIFO else plain)
        assert lots.peek() == next(lots.next_first(), None)
        assert lots.quantity == sum(crate.quantity for crate in plain)
        assert lots.value == sum(crate.value for crate in plain)


@settings(max_examples=50, deadline=None)
@given(steps)
def test_under_average_cost_there_is_one_lot(history: list[int]) -> None:
    """What comes blends into it; nothing is ever sealed."""
    chunks = CountedChunks()
    lots = Lots(Method.WAC, chunks)
    for step in history:
        for n in range(max(step, 0)):
            blended = lots.at(lots.put(Crate(2 + n, 7 * n + 1, n)))
            assert blended == Crate(lots.quantity, lots.value, n)
        lots.take(lots.quantity * max(-step, 0) // 100)
        held = [(crate.quantity, crate.value) for crate in lots]
        assert held == ([(lots.quantity, lots.value)] if lots.quantity else [])
    assert chunks.writes == 0


@pytest.mark.parametrize("method", [Method.FIFO, Method.LIFO])
def test_a_thousand_lots_cost_no_more_than_a_hundred(method: Method) -> None:
    """Chunk reads and writes of a sale and a receipt do not grow with what is on hand."""

    def asked(on_hand: int) -> tuple[int, int]:
        chunks = CountedChunks()
        lots = Lots(method, chunks)
        for n in range(on_hand):
            lots.put(Crate(2, 6, n))
        chunks.reads = chunks.writes = 0
        for n in range(400):
            lots.put(Crate(2, 6, n))
            lots.take(2)
        return chunks.reads, chunks.writes

    few, many = asked(100), asked(10_000)
    assert abs(many[0] - few[0]) <= 16
    assert abs(many[1] - few[1]) <= 2
    assert many[1] <= 60


def test_what_is_written_of_lots_does_not_grow() -> None:
    """The header holds the open tail and a cursor, never the sealed lots."""
    lots = Lots(Method.FIFO, MemoryChunks[Crate]())
    for n in range(10_000):
        lots.put(Crate(2, 6, n))
    assert len(lots.state().tail) < 16


def test_a_stack_going_up_and_down_over_the_brim_seals_nothing() -> None:
    """LIFO seals half its tail, so one in, one out at the brim writes no chunk each time."""
    chunks = CountedChunks()
    lots = Lots(Method.LIFO, chunks)
    for n in range(16):
        lots.put(Crate(2, 6, n))
    sealed = chunks.writes
    for n in range(100):
        lots.put(Crate(2, 6, n))
        lots.take(2)
    assert chunks.writes == sealed == 1


def test_drained_chunks_are_dropped() -> None:
    """A pool that was sold out leaves nothing behind, in whatever order its lots went."""
    for method in (Method.FIFO, Method.LIFO):
        chunks: MemoryChunks[Crate] = MemoryChunks()
        lots = Lots(method, chunks)
        for taken_out in (slice(0), slice(None), slice(None, None, -1)):
            positions = [lots.put(Crate(2, 6, n)) for n in range(100)]
            for position in positions[taken_out]:
                lots.replace(position, None)
            lots.take(lots.quantity)
            assert chunks.kept == {}
            assert (lots.quantity, lots.value) == (0, 0)


def test_what_is_written_of_a_tail_drained_in_part_is_what_is_left() -> None:
    """Places of what was taken first are empty, not the lots that were there."""
    lots = Lots(Method.FIFO, MemoryChunks[Crate]())
    left = [Crate(2, 6, n) for n in range(3)]
    for crate in left:
        lots.put(crate)
    lots.take(4)
    assert lots.state().tail == (None, None, left[2])


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from((Method.FIFO, Method.LIFO)),
    st.lists(
        st.tuples(
            st.sampled_from(("put", "take", "change", "remove", "revalue")), st.integers(0, 99)
        ),
        max_size=60,
    ),
)
def test_a_lot_keeps_its_position(method: Method, history: list[tuple[str, int]]) -> None:
    """Lots found, changed and taken out in the middle are those of a list, holes and all."""
    chunks: MemoryChunks[Crate] = MemoryChunks()
    lots, there = Lots(method, chunks), dict[int, Crate]()
    for number, (step, percent) in enumerate(history):
        chosen = sorted(there)[percent * len(there) // 100 :][:1]
        if step == "put":
            for n in range(percent % 25):
                crate = Crate(3 + n, 7 * n, 100 * number + n)
                there[lots.put(crate)] = crate
        elif step == "take":
            leaving = lots.quantity * percent // 100
            plain = [there[position] for position in sorted(there)]
            assert lots.take(leaving) == take_from_list(plain, leaving, method is Method.LIFO)
            left = sorted(there)[: len(plain)] if method is Method.LIFO else sorted(there)
            there = dict(zip(left[len(left) - len(plain) :], plain, strict=True))
        elif step == "revalue":
            there = {
                at: crate.of(crate.quantity, crate.value + 1) for at, crate in there.items()
            }
            lots.revalue([there[position] for position in sorted(there)])
        elif chosen:
            crate = there.pop(chosen[0])
            changed = crate.of(crate.quantity, crate.value + 5) if step == "change" else None
            there |= {chosen[0]: changed} if changed else {}
            lots.replace(chosen[0], changed)
        lots = Lots(method, chunks, lots.state())
        assert list(lots) == [there[position] for position in sorted(there)]
        assert {at: lots.at(at) for at in range(-1, 2000)} == dict.fromkeys(
            range(-1, 2000)
        ) | there
        assert lots.newest() == (there[max(there)] if there else None)
        open_places = sorted(there)
        for lower, upper in pairwise([None, *open_places, None]):
            assert lower is None or lots.next_place(lower, 1) == upper
            assert upper is None or lots.next_place(upper, -1) == lower
        assert (lots.quantity, lots.value) == (
            sum(crate.quantity for crate in there.values()),
            sum(crate.value for crate in there.values()),
        )
        assert there or not chunks.kept


@pytest.mark.parametrize("method", [Method.FIFO, Method.LIFO])
@pytest.mark.parametrize("many", [16, 60])
def test_the_newest_are_taken_out_one_by_one(method: Method, many: int) -> None:
    """Through all chunks, down to one that was drained in part; none lies open, or some."""
    lots = Lots(method, MemoryChunks[Crate]())
    there = {lots.put(crate): crate for crate in [Crate(2, 6, n) for n in range(many)]}
    for crate in lots.take(10):
        there = {at: one for at, one in there.items() if one != crate}
    while there:
        lots.replace(max(there), None)
        del there[max(there)]
        there = {at: crate.of(2, crate.value + 1) for at, crate in there.items()}
        lots.revalue(list(there.values()))
        assert list(lots) == list(there.values())
        assert lots.newest() == (there[max(there)] if there else None)


def test_a_lot_among_many_is_changed_through_its_chunk() -> None:
    """What is in the middle of a hundred thousand lots costs one chunk to change or to take."""
    chunks = CountedChunks()
    lots = Lots(Method.FIFO, chunks)
    positions = [lots.put(Crate(2, 6, n)) for n in range(100_001)]
    chunks.reads = chunks.writes = 0
    lots.replace(positions[50_000], Crate(2, 7, 50_000))
    lots.replace(positions[60_000], None)
    assert (chunks.reads, chunks.writes) == (4, 2)
