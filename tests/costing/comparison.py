"""How kernel and oracle are held against each other: what they say, and where they stand."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from tests.costing import oracle
from tests.costing.oracle_books import Books
from tests.costing.oracle_pool import Lot
from tests.costing.oracle_units import Refused, micro
from ullage.costing.apply import apply
from ullage.costing.book import Book
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Entry,
    EntryRef,
    QuantityVariance,
    VarianceKind,
)
from ullage.costing.errors import CostingError
from ullage.costing.movement import Method, Movement
from ullage.costing.terms import Policy

Said = int | list[Entry]
"""The code of a refusal, or the entries."""


class Stock(NamedTuple):
    """Where one warehouse stands."""

    expected: int
    estimated: int
    counted: int | None
    variance: int | None


class Layer(NamedTuple):
    """An open layer as it is published, without its id."""

    receipt_ids: tuple[str, ...]
    received_at: int
    quantity: int
    value: int


class Stands(NamedTuple):
    """Where the books of a SKU stand."""

    quantity: int
    value: int
    oversold: int
    carry: int
    sequence: int
    pending: int
    average: int | None
    last_landed: int | None
    stock: dict[str, Stock]
    layers: dict[str | None, list[Layer]]


def kernel_says(book: Book, movement: Movement | Policy) -> Said:
    """Apply to the kernel's book."""
    if isinstance(movement, Policy):
        book.policy = movement
        return []
    try:
        return comparable(apply(book, movement))
    except CostingError as refusal:
        return refusal.code


def oracle_says(books: Books, movement: Movement | Policy) -> tuple[Books, Said]:
    """Apply to the oracle's books."""
    if isinstance(movement, Policy):
        books.policy = movement
        return books, []
    try:
        after, entries = oracle.apply(books, movement)
    except Refused as refusal:
        return books, refusal.code
    return after, comparable(entries)


def comparable(entries: Iterable[Entry]) -> list[Entry]:
    """Entries without the kernel's own layer ids, in one order of kinds.

    A variance of nothing may be said or not; what a rounding variance names is the kernel's
    choice, and its money is what it posts.
    """
    said = [_comparable(entry) for entry in entries]
    kept = [entry for entry in said if not (isinstance(entry, CostVariance) and _void(entry))]
    return sorted(kept, key=_place)


def _place(entry: Entry) -> tuple[str, str]:
    warehouse = entry.warehouse if isinstance(entry, QuantityVariance) else ""
    return type(entry).__name__, warehouse


def _comparable(entry: Entry) -> Entry:
    if isinstance(entry, CostEntry):
        # What a returned layer posts is a share of the entry's, for documents in parts.
        posts = entry.type not in ("cogs_reversal", "purchase_returned")
        drawn = tuple(
            draw._replace(layer_id="", posted=draw.posted if posts else 0)
            for draw in entry.draws
        )
        return entry._replace(draws=drawn)
    if isinstance(entry, CostVariance) and entry.kind is VarianceKind.ROUNDING:
        return entry._replace(amount=0, corrects=EntryRef("", ""), warehouse=None)
    return entry


def _void(variance: CostVariance) -> bool:
    return not variance.amount and not variance.posted


def kernel_stands(book: Book) -> Stands:
    """Read the kernel's book."""
    layers: dict[str | None, list[Layer]] = {}
    for layer in book.open_layers():
        blended = book.terms.method is Method.WAC  # of many receipts, named after none
        origin = ((), 0) if blended else (layer.receipt_ids, layer.received_at)
        numbers = (*origin, layer.quantity, layer.value)
        layers.setdefault(layer.warehouse, []).append(Layer(*numbers))
    stock = {
        name: Stock(one.expected, one.estimated, one.counted, one.variance)
        for name, one in book.stock.items()
    }
    figures = (book.quantity, book.value, book.oversold, book.account.carry, book.sequence)
    figures += (book.cost_pending,)
    return Stands(*figures, book.average, book.last_landed, stock, layers)


def oracle_stands(books: Books) -> Stands:
    """Read the oracle's books."""
    layers = {
        name or None: _published(pool.lots, books.method) for name, pool in books.pools.items()
    }
    stock = {}
    for name in books.stock:
        now = books.stand(name)
        stock[name] = Stock(
            micro(now.expected), micro(now.estimated), _micro(now.counted), _micro(now.variance)
        )
    return Stands(
        quantity=micro(books.quantity),
        value=micro(books.value),
        oversold=micro(books.oversold),
        carry=micro(books.value - books.account),
        sequence=books.sequence,
        pending=sum(line.pending for line in books.lines.values()),
        average=_micro(books.average()),
        last_landed=_micro(books.last_landed),
        stock=stock,
        layers={name: open_layers for name, open_layers in layers.items() if open_layers},
    )


def _micro(amount: Fraction | None) -> int | None:
    return None if amount is None else micro(amount)


def _published(lots: list[Lot], method: Method) -> list[Layer]:
    if method is Method.WAC:
        return [Layer((), 0, micro(lot.quantity), micro(lot.value)) for lot in lots]
    return [_as_one(list(parts)) for _, parts in groupby(lots, key=lambda lot: lot.layer)]


def _as_one(lots: list[Lot]) -> Layer:
    receipts = tuple(lot.receipt for lot in lots if lot.receipt is not None)
    quantity = sum(micro(lot.quantity) for lot in lots)
    return Layer(receipts, lots[0].received_at, quantity, sum(micro(lot.value) for lot in lots))
