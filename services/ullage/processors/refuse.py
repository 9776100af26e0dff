"""What cannot be taken: refused with a sentence, or set aside byte for byte. Never dropped."""

from collections.abc import Iterator
from typing import Final, Protocol

import msgspec

from ullage import topics
from ullage.processors.envelope import attributes, headers, trace
from ullage.processors.identity import recorded_at, rejection_id
from ullage.step import Occurrence, Output, Record

MOST_CHARACTERS: Final = 1_000
"""Of a sentence; what it quotes comes from outside."""

_encode: Final = msgspec.json.Encoder().encode


class Unreadable(Exception):
    """Bytes that are no event with an identity: they go to `dead-letters`."""


class Refused(Exception):
    """An event that can never be taken as it is: it goes to `rejections`."""

    code, name = 100, "invalid_event"

    def __init__(self, message: str, conflicts_with: str | None = None) -> None:
        self.conflicts_with = conflicts_with
        super().__init__(message)


class IdConflict(Refused):
    """The same source and id came before with other content (domain 9)."""

    code, name = 104, "id_conflict"


class PeriodClosed(Refused):
    """Dated before what the service still remembers (domain 7 and 9)."""

    code, name = 105, "period_closed"


class UnknownReference(Refused):
    """It names a receipt or a SKU that its shipment never received (domain 9)."""

    code, name = 107, "unknown_reference"


class Refusable(Protocol):
    """What a rejection says of an event: its identity, and the rest where it can be read."""

    @property
    def id(self) -> str | None:
        """The movement's; None where there is none yet."""

    @property
    def sku(self) -> str | None: ...

    @property
    def source(self) -> str: ...

    @property
    def source_id(self) -> str: ...

    @property
    def effective_at(self) -> str | None: ...

    @property
    def recorded_at(self) -> str: ...


def refusal(
    record: Record,
    code: int,
    name: str,
    message: str,
    event: Refusable,
    conflicts_with: str | None = None,
) -> Iterator[Output | Occurrence]:
    """Publish an event as refused, whole, under the key it came with."""
    record_id = rejection_id(event.source, event.source_id, event.recorded_at, code)
    said = {"code": code, "name": name, "message": message[:MOST_CHARACTERS]}
    facts: dict[str, object] = {"id": record_id, "type": "rejection", **_about(event), **said}
    if conflicts_with is not None:
        facts["conflicts_with"] = conflicts_with
    yield Output(
        topics.REJECTIONS.name,
        record.key,
        _encode(facts | {"event": _one_line(record.value or b"null")}),
        headers(
            record_id, "rejection", attributes(event.sku, event.recorded_at, record.headers)
        ),
    )
    yield Occurrence("rejection", event.sku, f"{event.source} {event.source_id}: {message}")


def _about(event: Refusable) -> dict[str, str]:
    about = {
        "sku": event.sku,
        "movement_id": event.id,
        "source_id": event.source_id,
        "effective_at": event.effective_at,
        "recorded_at": event.recorded_at,
    }
    return {name: fact for name, fact in about.items() if fact is not None}


def _one_line(event: bytes) -> msgspec.Raw:
    # The event keeps its bytes, on one line: no JSON string holds a bare line break.
    return msgspec.Raw(event.replace(b"\n", b" ").replace(b"\r", b" "))


def dead_letter(record: Record, reason: str) -> Iterator[Output | Occurrence]:
    """Set a record aside as it came; the headers say why, and where it stands."""
    sentence = reason[:MOST_CHARACTERS]
    facts = {
        "error": sentence,
        "source_topic": record.topic,
        "source_partition": str(record.partition),
        "source_offset": str(record.offset),
        "failed_at": recorded_at(record),
    }
    named = tuple((name, fact.encode()) for name, fact in facts.items())
    yield Output(
        topics.DEAD_LETTERS.name, record.key, record.value, named + trace(record.headers)
    )
    yield Occurrence("dead_letter", None, sentence)
