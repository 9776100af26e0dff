"""What a SKU's book keeps beside its header, in the store of a partition.

What an event writes does not grow with a SKU's open layers, receipts or orders (see
`costing.lots`). Keys: `c` SKU U+001F pool U+001F `l` or `o` number: sealed layers or oversold
units; `r` SKU U+001F origin: a receipt line; `o` movement id: its origin; `l` SKU U+001F order
U+001F line: what an order line cost.
"""

from typing import Final, Generic, TypeVar

import msgspec
from msgspec.json import Decoder

from ullage.costing.chunks import Lot, Slots
from ullage.costing.kept import OrderLine, ReceiptLine
from ullage.costing.layers import Layer, Oversold, PoolChunks
from ullage.step import Store

LotT = TypeVar("LotT", bound=Lot)
KeptT = TypeVar("KeptT")

Sealed = tuple[LotT | None, ...]

_encode: Final = msgspec.json.Encoder().encode
_layers: Final = Decoder(tuple[Layer | None, ...])
_oversold: Final = Decoder(tuple[Oversold | None, ...])
_receipt: Final = Decoder(ReceiptLine)
_origin: Final = Decoder(int)
_line: Final = Decoder(OrderLine)


class _Place:
    """The store of the batch that has the book open; all of a book's records go there."""

    __slots__ = ("store",)

    def __init__(self, store: Store) -> None:
        self.store = store


class Stored:
    """The storage of one SKU's book."""

    __slots__ = ("_chunks", "_place", "_sku", "lines", "origins", "receipts")

    def __init__(self, store: Store, sku: str) -> None:
        self._place, self._sku = _Place(store), sku
        self._chunks: dict[str | None, tuple[_Chunks[Layer], _Chunks[Oversold]]] = {}
        self.receipts = _Kept(self._place, f"r{sku}\x1f", _receipt)
        self.origins = _Kept(self._place, "o", _origin)
        self.lines = _Kept(self._place, f"l{sku}\x1f", _line)

    def chunks(self, warehouse: str | None) -> PoolChunks:
        """The chunks of a pool; None names the pool of a SKU that has but one."""
        if warehouse not in self._chunks:
            prefix = f"c{self._sku}\x1f{warehouse or ''}\x1f"
            self._chunks[warehouse] = (
                _Chunks(self._place, prefix + "l", _layers),
                _Chunks(self._place, prefix + "o", _oversold),
            )
        return PoolChunks(*self._chunks[warehouse])

    def move(self, store: Store) -> None:
        """Go on in the store of another batch."""
        self._place.store = store

    def forget(self) -> None:
        """Keep no chunk decoded: a pool's may be many."""
        for layers, oversold in self._chunks.values():
            layers.forget()
            oversold.forget()


class _Chunks(Generic[LotT]):
    """Sealed lots of one pool; those of this batch are kept decoded."""

    __slots__ = ("_decoder", "_place", "_prefix", "_read")

    def __init__(
        self,
        place: _Place,
        prefix: str,
        decoder: "Decoder[Sealed[LotT]]",
    ) -> None:
        self._place, self._prefix, self._decoder = place, prefix, decoder
        self._read: dict[int, Slots[LotT]] = {}

    def read(self, number: int) -> Slots[LotT]:
        if number not in self._read:
            key = self._key(number)
            raw = self._place.store.get(key)
            if raw is None:
                raise LookupError(f"the store has lost {key!r}; delete it, it is restored")
            self._read[number] = self._decoder.decode(raw)
        return self._read[number]

    def write(self, number: int, lots: Slots[LotT] | None) -> None:
        if lots is None:
            self._read.pop(number, None)
            self._place.store.put(self._key(number), None)
        else:
            self._read[number] = lots
            self._place.store.put(self._key(number), _encode(lots))

    def forget(self) -> None:
        self._read.clear()

    def _key(self, number: int) -> bytes:
        return f"{self._prefix}{number}".encode()


class _Kept(Generic[KeptT]):
    """Records by key, each read and written on its own."""

    __slots__ = ("_decoder", "_place", "_prefix")

    def __init__(self, place: _Place, prefix: str, decoder: "Decoder[KeptT]") -> None:
        self._place, self._prefix, self._decoder = place, prefix, decoder

    def get(self, key: str) -> KeptT | None:
        raw = self._place.store.get((self._prefix + key).encode())
        return None if raw is None else self._decoder.decode(raw)

    def put(self, key: str, record: KeptT | None) -> None:
        """Keep a record under a key; None drops it."""
        value = None if record is None else _encode(record)
        self._place.store.put((self._prefix + key).encode(), value)
