"""Journals held until the policy maps what they lack, and then released (domain 8)."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from ullage import topics
from ullage.processors.envelope import attributes, headers, trace
from ullage.processors.identity import output_id, uuid5
from ullage.processors.ledger import published
from ullage.step import Output, Record, Store

AT_A_TIME: Final = 500
"""Held journals looked at in one go; a note in the log asks for the next."""

_QUEUE: Final = b"h"

Accounts = Mapping[str, str | None]


class _Queue(NamedTuple):
    """Held are the journals from `first` up to, not including, `after`.

    Those before `until` are still to be looked at for the policy in force; `noted` says that a
    note to go on with them is in the log.
    """

    first: int = 0
    after: int = 0
    until: int = 0
    noted: bool = False


_encode: Final = msgspec.json.Encoder().encode
_queue: Final = msgspec.json.Decoder(_Queue)
_journal: Final = msgspec.json.Decoder(published.Journal)


class Cause(NamedTuple):
    """What journals are released by: a record of the log, its id, and when it was learnt."""

    record: Record
    id: str
    recorded_at: str
    accounts: Accounts


class Held:
    """The queue of one partition. Keys: `h`: the queue; `h` number: a journal of it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        found = store.get(_QUEUE)
        self._queue = _Queue() if found is None else _queue.decode(found)

    def put(self, journal: published.Journal) -> None:
        """Keep a journal that has been published as held."""
        self._store.put(_key(self._queue.after), _encode(journal))
        self._keep(self._queue._replace(after=self._queue.after + 1))

    def look_again(self, cause: Cause) -> Iterator[Output]:
        """Release what a policy just adopted maps."""
        self._keep(self._queue._replace(until=self._queue.after))
        yield from self._release(cause)

    def go_on(self, cause: Cause) -> Iterator[Output]:
        """Release the next ones, as a note in the log asks."""
        self._keep(self._queue._replace(noted=False))
        yield from self._release(cause)

    def _release(self, cause: Cause) -> Iterator[Output]:
        """What still lacks an account goes to the end, behind what is to be looked at."""
        last = min(self._queue.first + AT_A_TIME, self._queue.until)
        while self._queue.first < last:
            journal = self._take()
            if any(cause.accounts[line.role] is None for line in journal.lines):
                self.put(journal)
            else:
                yield _released(journal, cause)
        if self._queue.first < self._queue.until and not self._queue.noted:
            self._keep(self._queue._replace(noted=True))
            yield _note(cause)

    def _take(self) -> published.Journal:
        key = _key(self._queue.first)
        raw = self._store.get(key)
        if raw is None:
            raise LookupError(f"the store has lost {key!r}; delete it, it is restored")
        self._store.put(key, None)
        self._keep(self._queue._replace(first=self._queue.first + 1))
        return _journal.decode(raw)

    def _keep(self, queue: _Queue) -> None:
        self._queue = queue
        self._store.put(_QUEUE, _encode(queue))


def _released(journal: published.Journal, cause: Cause) -> Output:
    """The journal again, ready, under an id of its own; it is of the day it happened."""
    said = msgspec.structs.replace(
        journal,
        id=output_id(journal.id, "journal", 0),
        recorded_at=cause.recorded_at,
        status="ready",
        lines=tuple(
            published.JournalLine(cause.accounts[line.role], line.role, line.debit, line.credit)
            for line in journal.lines
        ),
        releases=journal.id,
    )
    shared = attributes(said.sku, cause.recorded_at, cause.record.headers)
    return Output(
        topics.JOURNALS.name,
        said.sku.encode(),
        _encode(said),
        headers(said.id, said.type, shared),
        cause.record.partition,
    )


def _note(cause: Cause) -> Output:
    """Ask for the next ones: a record of the log, so that a replay does the same."""
    record = cause.record
    note = {
        "id": uuid5(cause.id, "release/0"),
        "type": "release",
        "recorded_at": cause.recorded_at,
        "partition": record.partition,
    }
    return Output(
        topics.MOVEMENTS.name,
        topics.OF_ALL.encode(),
        _encode(note),
        trace(record.headers),
        record.partition,
    )


def _key(number: int) -> bytes:
    return _QUEUE + str(number).encode()
