"""Opening balances from a CSV file: lines to `adjustment` events, or what is wrong with them.

An event's id is made of SKU, warehouse and time: the same file makes the same events, and what
was imported is not imported again. With other figures it is refused (104), not added.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import msgspec
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from ullage.cli.failure import Refused
from ullage.costing.money import plain as to_text
from ullage.costing.money import times
from ullage.processors import sentence
from ullage.processors.currency import micros
from ullage.processors.identity import NAMESPACE, uuid5
from ullage_schemas.fields import read_time, write_time
from ullage_schemas.inputs import Adjustment
from ullage_schemas.money import plain, read

SOURCE = "ullage-import"
REASON = "opening balance"
NEEDED = ("sku", "warehouse", "quantity")
KNOWN = (*NEEDED, "unit_cost", "value", "effective_at", "reason")


@dataclass(frozen=True, slots=True)
class Balance:
    """One line that can be imported; a value of 0 leaves the cost to the item's own."""

    line: int
    event: Adjustment

    @property
    def value(self) -> Decimal:
        return self.event.value or Decimal()

    def as_json(self) -> bytes:
        """The event, as it is sent."""
        return msgspec.json.encode(self.event.model_dump(mode="json", exclude_none=True))


@dataclass(slots=True)
class Balances:
    """What a file says."""

    found: list[Balance] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """A sentence a line that cannot be imported."""
    empty: int = 0
    """Lines with a quantity of 0: nothing to import."""
    unused: list[str] = field(default_factory=list)
    """Columns that mean nothing here."""


def of_file(file: Path, at: datetime | None) -> Balances:
    """Read a file; `at` is when its balances hold, where a line does not say.

    Raises Refused: it cannot be read, or lacks a column.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return _balances(file.name, _reader(file, opened), at)
    except OSError as reason:
        raise Refused(f"{file} cannot be read: {reason.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as reason:
        raise Refused(f"{file} is no CSV file in UTF-8: {reason}; export it again") from None


def _reader(file: Path, opened: TextIO) -> "csv.DictReader[str]":
    """Columns by name, in any order, parted by commas or semicolons."""
    header = opened.readline()
    delimiter = ";" if ";" in header and "," not in header else ","
    columns = [
        name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])
    ]
    missing = [name for name in NEEDED if name not in columns]
    if missing or not {"unit_cost", "value"} & set(columns):
        raise Refused(
            f"{file}: the first line must name the columns; it lacks "
            f"{', '.join(missing) or 'unit_cost or value'}. Known are {', '.join(KNOWN)}"
        )
    return csv.DictReader(opened, columns, restkey="", delimiter=delimiter)


def _balances(name: str, rows: "csv.DictReader[str]", at: datetime | None) -> Balances:
    balances = Balances(unused=[c for c in rows.fieldnames or () if c not in KNOWN])
    seen: dict[str, int] = {}
    for row in rows:
        number = rows.line_num + 1  # the first line was read before
        cells = {column: (cell or "").strip() for column, cell in row.items() if column}
        if not any(cells.values()):
            continue
        try:
            event = _event(cells, at)
            if event is None:
                balances.empty += 1
            else:
                _require_new(event, seen, number)
                balances.found.append(Balance(number, event))
        except _Wrong as reason:
            balances.wrong.append(f"{name}, line {number} {reason}")
    return balances


def _require_new(event: Adjustment, seen: dict[str, int], number: int) -> None:
    first = seen.setdefault(event.id, number)
    if first != number:
        raise _Wrong(
            f"has the same SKU, warehouse and time as line {first}; add the two up in one line"
        )


class _Wrong(Exception):
    """What is wrong with a line, and what to do."""


def _event(cells: Mapping[str, str], at: datetime | None) -> Adjustment | None:
    quantity = _number(cells, "quantity")
    value = _value(cells, quantity)
    if not quantity and not value:
        return None
    if quantity <= 0:
        raise _Wrong(
            f"has a quantity of {plain(quantity)} and a value of {plain(value)}; what is on "
            "hand must be more than 0"
        )
    try:
        return _adjustment(cells, quantity, value, _time(cells, at))
    except ValidationError as error:
        raise _Wrong(f"cannot be imported: {sentence.of(error)}") from None


def _adjustment(
    cells: Mapping[str, str], quantity: Decimal, value: Decimal, at: datetime
) -> Adjustment:
    place = cells["sku"], cells["warehouse"]
    return Adjustment(
        type="adjustment",
        id=uuid5(NAMESPACE, "\x1f".join((SOURCE, *place, write_time(at)))),
        source=SOURCE,
        effective_at=at,
        sku=place[0],
        warehouse=place[1],
        mode="quantity_and_value" if value else "quantity",
        quantity=quantity,
        value=value or None,
        reason=cells.get("reason") or REASON,
    )


def _value(cells: Mapping[str, str], quantity: Decimal) -> Decimal:
    """The value of all units, given or as quantity times unit cost."""
    given = [name for name in ("unit_cost", "value") if cells.get(name)]
    if not given and not quantity:
        return Decimal()
    if len(given) != 1:
        found = "both unit_cost and value" if given else "neither unit_cost nor value"
        raise _Wrong(
            f"has {found}; give one of them (0: the item's standard cost, if it has one)"
        )
    number = _number(cells, given[0])
    if number < 0:
        raise _Wrong(f"has a negative {given[0]}, {plain(number)}; it must be 0 or more")
    if given[0] == "value":
        return number
    return Decimal(to_text(times(micros(quantity), micros(number))))


def _number(cells: Mapping[str, str], name: str) -> Decimal:
    try:
        return read(cells[name])
    except PydanticCustomError as reason:
        raise _Wrong(
            f'has the {name} "{sentence.clip(cells[name])}"; it {reason.message()}'
        ) from None


def _time(cells: Mapping[str, str], at: datetime | None) -> datetime:
    given = cells.get("effective_at")
    if not given:
        if at is None:
            raise _Wrong(
                "does not say when the balance holds; fill in effective_at, or give one time "
                "for all with --at 2026-10-01T00:00:00Z"
            )
        return at
    try:
        return read_time(given)
    except PydanticCustomError as reason:
        raise _Wrong(
            f'has the effective_at "{sentence.clip(given)}"; it {reason.message()}'
        ) from None
