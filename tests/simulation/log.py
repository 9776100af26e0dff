"""Topics in memory as a broker keeps them: offsets, transactions, the last stable offset."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from confluent_kafka import KafkaError

from ullage.step import Headers

Place = tuple[str, int]
"""A topic and the number of one of its partitions."""


class Clock:
    """The only time there is; in seconds since 1970 UTC."""

    def __init__(self) -> None:
        self.seconds = 1_791_194_100.0

    @property
    def milliseconds(self) -> int:
        return int(self.seconds * 1000)


class Outcome(Enum):
    OPEN = "open"
    COMMITTED = "committed"
    ABORTED = "aborted"


@dataclass(eq=False)
class Transaction:
    """One transaction: decided at once, known to each of its partitions a little later."""

    began: float
    outcome: Outcome = Outcome.OPEN
    touched: "list[PartitionLog]" = field(default_factory=list)

    @property
    def is_committed(self) -> bool:
        return self.outcome is Outcome.COMMITTED


class Entry(NamedTuple):
    """What stands at one offset; a control entry is the end of a transaction."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    transaction: Transaction | None
    control: bool = False


class Message:
    """A record, or an event of the client, as a consumer hands it out."""

    __slots__ = ("_entry", "_error", "_offset", "_place")

    def __init__(
        self, place: tuple[str | None, int | None], entry: Entry | None = None,
        error: KafkaError | None = None, offset: int | None = None,
    ) -> None:  # fmt: skip
        self._place, self._entry, self._error = place, entry, error
        self._offset = entry.offset if entry else offset

    def error(self) -> KafkaError | None:
        return self._error

    def topic(self) -> str | None:
        return self._place[0]

    def partition(self) -> int | None:
        return self._place[1]

    def offset(self) -> int | None:
        return self._offset

    def key(self) -> bytes | None:
        return self._entry.key if self._entry else None

    def value(self) -> bytes | None:
        return self._entry.value if self._entry else None

    def headers(self) -> list[tuple[str, bytes]] | None:
        return (list(self._entry.headers) or None) if self._entry else None

    def timestamp(self) -> tuple[int, int]:
        return 1, self._entry.timestamp if self._entry else -1


class PartitionLog:
    """One partition. A hole is what compaction took away."""

    def __init__(self, topic: str, number: int) -> None:
        self.place: Place = (topic, number)
        self.entries: list[Entry | None] = []
        self._open: dict[Transaction, int] = {}

    @property
    def end(self) -> int:
        return len(self.entries)

    @property
    def stable_end(self) -> int:
        """Where readers of committed records stop: the first record that is undecided."""
        return min(self._open.values(), default=self.end)

    def append(
        self, now: int, key: bytes | None, value: bytes | None, headers: Headers = (),
        transaction: Transaction | None = None,
    ) -> Entry:  # fmt: skip
        if transaction is not None and transaction not in self._open:
            self._open[transaction] = self.end
            transaction.touched.append(self)
        entry = Entry(self.end, now, key, value, headers, transaction)
        self.entries.append(entry)
        return entry

    def settle(self, transaction: Transaction, now: int) -> None:
        """Write a transaction's end: its records are decided here, too, from now on."""
        del self._open[transaction]
        self.entries.append(Entry(self.end, now, None, None, (), transaction, control=True))

    def read(self, start: int, end: int, committed: bool) -> Iterator[Entry]:
        """Records from `start` on; of undecided transactions only without `committed`."""
        for entry in self.entries[start:end]:
            if entry is None or entry.control:
                continue
            if not (committed and entry.transaction) or entry.transaction.is_committed:
                yield entry

    def committed(self) -> list[Entry]:
        return list(self.read(0, self.stable_end, committed=True))

    @property
    def last(self) -> int:
        """The offset of the last record that is committed; -1 before the first."""
        return next((one.offset for one in reversed(self.committed())), -1)

    def compact(self) -> None:
        """Keep the last committed record of each key, as a cleaner does; not the tail."""
        last = {entry.key: entry.offset for entry in self.committed()}
        for offset, entry in enumerate(self.entries[: max(0, self.stable_end - 1)]):
            if entry is not None and not entry.control and last.get(entry.key) != offset:
                self.entries[offset] = None


def partition_of(key: bytes | None, count: int) -> int:
    """A partitioner: any will do that depends on the key alone."""
    return zlib.crc32(key or b"") % count
