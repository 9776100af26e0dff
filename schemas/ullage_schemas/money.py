"""Exact numbers: quantities, money and exchange rates, never through a float.

On input a decimal string or a JSON number (parsed to `int` or `Decimal`), on output a plain
decimal string. At most 6 decimals as written (rates 12), magnitude below 10^12; NaN, infinities
and exponents beyond that are refused.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

PLACES = 6
RATE_PLACES = 12
WHOLE_DIGITS = 12
LONGEST = 64
"""Characters of a decimal string; what is longer cannot be in range and is not looked at."""

_GRAMMAR = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def read(value: object, places: int = PLACES) -> Decimal:
    """The exact value of a decimal string, int or Decimal; floats and booleans are refused.

    Only the exponent is looked at before the range is known, so `1e999999999` costs nothing.

    >>> read("12.50"), read(3), read(Decimal("1E+3"))
    (Decimal('12.50'), Decimal('3'), Decimal('1E+3'))
    """
    number = _decimal(value)
    if not number.is_finite() or number.adjusted() >= WHOLE_DIGITS:
        raise _too_large()
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -places:
        raise PydanticCustomError(
            "exact_places", "must have at most {places} decimals", {"places": places}
        )
    return number


def _decimal(value: object) -> Decimal:
    if isinstance(value, str) and len(value) <= LONGEST and _GRAMMAR.fullmatch(value):
        try:
            return Decimal(value)
        except InvalidOperation:
            raise _too_large() from None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise PydanticCustomError("exact_type", "must be a number or a decimal string like 12.50")


def _too_large() -> PydanticCustomError:
    return PydanticCustomError(
        "exact_range",
        "must have at most {digits} digits before the point",
        {"digits": WHOLE_DIGITS},
    )


def plain(value: Decimal) -> str:
    """A plain decimal string: no exponent, no trailing zeros, no negative zero.

    >>> plain(Decimal("12.500")), plain(Decimal("1E+3")), plain(Decimal("-0.0"))
    ('12.5', '1000', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise PydanticCustomError("exact_sign", "must be greater than 0")
    return value


def _not_negative(value: Decimal) -> Decimal:
    if value.is_signed():
        raise PydanticCustomError("exact_sign", "must not be negative")
    return value


def _not_zero(value: Decimal) -> Decimal:
    if not value:
        raise PydanticCustomError("exact_sign", "must not be 0")
    return value


def _schema(sign: str, bounds: dict[str, int], text: str) -> WithJsonSchema:
    """The published form: a decimal string or a JSON number."""
    grammar = sign + _GRAMMAR.pattern.removeprefix("-?").replace("(?:", "(")
    decimals = {"type": "string", "maxLength": LONGEST, "pattern": f"^{grammar}$"}
    number = {"type": "number", "exclusiveMaximum": 10**WHOLE_DIGITS, **bounds}
    return WithJsonSchema({"description": text, "anyOf": [decimals, number]})


_MONEY = PlainValidator(read)
_RATE = PlainValidator(partial(read, places=RATE_PLACES))
_PLAIN = PlainSerializer(plain, return_type=str)
_EXACT = f"Exact, at most {PLACES} decimals, magnitude below 10^{WHOLE_DIGITS}."
_LOWEST = {"exclusiveMinimum": -(10**WHOLE_DIGITS)}
_SOME = "(?=[^eE]*[1-9])"

Signed = Annotated[Decimal, _MONEY, _PLAIN, _schema("-?", _LOWEST, f"{_EXACT} Any sign.")]
NotZero = Annotated[
    Decimal, _MONEY, AfterValidator(_not_zero), _PLAIN,
    _schema(f"-?{_SOME}", _LOWEST, f"{_EXACT} Any sign, not 0."),
]  # fmt: skip
NotNegative = Annotated[
    Decimal, _MONEY, AfterValidator(_not_negative), _PLAIN,
    _schema("", {"minimum": 0}, f"{_EXACT} 0 or more."),
]  # fmt: skip
Positive = Annotated[
    Decimal, _MONEY, AfterValidator(_positive), _PLAIN,
    _schema(_SOME, {"exclusiveMinimum": 0}, f"{_EXACT} Greater than 0."),
]  # fmt: skip
Rate = Annotated[
    Decimal, _RATE, AfterValidator(_positive), _PLAIN,
    _schema(_SOME, {"exclusiveMinimum": 0}, f"Greater than 0, at most {RATE_PLACES} decimals."),
]  # fmt: skip


def _read_plain(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _PLAIN_GRAMMAR.fullmatch(value):
        return Decimal(value)
    raise PydanticCustomError("plain_decimal", "must be a plain decimal string like 12.50")


_PLAIN_GRAMMAR = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
Plain = Annotated[
    Decimal, PlainValidator(_read_plain), _PLAIN,
    WithJsonSchema({"type": "string", "pattern": f"^{_PLAIN_GRAMMAR.pattern}$"}),
]  # fmt: skip
"""What this service writes: a plain decimal string. Totals may exceed the bound on inputs."""
