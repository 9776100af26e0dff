"""Ids that a replay makes again, and the time at which an event was learnt."""

from datetime import UTC, datetime, timedelta
from typing import Final

import uuid_utils

from ullage.processors.text import EPOCH
from ullage.step import Record
from ullage_schemas.fields import LAST_YEAR, write_time

NAMESPACE: Final = "0acd6546-b67a-4e13-8e2a-20eb144c4219"
"""Of every id made from an event. Another one would make every event a new one."""

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
    """Ids of what one movement makes."""

    __slots__ = ("_made", "_space")

    def __init__(self, movement: str) -> None:
        self._space = uuid_utils.UUID(movement)
        self._made: dict[str, int] = {}

    def next(self, kind: str) -> str:
        """Return the id of the next record of that type."""
        number = self._made.get(kind, 0)
        self._made[kind] = number + 1
        return self.of(kind, number)

    def of(self, kind: str, number: int) -> str:
        return str(uuid_utils.uuid5(self._space, f"{kind}/{number}"))


def rejection_id(source: str, source_id: str, recorded_at: str, code: int) -> str:
    """Return the id of a rejection (contract, conventions)."""
    return _identify("rejection", source, source_id, recorded_at, str(code))


def _identify(*parts: str) -> str:
    # No part holds a control character, so joined parts are never ambiguous.
    return uuid5(NAMESPACE, "\x1f".join(parts))


def uuid5(space: str, name: str) -> str:
    """Return the uuid5 of a name as text."""
    return str(uuid_utils.uuid5(uuid_utils.UUID(space), name))


def is_dated(record: Record) -> bool:
    """Say whether the record's timestamp lies in the years 1970 to 2199."""
    return 0 <= record.timestamp <= LAST_MS


def recorded_at(record: Record) -> str:
    """Return when the record was written; not dated, the nearest time there can be."""
    milliseconds = min(max(record.timestamp, 0), LAST_MS)
    return write_time(EPOCH + timedelta(milliseconds=milliseconds))
