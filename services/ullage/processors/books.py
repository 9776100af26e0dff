"""Books in the store of a partition: one header a SKU, sealed chunks beside it, ids applied.

What an event writes does not grow with a SKU's open layers (see `costing.lots`). Keys:
`b` SKU; `c` SKU U+001F pool U+001F `l` or `o` number; `i` movement id.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

import msgspec

from ullage.costing.book import Book, BookState
from ullage.costing.layers import Layer, Oversold, PoolChunks
from ullage.costing.lots import Lot
from ullage.processors.outcome import Totals
from ullage.step import Store

LotT = TypeVar("LotT", bound=Lot)

MOST_KEPT: Final = 10_000
"""Books kept decoded between batches; one with a warehouse and a few layers takes 4 KB."""

_encode: Final = msgspec.json.Encoder().encode
_header: Final = msgspec.json.Decoder(BookState)
_layers: Final = msgspec.json.Decoder(tuple[Layer, ...])
_oversold: Final = msgspec.json.Decoder(tuple[Oversold, ...])


class StoredChunks(Generic[LotT]):
    """Sealed lots of one pool in the store; those of this batch are kept decoded."""

    def __init__(
        self, of: "OpenBook", prefix: str, decoder: "msgspec.json.Decoder[tuple[LotT, ...]]"
    ) -> None:
        self._of, self._prefix, self._decoder = of, prefix, decoder
        self._read: dict[int, Sequence[LotT]] = {}

    def read(self, number: int) -> Sequence[LotT]:
        if number not in self._read:
            key = self._key(number)
            raw = self._of.store.get(key)
            if raw is None:
                raise LookupError(f"the store has lost {key!r}; delete it, it is restored")
            self._read[number] = self._decoder.decode(raw)
        return self._read[number]

    def write(self, number: int, lots: Sequence[LotT] | None) -> None:
        if lots is None:
            self._read.pop(number, None)
            self._of.store.put(self._key(number), None)
        else:
            self._read[number] = lots
            self._of.store.put(self._key(number), _encode(lots))

    def forget(self) -> None:
        """Keep nothing decoded: a pool's chunks may be many."""
        self._read.clear()

    def _key(self, number: int) -> bytes:
        return f"{self._prefix}{number}".encode()


class OpenBook:
    """A book taken out of a store, where it stands, and the bytes it was read from."""

    __slots__ = ("_chunks", "_sku", "book", "header", "store", "totals")

    def __init__(self, store: Store, sku: str, header: bytes | None) -> None:
        self.store, self.header, self._sku = store, header, sku
        self._chunks: list[StoredChunks[Layer] | StoredChunks[Oversold]] = []
        state = None if header is None else _header.decode(header)
        self.book = Book(sku, self._chunks_of, state)
        self.totals = Totals.of(self.book)

    def _chunks_of(self, warehouse: str | None) -> PoolChunks:
        prefix = f"c{self._sku}\x1f{warehouse or ''}\x1f"
        layers = StoredChunks(self, prefix + "l", _layers)
        oversold = StoredChunks(self, prefix + "o", _oversold)
        self._chunks += (layers, oversold)
        return PoolChunks(layers, oversold)

    def forget_chunks(self) -> None:
        for chunks in self._chunks:
            chunks.forget()


class Shelf:
    """Books that earlier batches have decoded, those used last.

    A book is taken off the shelf and only its batch's close puts it back, with the bytes it
    wrote. It is good for a store that holds those very bytes: what an aborted batch did, or
    another worker, shows in them, for they count the movements applied.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, OpenBook] = OrderedDict()

    def take(self, store: Store, sku: str) -> OpenBook:
        """Return the SKU's book as the store has it."""
        header = store.get(_key(sku))
        kept = self._kept.pop(sku, None)
        if kept is None or kept.header != header:
            return OpenBook(store, sku, header)
        kept.store = store
        return kept

    def put(self, sku: str, book: OpenBook) -> None:
        """Keep a book that is as the store will have it."""
        book.forget_chunks()
        self._kept[sku] = book
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


class Books:
    """The books one batch opens; `close` writes each back once, however often it moved."""

    def __init__(self, store: Store, shelf: Shelf) -> None:
        self._store, self._shelf = store, shelf
        self._open: dict[str, OpenBook] = {}
        self._changed: dict[str, OpenBook] = {}

    def __getitem__(self, sku: str) -> OpenBook:
        book = self._open.get(sku)
        if book is None:
            book = self._open[sku] = self._shelf.take(self._store, sku)
        return book

    def close(self) -> None:
        """Write every book that a movement was applied to."""
        for sku, opened in self._changed.items():
            opened.header = _encode(opened.book.state())
            self._store.put(_key(sku), opened.header)
        for sku, opened in self._open.items():
            self._shelf.put(sku, opened)

    def applied(self, key: bytes) -> bytes | None:
        """Return the digest a movement was applied with, None if it never was."""
        return self._store.get(key)

    def remember(self, sku: str, key: bytes, digest: bytes) -> None:
        """Keep an applied movement's id, for retransmissions, and its book at the close."""
        self._store.put(key, digest)
        self._changed[sku] = self._open[sku]


def _key(sku: str) -> bytes:
    return b"b" + sku.encode()


def id_key(movement_id: str) -> bytes:
    """The key under which a movement's id is kept."""
    return b"i" + bytes.fromhex(movement_id.replace("-", ""))
