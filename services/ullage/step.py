"""What a step and an engine say to each other.

A processor is a pure step: the records of one partition and that partition's store in, outputs
out. No clock, no I/O, no randomness. The engine runs it and commits its outputs, its state and
its offsets together or not at all; a test runs it over a dictionary.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

Headers = tuple[tuple[str, bytes], ...]


class Record(NamedTuple):
    """One record as it stands in a topic; `timestamp` is in milliseconds since 1970 UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Output(NamedTuple):
    """One record to be written; no value: a tombstone, no partition: it follows the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


class Occurrence(NamedTuple):
    """Something an operator counts and reads in the log; never part of a result.

    `kind` is a metric's label: `duplicate`, `rejection` or `dead_letter`.
    """

    kind: str
    sku: str | None
    detail: str


class Store(Protocol):
    """The state of one partition. What a batch puts is seen by its own gets at once."""

    def get(self, key: bytes) -> bytes | None: ...

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set the key; None deletes it."""


class Step(Protocol):
    """A processor. `keeps_state` False: it is given an empty store and has no changelog."""

    @property
    def name(self) -> str: ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the topics it reads; each partition of each has a store of its own."""

    @property
    def keeps_state(self) -> bool: ...

    @property
    def state_format(self) -> int:
        """The form of what it puts, from 1: raised with every change that it does not survive
        to be read by the version before. A version reads its own form and all before it.
        """

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Take one batch of one partition, in order.

        Records are drawn one at a time, so that the engine can name the one at which a step
        raised. Whatever is remembered between batches is in the store: an aborted batch leaves
        nothing behind.
        """
