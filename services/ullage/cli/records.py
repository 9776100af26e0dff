"""Lines of files as the records they would be in their topics, for `ullage replay`."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from ullage import topics
from ullage.cli.failure import Refused
from ullage.processors.identity import LAST_MS, MILLISECOND
from ullage.processors.refuse import Unreadable
from ullage.processors.text import EPOCH
from ullage.processors.wire import Body, body_of, identity_of
from ullage.step import Record
from ullage_schemas.fields import read_time


def of_events(files: list[Path]) -> Iterator[Record]:
    """Each line as a record of its type's topic, under the key that the topic asks for.

    A record is dated by the line's `recorded_at`, else by the greatest `effective_at` so far;
    an `effective_at` that the contract does not accept does not count, for its event will be
    refused. Records have milliseconds, as Kafka's do, and finer times are rounded up: nothing
    is learnt before it happens.

    What has no topic, for it is no event or of no known type, is a record of the file itself,
    its line the offset: so a dead letter tells where it stands.

    Raises Refused: a file cannot be read, or a `recorded_at` is no time of the contract.
    """
    latest = EPOCH
    for file in files:
        for number, value in _lines(file):
            unplaced = Record(str(file), 0, number, 0, None, value)
            body = _body_of(unplaced)
            latest = max(latest, _effective_at(body) or latest)
            try:
                learnt = _recorded_at(body) or latest
            except ValueError as reason:
                raise Refused(
                    f"{file}, line {number}: recorded_at {reason}; nothing was written"
                ) from None
            yield _placed(unplaced, body)._replace(timestamp=_milliseconds(learnt))


def _body_of(record: Record) -> Body:
    """The line's fields as a processor will read them; none when it is to be set aside."""
    try:
        return body_of(record)
    except Unreadable:
        return {}


def _placed(record: Record, body: Body) -> Record:
    """Put an event where it belongs; without its key, for the processor to miss it by name."""
    kind = body.get("type")
    topic = topics.TOPIC_OF_TYPE.get(kind) if isinstance(kind, str) else None
    if topic is None or not isinstance(kind, str) or not _has_identity(body):
        return record
    field = topics.key_of(kind)
    key = field if field == topics.OF_ALL else body.get(field)
    return record._replace(topic=topic.name, key=key.encode() if isinstance(key, str) else None)


def _has_identity(body: Body) -> bool:
    try:
        identity_of(body)
    except Unreadable:
        return False
    return True


def _effective_at(body: Body) -> datetime | None:
    try:
        return read_time(body.get("effective_at"))
    except ValueError:
        return None


def _recorded_at(body: Body) -> datetime | None:
    """The time the line says it was recorded at, if it says one. Raises ValueError."""
    said = body.get("recorded_at")
    return None if said is None else read_time(said)


def _milliseconds(time: datetime) -> int:
    """Since 1970, rounded up, unless that leaves the years that a record may be of."""
    return min(-((EPOCH - time) // MILLISECOND), LAST_MS)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that hold something, without their ends, counted from 1."""
    with ExitStack() as opened:
        try:
            source = (
                sys.stdin.buffer if str(file) == "-" else opened.enter_context(file.open("rb"))
            )
            for number, raw in enumerate(source, start=1):
                if raw.strip():
                    yield number, raw.rstrip(b"\r\n")
        except OSError as reason:
            raise Refused(f"{file} cannot be read: {reason.strerror}") from None
