"""Books in the store of a partition: one header a SKU, sealed chunks beside it, ids applied.

What an event writes does not grow with a SKU's open layers (see `costing.lots`). Keys:
`b` SKU; `c` SKU U+001F pool U+001F `l` or `o` number; `i` movement id.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final, Generic, TypeVar

import msgspec

from ullage.costing.book import Book, BookState
from ullage.costing.layers import Layer, Oversold, PoolChunks
from ullage.costing.lots import Lot
from ullage.step import Store

LotT = TypeVar("LotT", bound=Lot)

_encode: Final = msgspec.json.Encoder().encode
_header: Final = msgspec.json.Decoder(BookState)
_layers: Final = msgspec.json.Decoder(tuple[Layer, ...])
_oversold: Final = msgspec.json.Decoder(tuple[Oversold, ...])


class StoredChunks(Generic[LotT]):
    """Sealed lots of one pool in the store; those of this batch are kept decoded."""

    def __init__(
        self, store: Store, prefix: str, decoder: "msgspec.json.Decoder[tuple[LotT, ...]]"
    ) -> None:
        self._store, self._prefix, self._decoder = store, prefix, decoder
        self._read: dict[int, Sequence[LotT]] = {}

    def read(self, number: int) -> Sequence[LotT]:
        if number not in self._read:
            key = self._key(number)
            raw = self._store.get(key)
            if raw is None:
                raise LookupError(f"the store has lost {key!r}; delete it, it is restored")
            self._read[number] = self._decoder.decode(raw)
        return self._read[number]

    def write(self, number: int, lots: Sequence[LotT] | None) -> None:
        if lots is None:
            self._read.pop(number, None)
            self._store.put(self._key(number), None)
        else:
            self._read[number] = lots
            self._store.put(self._key(number), _encode(lots))

    def _key(self, number: int) -> bytes:
        return f"{self._prefix}{number}".encode()


class Books:
    """The books one batch opens; `close` writes each back once, however often it moved."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: dict[str, Book] = {}
        self._changed: dict[str, Book] = {}

    def __getitem__(self, sku: str) -> Book:
        book = self._open.get(sku)
        if book is None:
            book = self._open[sku] = self._read(sku)
        return book

    def close(self) -> None:
        """Write every book that a movement was applied to."""
        for sku, book in self._changed.items():
            self._store.put(_key(sku), _encode(book.state()))

    def applied(self, key: bytes) -> bytes | None:
        """Return the digest a movement was applied with, None if it never was."""
        return self._store.get(key)

    def remember(self, sku: str, key: bytes, digest: bytes) -> None:
        """Keep an applied movement's id, for retransmissions, and its book at the close."""
        self._store.put(key, digest)
        self._changed[sku] = self._open[sku]

    def _read(self, sku: str) -> Book:
        raw = self._store.get(_key(sku))
        state = None if raw is None else _header.decode(raw)
        return Book(sku, partial(_chunks_of, self._store, sku), state)


def _chunks_of(store: Store, sku: str, warehouse: str | None) -> PoolChunks:
    prefix = f"c{sku}\x1f{warehouse or ''}\x1f"
    return PoolChunks(
        StoredChunks(store, prefix + "l", _layers), StoredChunks(store, prefix + "o", _oversold)
    )


def _key(sku: str) -> bytes:
    return b"b" + sku.encode()


def id_key(movement_id: str) -> bytes:
    """The key under which a movement's id is kept."""
    return b"i" + bytes.fromhex(movement_id.replace("-", ""))
