"""The ids a SKU's movements are known by, and how they go when they are too old (domain 7).

The movements applied while a SKU's latest date was in one calendar month make a chain: each id
names the one before it. None of them is dated after that month, so once `keep_months` have
passed since its end, none is remembered. Then they go, a few with each movement, and the order
lines last sold in that month with them: an event costs the same however many there are. Whether
an id is gone yet makes no difference: one dated before the horizon is not known any more.

Keys: `i` movement id: the content's digest, when it was, the id before it, the order line it
sold (of what is known for ever the digest alone); `t` SKU U+001F month: the last id of the
month, and the month after it.
"""

from typing import Final, NamedTuple

from ullage.costing.book import Book
from ullage.costing.kept import order_line_key
from ullage.costing.movement import Movement, Sale
from ullage.costing.retention import OF_ANY_AGE, horizon, month_of, start_of
from ullage.step import Store

DIGEST, DATED, BEFORE = slice(0, 16), slice(16, 24), slice(24, 40)
"""The parts of what is kept under an id; the order line is the rest."""
NOTHING: Final = bytes(16)
AT_ONCE: Final = 2
"""Ids that go with a movement: more than come with it, so they do not pile up."""


class Chain(NamedTuple):
    """What is written of a SKU's chains beside its book; ids as bytes.

    `month` is that of the SKU's latest date and `last` its last id; `oldest` the first month of
    which nothing has gone, and `going` the next id to go of those before.
    """

    oldest: int = 0
    month: int = 0
    last: bytes = b""
    going: bytes = b""


def id_key(movement_id: str) -> bytes:
    """The key under which a movement's id is kept."""
    return b"i" + bytes.fromhex(movement_id.replace("-", ""))


def applied(store: Store, book: Book, key: bytes, recorded_at: int) -> bytes | None:
    """Return the digest a movement was applied with; None if it never was, or is forgotten."""
    found = store.get(key)
    if found is None or len(found) == DIGEST.stop:
        return found
    oldest = horizon(book, recorded_at)
    return None if oldest is not None and _dated(found) < oldest else found[DIGEST]


class Remembered:
    """The chains of one SKU's ids."""

    __slots__ = ("_ends", "_sku", "chain")

    def __init__(self, sku: str, chain: Chain) -> None:
        self._sku, self.chain = sku, chain
        self._ends = start_of(chain.month + 1) if chain.month else 0

    def add(
        self, store: Store, book: Book, key: bytes, digest: bytes, movement: Movement
    ) -> None:
        """Keep an applied movement's id, and let some go that are too old."""
        if isinstance(movement, OF_ANY_AGE):
            store.put(key, digest)
            return
        latest = book.latest or 0
        if latest >= self._ends:
            self._begin(store, month_of(latest))
        chain = self.chain
        before = chain.last or NOTHING
        sold = b""
        if isinstance(movement, Sale):
            sold = order_line_key(movement.order_id, movement.line_id).encode()
        dated = movement.effective_at.to_bytes(8, signed=True)
        store.put(key, digest + dated + before + sold)
        self.chain = Chain(chain.oldest, chain.month, key[1:], chain.going)
        if chain.going or chain.oldest < chain.month:
            self._let_go(store, book, movement)

    def _begin(self, store: Store, month: int) -> None:
        """Close the chain of the month before, if there was one, and begin another."""
        oldest, before, last, going = self.chain
        if before:
            store.put(self._key(before), last + month.to_bytes(4))
        self.chain = Chain(oldest or month, month, b"", going)
        self._ends = start_of(month + 1)

    def _let_go(self, store: Store, book: Book, movement: Movement) -> None:
        now = min(book.latest or 0, movement.recorded_at)
        for _ in range(AT_ONCE):
            oldest, month, last, going = self.chain
            if not going:
                if oldest == month or now < start_of(oldest + 1 + book.policy.keep_months):
                    return
                closed = self._closed(store, oldest)
                book.kept_since = start_of(oldest + 1)
                oldest, going = int.from_bytes(closed[16:]), closed[:16]
            self.chain = Chain(oldest, month, last, _forget(store, book, b"i" + going))

    def _closed(self, store: Store, month: int) -> bytes:
        """Take what was kept of a month when it was closed."""
        key = self._key(month)
        closed = store.get(key)
        if closed is None:
            raise LookupError(f"the store has lost {key!r}; delete it, it is restored")
        store.put(key, None)
        return closed

    def _key(self, month: int) -> bytes:
        return f"t{self._sku}\x1f{month}".encode()


def _forget(store: Store, book: Book, key: bytes) -> bytes:
    """Drop an id, and its order line if that was not sold since; returns the id before it.

    An id that was used again is of a later chain now, or went with it: here its chain ends.
    """
    found = store.get(key)
    if found is None or _dated(found) >= book.kept_since:
        return b""
    store.put(key, None)
    sold, lines = found[BEFORE.stop :].decode(), book.storage.lines
    line = lines.get(sold) if sold else None
    if line is not None and line.effective_at < book.kept_since:
        lines.put(sold, None)
    return found[BEFORE] if found[BEFORE] != NOTHING else b""


def _dated(found: bytes) -> int:
    return int.from_bytes(found[DATED], signed=True)
