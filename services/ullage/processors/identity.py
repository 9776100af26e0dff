"""Ids that a replay makes again, and the time at which an event was learnt."""

from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import TYPE_CHECKING, Final

from ullage.processors.text import EPOCH
from ullage.step import Record
from ullage_schemas.fields import LAST_YEAR, write_time

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

NAMESPACE: Final = "0acd6546-b67a-4e13-8e2a-20eb144c4219"
"""Of every id made from an event. Another one would make every event a new one."""

_VARIANT: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
# Two bits of the hash give way to the mark of RFC 4122.

MILLISECOND: Final = timedelta(milliseconds=1)
LAST_MS: Final = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - EPOCH) // MILLISECOND - 1
"""The last timestamp a record may have: years after it are refused."""


def movement_id(
    source: str, source_id: str, sku: str, shipment_id: str = "", line: int = 0
) -> str:
    """Return the id of a movement: of its event's identity, within what that is checked in.

    Identities are checked per SKU, those of purchasing per shipment (contract, input topics);
    `line` is the place of a receipt's line.
    """
    return _identify("movement", source, source_id, sku, shipment_id, str(line))


def output_id(movement: str, kind: str, number: int) -> str:
    """Return the id of what a movement makes: uuid5 of type and number in its own id."""
    return OutputIds(movement).of(kind, number)


class OutputIds:
    """Ids of what one movement makes; the hash of its own id is begun once."""

    __slots__ = ("_begun", "_made")

    def __init__(self, movement: str) -> None:
        self._begun = _begin(movement)
        self._made: dict[str, int] = {}

    def next(self, kind: str) -> str:
        """Return the id of the next record of that type."""
        number = self._made.get(kind, 0)
        self._made[kind] = number + 1
        return self.of(kind, number)

    def of(self, kind: str, number: int) -> str:
        hashed = self._begun.copy()
        hashed.update(f"{kind}/{number}".encode())
        return _written(hashed.hexdigest())


def rejection_id(source: str, source_id: str, recorded_at: str, code: int) -> str:
    """Return the id of a rejection (contract, conventions)."""
    return _identify("rejection", source, source_id, recorded_at, str(code))


def _identify(*parts: str) -> str:
    # No part holds a control character, so joined parts are never ambiguous.
    return uuid5(NAMESPACE, "\x1f".join(parts))


def uuid5(space: str, name: str) -> str:
    """Return the uuid5 of a name as text, as `uuid.uuid5` does in three times the time.

    >>> import uuid
    >>> uuid5(NAMESPACE, "a") == str(uuid.uuid5(uuid.UUID(NAMESPACE), "a"))
    True
    """
    hashed = _begin(space)
    hashed.update(name.encode())
    return _written(hashed.hexdigest())


def _begin(space: str) -> "HASH":
    return sha1(bytes.fromhex(space.replace("-", "")), usedforsecurity=False)


def _written(text: str) -> str:
    variant = _VARIANT[text[16]]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


def is_dated(record: Record) -> bool:
    """Say whether the record's timestamp lies in the years 1970 to 2199."""
    return 0 <= record.timestamp <= LAST_MS


def recorded_at(record: Record) -> str:
    """Return when the record was written; not dated, the nearest time there can be."""
    milliseconds = min(max(record.timestamp, 0), LAST_MS)
    return write_time(EPOCH + timedelta(milliseconds=milliseconds))
