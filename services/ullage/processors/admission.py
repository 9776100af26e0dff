"""How processors in front of the ledger take their records: read, check, accept or refuse."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from ullage.processors import in_force
from ullage.processors.documents import Documents, Places
from ullage.processors.envelope import record_id
from ullage.processors.identity import recorded_at
from ullage.processors.internal import as_it_came
from ullage.processors.refuse import Refused, Unreadable, dead_letter, refusal
from ullage.processors.wire import Body, body_of, event_of, forwarded_event, identity_of
from ullage.step import Occurrence, Output, Record
from ullage_schemas.fields import Name, Time, write_time
from ullage_schemas.inputs import Identity, InputEvent

Accept = Callable[[Record, InputEvent], Sequence[Output | Occurrence]]
"""Takes a valid event: all of it, or raises `Refused` and changes nothing."""

_sku: Final = TypeAdapter(Name)
_time: Final = TypeAdapter(Time)


Read = Callable[[Body, Record], InputEvent]
Take = Callable[[], Sequence[Output]]
"""Writes a new document's movements: all of it, or raises `Refused` and changes nothing."""
Again = Callable[[Places], Sequence[Output]]
"""Writes movements of parts that came before as they were, should the ledger have refused."""


def admit(records: Iterable[Record], accept: Accept) -> Iterator[Output | Occurrence]:
    """Take each record; what is wrong with one is said, and the next is taken."""
    for record in records:
        try:
            yield from _take(record, event_of, accept)
        except Unreadable as reason:
            yield from dead_letter(record, str(reason))


def admit_forwarded(record: Record, accept: Accept) -> Iterator[Output | Occurrence]:
    """Take a document that intake has passed on, as if it came from its source."""
    try:
        yield from _take(as_it_came(record), forwarded_event, accept)
    except Unreadable as reason:
        yield from dead_letter(record, str(reason))


def _take(record: Record, read: Read, accept: Accept) -> Iterable[Output | Occurrence]:
    body = body_of(record)
    try:
        return accept(record, read(body, record))
    except Refused as refused:
        return _rejection(record, body, identity_of(body), refused)


def take_once(
    documents: Documents, record: Record, event: InputEvent, take: Take, again: Again
) -> Sequence[Output | Occurrence]:
    """Take a document of a shipment or an order that is new; answer one that came before."""
    policy = in_force.read(documents.store)
    documents.check_age(record, event, policy.keep_months)
    places = documents.came_before(event)
    if places is not None:
        came = f"The {event.type} {event.id} of {documents.of} came again."
        return again(places) or (Occurrence("duplicate", None, came),)
    made = take()
    documents.remember(event, record_id(made[0]) if made else None)
    in_force.note_money(documents.store, policy)
    return made


def not_supported(event: InputEvent) -> Refused:
    """Return the refusal of an event that is valid, but whose rules are not built yet."""
    return Refused(
        f"The type {event.type} is not supported yet; send the event again when it is."
    )


class _Claimed(NamedTuple):
    """What a refused event says of itself."""

    source: str
    source_id: str
    sku: str | None
    effective_at: str | None
    recorded_at: str
    id: str | None = None


def _rejection(
    record: Record, body: Body, identity: Identity, refused: Refused
) -> Iterator[Output | Occurrence]:
    event = _Claimed(
        identity.source,
        identity.id,
        _sku_of(body),
        _effective_at(body),
        recorded_at(record),
    )
    return refusal(
        record, refused.code, refused.name, str(refused), event, refused.conflicts_with
    )


def _sku_of(body: Body) -> str | None:
    try:
        return _sku.validate_python(body.get("sku"))
    except ValidationError:
        return None


def _effective_at(body: Body) -> str | None:
    try:
        return write_time(_time.validate_python(body.get("effective_at")))
    except ValidationError:
        return None
