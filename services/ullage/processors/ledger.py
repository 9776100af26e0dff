"""The ledger: movements of one partition in, books and everything said about them out."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from ullage import topics
from ullage.costing.apply import apply
from ullage.costing.errors import CostingError
from ullage.processors.books import Books, id_key
from ullage.processors.log import AnyLogged, as_event, digest, read
from ullage.processors.movements import movement_of
from ullage.processors.outcome import Outcome
from ullage.processors.refuse import IdConflict, dead_letter, refusal
from ullage.processors.standing import Standings
from ullage.step import Occurrence, Output, Record, Store


class Ledger:
    """Where movements become books. Pure: the engine commits all of a batch or none of it."""

    name: Final = "ledger"
    inputs: Final = (topics.MOVEMENTS.name,)
    keeps_state: Final = True

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Apply a batch in the order of the log; what is compacted is written at its end."""
        books, standings = Books(store), Standings()
        for record in records:
            yield from _take(books, standings, record)
        yield from standings.records()
        books.close()


def _take(books: Books, standings: Standings, record: Record) -> Iterator[Output | Occurrence]:
    try:
        logged = read(record.value or b"")
        movement = movement_of(logged)
    except (msgspec.MsgspecError, ValueError) as error:
        yield from dead_letter(record, f"this is no movement: {error}")
        return
    content = digest(record.value or b"")
    key = id_key(logged.id)
    applied = books.applied(key)
    if applied == content:
        yield Occurrence("duplicate", logged.sku, f"{logged.source} {logged.source_id} again")
        return
    try:
        if applied is not None:
            raise _conflict(logged)
        book = books[logged.sku]
        before = standings.totals(book)
        entries = apply(book, movement)
    except (CostingError, IdConflict) as error:
        event = record._replace(value=as_event(logged, record.value or b""))
        conflicts = error.conflicts_with if isinstance(error, IdConflict) else None
        yield from refusal(event, error.code, error.name, str(error), logged, conflicts)
        return
    books.remember(logged.sku, key, content)
    outcome = Outcome(record, logged, book)
    yield from outcome.records(entries, before)
    standings.note(book, outcome)


def _conflict(logged: AnyLogged) -> IdConflict:
    return IdConflict(
        f"{logged.source} sent {logged.source_id} for {logged.sku} before, with other content; "
        "what was applied stands; send what is new under an id of its own",
        conflicts_with=logged.id,
    )
