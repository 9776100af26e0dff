"""Kernel events per second at 10 and 100,000 open layers, beside a plain list-based FIFO.

Ten sales to a receipt, whole units; sealed layers lie as bytes in a store in memory.
"encoded" writes the book's state as JSON bytes after every event; the ledger does so once a
batch. The plain list is what one writes first: a list of [quantity, unit cost] in floats,
popped at the front, with no rounding, posting, warehouses or variances.
"""

import argparse
from collections.abc import Callable, Mapping
from functools import cache
from time import perf_counter

import msgspec
from rich.console import Console
from rich.table import Table

from ullage.costing.apply import apply
from ullage.costing.movement import Item, Method, Movement, Receipt, Sale
from ullage.engine.store import Overlay
from ullage.engine.sweep import Sweeper
from ullage.processors.books import Books

MICRO = 1_000_000
FEW, MANY = 10, 100_000
encode = msgspec.json.Encoder().encode


def receipt(number: int) -> Receipt:
    about = (f"receipt-{number}", "A", "erp", f"r{number}", number, number)
    return Receipt(*about, "W1", 10 * MICRO, 3 * MICRO + number % 7, "S1", f"R{number}")


def sale(number: int) -> Sale:
    about = (f"sale-{number}", "A", "shop", f"s{number}", number, number)
    return Sale(*about, "W1", MICRO, f"O{number}", "1")


def history(events: int) -> list[Movement]:
    return [receipt(n) if n % 11 == 0 else sale(n) for n in range(events)]


@cache
def closed(method: Method, layers: int) -> Mapping[bytes, bytes | None]:
    """A book with that many open layers, as a batch leaves it in the store."""
    store = Overlay(lambda _: None)
    books = Books(store)
    apply(books["A"], Item("item", "A", "erp", "i", 0, 0, method=method))
    for number in range(layers):
        apply(books["A"], receipt(number))
    books["A"].take_changed()
    books.remember("A", b"id", b"digest")
    books.close()
    return store.dirty


def kernel(method: Method, layers: int, events: int, encoded: bool) -> Callable[[], None]:
    """Open the book as the next batch does; return what is to be timed."""
    book = Books(Overlay(closed(method, layers).get))["A"]
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
