"""Kernel events per second at 10 and 100,000 open layers, beside a plain list-based FIFO.

Ten sales to a receipt, whole units; sealed layers lie as bytes in a store in memory.
"encoded" writes the book's state as JSON bytes after every event; the ledger does so once a
batch. The plain list is what one writes first: a list of [quantity, unit cost] in floats,
popped at the front, with no rounding, posting, warehouses or variances.
"""

import argparse
from collections.abc import Callable
from functools import cache
from time import perf_counter
from typing import Final, Generic

import msgspec
from rich.console import Console
from rich.table import Table

from ullage.costing.apply import apply
from ullage.costing.book import Book, BookState
from ullage.costing.chunks import LotT, Slots
from ullage.costing.kept import MemoryStorage
from ullage.costing.layers import Layer, Oversold, PoolChunks
from ullage.costing.movement import Item, Method, Movement, Receipt, Sale
from ullage.engine.sweep import Sweeper

MICRO = 1_000_000
FEW, MANY = 10, 100_000
encode: Final = msgspec.json.Encoder().encode
layers_of: Final = msgspec.json.Decoder(tuple[Layer | None, ...])
oversold_of: Final = msgspec.json.Decoder(tuple[Oversold | None, ...])


def receipt(number: int) -> Receipt:
    about = (f"receipt-{number}", "A", "erp", f"r{number}", number, number)
    value = 10 * (3 * MICRO + number % 7)
    return Receipt(*about, "W1", 10 * MICRO, value, "S1", f"R{number}")


def sale(number: int) -> Sale:
    about = (f"sale-{number}", "A", "shop", f"s{number}", number, number)
    return Sale(*about, "W1", MICRO, f"O{number}", "1")


def history(events: int) -> list[Movement]:
    return [receipt(n) if n % 11 == 0 else sale(n) for n in range(events)]


class SealedChunks(Generic[LotT]):
    """Sealed lots as the ledger keeps them: bytes, those of this batch decoded too."""

    def __init__(self, decoder: "msgspec.json.Decoder[tuple[LotT | None, ...]]") -> None:
        self._decoder = decoder
        self.sealed: dict[int, bytes] = {}
        self._read: dict[int, Slots[LotT]] = {}

    def read(self, number: int) -> Slots[LotT]:
        if number not in self._read:
            self._read[number] = self._decoder.decode(self.sealed[number])
        return self._read[number]

    def write(self, number: int, lots: Slots[LotT] | None) -> None:
        if lots is None:
            self._read.pop(number, None)
            del self.sealed[number]
        else:
            self._read[number] = lots
            self.sealed[number] = encode(lots)

    def next_batch(self) -> "SealedChunks[LotT]":
        """The same chunks, none of them decoded."""
        fresh = SealedChunks(self._decoder)
        fresh.sealed = dict(self.sealed)
        return fresh


class Shelf(MemoryStorage):
    """Sealed layers as bytes; receipt lines and order lines as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.layers, self.oversold = SealedChunks(layers_of), SealedChunks(oversold_of)

    def chunks(self, warehouse: str | None) -> PoolChunks:
        return PoolChunks(self.layers, self.oversold)

    def next_batch(self) -> "Shelf":
        fresh = Shelf()
        fresh.layers, fresh.oversold = self.layers.next_batch(), self.oversold.next_batch()
        fresh.receipts.kept = dict(self.receipts.kept)
        fresh.origins.kept = dict(self.origins.kept)
        return fresh


@cache
def closed(method: Method, layers: int) -> tuple[BookState, Shelf]:
    """A book with that many open layers, as a batch leaves it."""
    shelf = Shelf()
    book = Book("A", shelf)
    apply(book, Item("item", "A", "erp", "i", 0, 0, method=method))
    for number in range(layers):
        apply(book, receipt(number))
    return book.state(), shelf


def kernel(method: Method, layers: int, events: int, encoded: bool) -> Callable[[], None]:
    """Open the book as the next batch does; return what is to be timed."""
    state, shelf = closed(method, layers)
    book = Book("A", shelf.next_batch(), state)
    moved = history(events)

    def run() -> None:
        for movement in moved:
            apply(book, movement)
            book.take_changed()
            if encoded:
                encode(book.state())

    return run


def plain_list(layers: int, events: int) -> Callable[[], None]:
    stack = [[10.0, 3.0] for _ in range(layers)]
    moved = [n % 11 == 0 for n in range(events)]

    def run() -> None:
        for is_receipt in moved:
            if is_receipt:
                stack.append([10.0, 3.0])
                continue
            wanted, cost = 1.0, 0.0
            while wanted and stack:
                quantity, unit_cost = stack[0]
                part = min(wanted, quantity)
                cost += part * unit_cost
                wanted -= part
                if part == quantity:
                    stack.pop(0)
                else:
                    stack[0][0] -= part

    return run


def rates(prepare: Callable[[int], Callable[[], None]], events: int) -> list[float]:
    """The best of seven at few and at many layers, in turn: the machine drifts."""
    best = {FEW: 0.0, MANY: 0.0}
    for _ in range(7):
        for layers in best:
            run = prepare(layers)
            began = perf_counter()
            run()
            best[layers] = max(best[layers], events / (perf_counter() - began))
    return list(best.values())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=33_000)
    events: int = arguments.parse_args().events
    Sweeper()  # as in a worker
    table = Table("events/s", *(f"{n:,} layers" for n in (FEW, MANY)), f"{FEW}/{MANY:,}")
    rows: dict[str, Callable[[int], Callable[[], None]]] = {
        "plain list, FIFO": lambda layers: plain_list(layers, events)
    }
    for method in Method:
        for encoded in (False, True):
            name = f"{method.value}{', encoded' if encoded else ''}"
            rows[name] = lambda layers, m=method, e=encoded: kernel(m, layers, events, e)
    for name, prepare in rows.items():
        few, many = rates(prepare, events)
        table.add_row(name, f"{few:,.0f}", f"{many:,.0f}", f"{few / many:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
