"""The ledger: movements of one partition in, books and everything said about them out."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from ullage import topics
from ullage.costing.apply import apply
from ullage.costing.errors import CostingError
from ullage.processors.books import Books, Shelf, id_key
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

    def __init__(self) -> None:
        self._shelf = Shelf()

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Apply a batch in the order of the log; what is compacted is written at its end."""
        books, standings = Books(store, self._shelf), Standings()
        for record in records:
            yield from _take(books, standings, record)
        yield from standings.records()
        books.close()


def _take(books: Books, standings: Standings, record: Record) -> Iterable[Output | Occurrence]:
    value = record.value or b""
    try:
        logged = read(value)
        movement = movement_of(logged)
    except (msgspec.MsgspecError, ValueError) as error:
        return dead_letter(record, f"this is no movement: {error}")
    key, content = id_key(logged.id), digest(value)
    applied = books.applied(key)
    if applied == content:
        again = f"{logged.source} {logged.source_id} again"
        return (Occurrence("duplicate", logged.sku, again),)
    try:
        if applied is not None:
            raise _conflict(logged)
        opened = books[logged.sku]
        entries = apply(opened.book, movement)
    except (CostingError, IdConflict) as error:
        event = record._replace(value=as_event(logged, value))
        conflicts = error.conflicts_with if isinstance(error, IdConflict) else None
        return refusal(event, error.code, error.name, str(error), logged, conflicts)
    books.remember(logged.sku, key, content)
    outcome = Outcome(record, logged, opened.book)
    before, opened.totals = opened.totals, outcome.totals
    standings.note(opened.book, outcome)
    return outcome.records(entries, before)


def _conflict(logged: AnyLogged) -> IdConflict:
    return IdConflict(
        f"{logged.source} sent {logged.source_id} for {logged.sku} before, with other content; "
        "what was applied stands; send what is new under an id of its own",
        conflicts_with=logged.id,
    )
