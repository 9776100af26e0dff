"""Books in the store of a partition: one header a SKU.

What a book keeps beside its header is in `stored`, the ids of what was applied in `remembered`.
Key: `b` SKU.
"""

from collections import OrderedDict
from typing import Final, NamedTuple

import msgspec

from ullage.costing.book import Book, BookState
from ullage.costing.movement import Movement
from ullage.costing.terms import Policy
from ullage.processors.ledger.outcome import Totals
from ullage.processors.ledger.remembered import Chain, Remembered, applied
from ullage.processors.ledger.stored import Stored
from ullage.step import Store

MOST_KEPT: Final = 10_000
"""Books kept decoded between batches; one with a warehouse and a few layers takes 4 KB."""

_encode: Final = msgspec.json.Encoder().encode


class _Header(NamedTuple):
    book: BookState = BookState()
    ids: Chain = Chain()


_header: Final = msgspec.json.Decoder(_Header)


class OpenBook:
    """A book taken out of a store, where it stands, and the bytes it was read from."""

    __slots__ = ("book", "header", "ids", "stored", "totals")

    def __init__(self, store: Store, sku: str, header: bytes | None, policy: Policy) -> None:
        self.header, self.stored = header, Stored(store, sku)
        kept = _Header() if header is None else _header.decode(header)
        self.book = Book(sku, self.stored, kept.book, policy)
        self.ids = Remembered(sku, kept.ids)
        self.totals = Totals.of(self.book)

    def written(self) -> bytes:
        """The header as it is to be written now."""
        self.header = _encode(_Header(self.book.state(), self.ids.chain))
        return self.header


class Shelf:
    """Books that earlier batches have decoded, those used last.

    A book is taken off the shelf and only its batch's close puts it back, with the bytes it
    wrote. It is good for a store that holds those very bytes: what an aborted batch did, or
    another worker, shows in them, for they count the movements applied.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, OpenBook] = OrderedDict()

    def take(self, store: Store, sku: str, policy: Policy) -> OpenBook:
        """Return the SKU's book as the store has it."""
        header = store.get(_key(sku))
        kept = self._kept.pop(sku, None)
        if kept is None or kept.header != header:
            return OpenBook(store, sku, header, policy)
        kept.stored.move(store)
        if kept.book.policy is not policy:
            kept.book.policy = policy
        return kept

    def put(self, sku: str, opened: OpenBook) -> None:
        """Keep a book that is as the store will have it."""
        opened.stored.forget()
        self._kept[sku] = opened
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


class Books:
    """The books one batch opens; `close` writes each back once, however often it moved."""

    def __init__(self, store: Store, shelf: Shelf, policy: Policy) -> None:
        self._store, self._shelf, self._policy = store, shelf, policy
        self._open: dict[str, OpenBook] = {}
        self._changed: dict[str, OpenBook] = {}

    def __getitem__(self, sku: str) -> OpenBook:
        opened = self._open.get(sku)
        if opened is None:
            opened = self._open[sku] = self._shelf.take(self._store, sku, self._policy)
        return opened

    def follow(self, policy: Policy) -> None:
        """Keep all books by another policy from here on."""
        self._policy = policy
        for opened in self._open.values():
            opened.book.policy = policy

    def close(self) -> None:
        """Write every book that a movement was applied to."""
        for sku, opened in self._changed.items():
            self._store.put(_key(sku), opened.written())
        for sku, opened in self._open.items():
            self._shelf.put(sku, opened)

    def applied(self, movement: Movement, key: bytes) -> bytes | None:
        """Return the digest a movement was applied with; None if it is not known."""
        return applied(self._store, self[movement.sku].book, key, movement.recorded_at)

    def remember(self, movement: Movement, key: bytes, digest: bytes) -> None:
        """Keep an applied movement's id, for retransmissions, and its book at the close."""
        opened = self._changed[movement.sku] = self._open[movement.sku]
        opened.ids.add(self._store, opened.book, key, digest, movement)

    def adopted(self, key: bytes) -> bytes | None:
        """Return the digest of what was adopted and is of no SKU."""
        return self._store.get(key)

    def remember_id(self, key: bytes, digest: bytes) -> None:
        """Keep the id of what was adopted and is of no SKU."""
        self._store.put(key, digest)


def _key(sku: str) -> bytes:
    return b"b" + sku.encode()
