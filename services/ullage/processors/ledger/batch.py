"""One batch of one partition: its books, its policy, and what it has said so far."""

from collections.abc import Iterable, Iterator

from ullage.costing.apply import apply
from ullage.costing.entry import CostEntry, CostVariance, Entry
from ullage.costing.errors import CostingError
from ullage.costing.movement import Movement
from ullage.costing.retention import require_kept
from ullage.processors.ledger.answers import answer
from ullage.processors.ledger.books import Books, Shelf
from ullage.processors.ledger.held import Cause, Held
from ullage.processors.ledger.journals import Journals
from ullage.processors.ledger.log import digest
from ullage.processors.ledger.logged import Consumption, OfSku, Policy, Receipt, Release
from ullage.processors.ledger.movements import charges_of_refused, movement_of
from ullage.processors.ledger.outcome import Outcome
from ullage.processors.ledger.policy import LedgerPolicy, Policies
from ullage.processors.ledger.remembered import id_key
from ullage.processors.ledger.sent import as_event
from ullage.processors.ledger.standing import Standings
from ullage.processors.ledger.telling import tell
from ullage.processors.refuse import IdConflict, Refused, refusal
from ullage.step import Occurrence, Output, Record, Store

Said = Iterable[Output | Occurrence]


class Batch:
    """Takes the log's records one at a time; `close` writes the books and where they stand."""

    def __init__(self, store: Store, shelf: Shelf) -> None:
        self._policies = Policies(store)
        self._books = Books(store, shelf, self._policies.now.costing)
        self._held, self._standings = Held(store), Standings()
        self._journals = Journals(self._policies, self._held)

    def apply(self, record: Record, logged: OfSku, movement: Movement) -> Said:
        """Apply a movement to its book, or refuse it."""
        key, content = id_key(logged.id), digest(record.value or b"")
        opened = self._books[logged.sku]
        try:
            # What is too old to be remembered is refused before anything else (domain 7).
            require_kept(opened.book, movement)
            if _came_before(self._books.applied(movement, key), content, logged):
                return _duplicate(logged)
            entries = apply(opened.book, movement)
        except (CostingError, IdConflict) as error:
            return self._refuse(record, logged, error)
        self._books.remember(movement, key, content)
        if not self._policies.has_money and _has_money(entries):
            self._policies.note_money()
        outcome = Outcome(record, logged, opened.book, self._policies.now)
        before, opened.totals = opened.totals, outcome.totals
        self._standings.note(opened.book, outcome)
        told = tell(outcome, movement, entries, before, self._journals)
        if isinstance(logged, Consumption) and not logged.late:
            told.append(answer(record, logged, entries))
        return told

    def _refuse(self, record: Record, logged: OfSku, error: CostingError | IdConflict) -> Said:
        """Publish a movement as refused; the charges it brought are late cost (domain 5)."""
        yield from _refuse(record, logged, error)
        if isinstance(logged, Receipt) and logged.charges and isinstance(error, CostingError):
            charged = charges_of_refused(logged)
            yield from self.apply(record, charged, movement_of(charged))

    def adopt(self, record: Record, logged: Policy, policy: LedgerPolicy) -> Said:
        """Let a copy of a policy hold from here on, and release what it maps."""
        key, content = id_key(logged.id), digest(record.value or b"")
        before = self._policies.now
        try:
            if _came_before(self._books.adopted(key), content, logged):
                return _duplicate(logged)
            self._policies.adopt(record.value or b"", policy)
        except Refused as error:
            return _refuse(record, logged, error)
        self._books.remember_id(key, content)
        self._books.follow(policy.costing)
        if not policy.maps_more_than(before):
            return ()
        cause = Cause(record, logged.id, logged.recorded_at, policy.accounts)
        return self._held.look_again(cause)

    def go_on(self, record: Record, release: Release) -> Said:
        """Release more of the journals that were held, as the ledger has noted."""
        accounts = self._policies.now.accounts
        return self._held.go_on(Cause(record, release.id, release.recorded_at, accounts))

    def close(self) -> Iterator[Output]:
        """Write where books stand, and the books."""
        yield from self._standings.records()
        self._books.close()


def _came_before(applied: bytes | None, content: bytes, logged: OfSku | Policy) -> bool:
    """Say whether this is a retransmission of what was applied (domain 9).

    Raises:
        IdConflict: the same id was applied with other content.
    """
    if applied is not None and applied != content:
        of = "" if logged.sku is None else f" for {logged.sku}"
        raise IdConflict(
            f"{logged.source} sent {logged.source_id}{of} before, with other content; "
            "what was applied stands; send what is new under an id of its own",
            conflicts_with=logged.id,
        )
    return applied is not None


def _duplicate(logged: OfSku | Policy) -> Said:
    again = f"{logged.source} {logged.source_id} again"
    return (Occurrence("duplicate", logged.sku, again),)


def _refuse(record: Record, logged: OfSku | Policy, error: CostingError | Refused) -> Said:
    """Publish the event as refused; an order that waits for a component's cost is told."""
    event = record._replace(value=as_event(record.value or b""))
    yield from refusal(event, error.code, error.name, str(error), logged, error.conflicts_with)
    if isinstance(logged, Consumption) and not logged.late:
        yield answer(record, logged, None)


def _has_money(entries: list[Entry]) -> bool:
    return any(
        isinstance(entry, CostEntry | CostVariance) and entry.amount for entry in entries
    )
