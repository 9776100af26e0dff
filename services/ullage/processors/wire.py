"""Input records as processors read them, and movements as they write them."""

from collections.abc import Mapping
from typing import Final

import jiter
import msgspec
from pydantic import ValidationError

from ullage import topics
from ullage.processors import sentence
from ullage.processors.envelope import attributes, headers
from ullage.processors.identity import is_dated, recorded_at
from ullage.processors.refuse import Refused, Unreadable
from ullage.step import Output, Record
from ullage_schemas.fields import write_time
from ullage_schemas.inputs import INPUT_EVENTS, Identity, InputEvent

Body = dict[str, object]

encode: Final = msgspec.json.Encoder().encode
_ABOUT: Final = {"id", "type", "sku", "source", "effective_at"}


def body_of(record: Record) -> Body:
    """Read a JSON object, its numbers exactly.

    Raises:
        Unreadable: there is none.
    """
    if record.value is None:
        raise Unreadable("The record is a tombstone, without a value; an event was expected.")
    try:
        body: object = jiter.from_json(
            record.value, allow_inf_nan=False, catch_duplicate_keys=True, float_mode="decimal"
        )
    except ValueError as error:
        raise Unreadable(_unreadable(str(error))) from None
    if not isinstance(body, dict):
        raise Unreadable("The record is JSON, but no object; an event was expected.")
    return body


def _unreadable(error: str) -> str:
    """Say it in our words: the parser's quote whatever they met, at any length."""
    where = error.rpartition(" at ")[2]
    reasons = {
        "Detected duplicate key": "The JSON names a field twice",
        "recursion limit": "The JSON is nested too deeply",
        "number out of range": "The JSON has a number too long to read",
        "InvalidOperation": "The JSON has a number with an exponent out of any range",
        "invalid unicode": "The record is not UTF-8",
    }
    said = (words for mark, words in reasons.items() if mark in error)
    return f"{next(said, 'The record is not JSON')} ({where})."


def identity_of(body: Body) -> Identity:
    """Read what makes an event the same one again; without it, it cannot be refused by name.

    Raises:
        Unreadable: it has none.
    """
    try:
        return Identity.model_validate(body)
    except ValidationError as error:
        raise Unreadable(f"The event has no usable identity: {sentence.of(error)}.") from None


def event_of(body: Body, record: Record) -> InputEvent:
    """Check an event against the contract, its topic and its key.

    Raises:
        Refused: with 100 and a sentence.
    """
    model = _model_of(body.get("type"))
    kind = str(body["type"])
    topic = topics.TOPIC_OF_TYPE[kind].name
    if record.topic != topic:
        raise Refused(
            f"The type {kind} belongs on the topic {topic}; this came on {record.topic}."
        )
    event = _valid(model, body)
    _check_record(record, topics.key_of(kind), body)
    return event


def forwarded_event(body: Body, record: Record) -> InputEvent:
    """Read an event that intake has taken and passed on.

    Raises:
        Refused: another version of intake took what this one does not.
    """
    return _valid(_model_of(body.get("type")), body)


def _valid(model: type[InputEvent], body: Body) -> InputEvent:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise Refused(f"The {body['type']} is not valid: {sentence.of(error)}.") from None


def _model_of(kind: object) -> type[InputEvent]:
    model = INPUT_EVENTS.get(kind) if isinstance(kind, str) else None
    if model is None:
        known = ", ".join(INPUT_EVENTS)
        given = f'"{sentence.clip(kind)}"' if isinstance(kind, str) else "no text"
        raise Refused(f"The type of the event is {given}; it must be one of {known}.")
    return model


def _check_record(record: Record, field: str, body: Body) -> None:
    """A record with another key may lie in another partition, out of order with its SKU's."""
    wanted = topics.OF_ALL if field == topics.OF_ALL else str(body[field])
    if record.key != wanted.encode():
        given = "no key" if record.key is None else f'the key "{_text(record.key)}"'
        whose = "" if field == topics.OF_ALL else f", its {field}"
        raise Refused(f'The record has {given}; it must be "{wanted}"{whose}.')
    if not is_dated(record):
        raise Refused(
            f"The record's Kafka timestamp is {record.timestamp}; it must be a time of the "
            "years 1970 to 2199 in milliseconds since 1970."
        )


def _text(key: bytes) -> str:
    return sentence.clip(key.decode(errors="replace"))


def fields_of(event: InputEvent) -> Mapping[str, object]:
    """Return the fields of an event that are its type's own, as the log writes them."""
    return event.model_dump(mode="json", exclude=_ABOUT, exclude_none=True)


def movement(
    record: Record,
    event: InputEvent,
    made: str,
    sku: str,
    fields: Mapping[str, object],
    kind: str | None = None,
) -> Output:
    """Write a movement of the id `made`: compact JSON, its fields always in the same order.

    `kind` is what the event is to this SKU, where that has another name than the event.
    """
    learnt, kind = recorded_at(record), kind or event.type
    about = {"id": made, "type": kind, "sku": sku, **source_of(event), "recorded_at": learnt}
    shared = attributes(sku, learnt, record.headers)
    return Output(
        topics.MOVEMENTS.name,
        sku.encode(),
        encode({**about, **fields}),
        headers(made, kind, shared),
    )


def source_of(event: InputEvent) -> dict[str, object]:
    """Return where an event came from and when it happened, as the log writes it."""
    return {
        "source": event.source,
        "source_id": event.id,
        "effective_at": write_time(event.effective_at),
    }
