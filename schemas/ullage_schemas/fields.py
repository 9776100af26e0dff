"""Names, ids, texts and times as the contract knows them."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

# Control characters and line separators: ids and SKUs are parts of keys joined by U+001F.
_CONTROL = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
# White space at an end would make two names that no one can tell apart.
_SPACE = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff"
_MARK = f"[^{_CONTROL}{_SPACE}]"
_PRINTABLE = f"^{_MARK}([^{_CONTROL}]*{_MARK})?$"
# A text may have lines. NUL and the other controls are no text, and PostgreSQL takes no NUL.
_TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]+$"

_CURRENCY = "^[A-Z]{3}$"
_PERIOD = "^(19[7-9]|20[0-9]|21[0-9])[0-9]-(0[1-9]|1[0-2])$"

FORMS = {
    _PRINTABLE: "must be printable, without white space at either end",
    _TEXT: "must be text without control characters",
    _CURRENCY: "must be three capital letters, like USD",
    _PERIOD: "must be a month, like 2026-10",
}
"""What each pattern asks for, in words."""

Id = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=128, pattern=_PRINTABLE)
]
"""An id given by a source: 1 to 128 printable characters, no white space at either end."""
Name = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=_PRINTABLE)
]
"""A SKU or a warehouse: 1 to 64 characters of any script, no white space at either end."""
Text = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=1000, pattern=_TEXT)
]
"""A reason in a person's words: 1 to 1,000 characters."""
Currency = Annotated[str, StringConstraints(strict=True, pattern=_CURRENCY)]
"""An ISO 4217 code."""
Period = Annotated[str, StringConstraints(strict=True, pattern=_PERIOD)]
"""A month of the policy's calendar, such as `2026-10`."""
Uuid = Annotated[
    str,
    StringConstraints(
        strict=True,
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    ),
]
"""An id this service made: a uuid5, the same on every replay."""

FIRST_YEAR, LAST_YEAR = 1970, 2199
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:([0-9]{2})(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def read_time(value: object) -> datetime:
    """An RFC 3339 time with an offset, in UTC, years 1970 to 2199.

    Up to 9 decimals of a second are read (clients of Go and .NET send 9 and 7); what is finer
    than a microsecond is cut off. Leap seconds are refused: no clock here can hold one.

    >>> read_time("2026-10-05T11:55:00.5+02:00").isoformat()
    '2026-10-05T09:55:00.500000+00:00'
    """
    if isinstance(value, datetime) and value.tzinfo is not None:
        return _in_range(value)
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None or not isinstance(value, str):
        raise PydanticCustomError(
            "time_form", "must be a time with an offset, like 2026-10-05T09:55:00Z"
        )
    if match[1] == "60":
        raise PydanticCustomError("time_leap", "is a leap second (:60); send it as :59")
    try:
        time = datetime.fromisoformat(value.upper())
    except ValueError:
        raise PydanticCustomError("time_day", "is no day, hour or offset that exists") from None
    return _in_range(time)


def _in_range(value: datetime) -> datetime:
    # The year first: an offset could carry the years 1 and 9999 out of what exists.
    if FIRST_YEAR - 1 <= value.year <= LAST_YEAR + 1:
        utc = value.astimezone(UTC)
        if FIRST_YEAR <= utc.year <= LAST_YEAR:
            return utc
    raise PydanticCustomError(
        "time_range", "must lie in the years {first} to {last}",
        {"first": FIRST_YEAR, "last": LAST_YEAR},
    )  # fmt: skip


def write_time(value: datetime) -> str:
    """A time in UTC with `Z`; six decimals of a second, or none when they are zero.

    >>> write_time(read_time("2026-10-05T11:55:00+02:00"))
    '2026-10-05T09:55:00Z'
    """
    return value.isoformat().removesuffix("+00:00") + "Z"


_WRITE = PlainSerializer(write_time, return_type=str)
Time = Annotated[
    datetime, PlainValidator(read_time), _WRITE,
    WithJsonSchema({
        "type": "string", "format": "date-time", "pattern": f"^{_TIME.pattern}$",
        "description": "RFC 3339 with an offset, years 1970 to 2199, read to the microsecond.",
    }),
]  # fmt: skip
"""When something happened, on input."""
UtcTime = Annotated[
    datetime, PlainValidator(read_time), _WRITE,
    WithJsonSchema({
        "type": "string", "format": "date-time",
        "pattern": r"^[0-9-]{10}T[0-9:]{8}(\.[0-9]{1,6})?Z$",
    }),
]  # fmt: skip
"""A time this service writes: UTC with `Z`, a fraction only when it is not zero."""
Day = Annotated[date, WithJsonSchema({"type": "string", "format": "date"})]
"""A day of the policy's calendar, such as `2026-10-05`."""
