"""What the ledger has written to each event topic, in one figure that an auditor can compare.

Per partition and topic: how many records, and a chained SHA-256 over their keys and values, in
their order. The records are taken as lines of text, `key` LF `value` LF, and every 8 of them
are hashed behind the digest before them: an object of hashlib a record would cost far more.
In the place of a value of more than 4,096 bytes stands its SHA-256, so that the state is small.
What does not fill a block yet is kept, so the figure does not depend on batches. The compacted
topics have none, for what they hold of a batch does. Key: `d`.
"""

from hashlib import sha256
from typing import Final

import msgspec

from ullage import topics
from ullage.step import Output, Store

BLOCK: Final = 8
"""Records hashed at once."""

LONG: Final = 4_096
"""Bytes of a value from which on its own digest stands for it."""

_A_RECORD: Final = 4
_A_BLOCK: Final = BLOCK * _A_RECORD
_MOST_LINES: Final = 8 * _A_BLOCK

DIGESTED: Final = (
    topics.LEDGER.name,
    topics.COGS.name,
    topics.COSTS.name,
    topics.VARIANCES.name,
    topics.JOURNALS.name,
    topics.REJECTIONS.name,
)
KEY: Final = b"d"

_OF_ALL: Final = topics.OF_ALL.encode()


def is_digested(topic: str, key: bytes | None) -> bool:
    """Whether a record that the ledger writes counts.

    Not that of a refused policy: the copies of all partitions meet in one, in any order.
    """
    return topic in DIGESTED and key != _OF_ALL


class Chain(msgspec.Struct, array_like=True, gc=False):
    """The records of whole blocks and their digest, and the lines of those behind them."""

    hashed: int = 0
    digest: bytes = b""
    lines: list[bytes] = []

    @property
    def count(self) -> int:
        """How many records there are."""
        return self.hashed + len(self.lines) // _A_RECORD

    @property
    def figure(self) -> str:
        """What stands for all records, in hexadecimal; equal records, equal figures."""
        self.hash()
        return sha256(b"".join((self.digest, *self.lines))).hexdigest()

    def add(self, key: bytes | None, value: bytes | None) -> None:
        """Take the next record."""
        said = value or b""
        if len(said) > LONG:
            said = sha256(said).digest()
        self.lines += (key or b"", b"\n", said, b"\n")
        if len(self.lines) >= _MOST_LINES:
            self.hash()

    def hash(self) -> None:
        """Hash the blocks that are whole."""
        whole = len(self.lines) // _A_BLOCK * _A_BLOCK
        for start in range(0, whole, _A_BLOCK):
            block = self.lines[start : start + _A_BLOCK]
            self.digest = sha256(b"".join((self.digest, *block))).digest()
        del self.lines[:whole]
        self.hashed += whole // _A_RECORD


class Digests(msgspec.Struct, array_like=True):
    """The chains of one partition, by topic.

    `begun` is the offset of the log at which they begin: its first, but where a version that
    had none has begun the log.
    """

    begun: int
    chains: dict[str, Chain] = {}


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Digests).decode


def read_digests(state: bytes) -> Digests:
    """Read what a partition's store has under `KEY`."""
    return _decode(state)


class Digesting:
    """Digests what one batch writes; `close` keeps it."""

    def __init__(self, store: Store, offset: int) -> None:
        """Go on where the store is; in a new one, begin at this offset of the log."""
        self._store, found = store, store.get(KEY)
        self._digests = Digests(offset) if found is None else _decode(found)
        chains = self._digests.chains
        self._add = {topic: chains.setdefault(topic, Chain()).add for topic in DIGESTED}

    def note(self, output: Output) -> None:
        """Add what the ledger has made."""
        topic, key, value, _, _ = output
        if is_digested(topic, key):
            self._add[topic](key, value)

    def close(self) -> None:
        """Write how far the chains are."""
        for chain in self._digests.chains.values():
            chain.hash()
        self._store.put(KEY, _encode(self._digests))
