"""How figures and times are written in records, and read from them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from ullage.costing.money import MICRO
from ullage.costing.money import plain as plain_of
from ullage_schemas.fields import write_time

BASE_CURRENCY: Final = "USD"
"""What the books are kept in."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)

_CENTS: Final = tuple([f".{cents:02}" for cents in range(100)])

# The same figures come again and again: a unit cost, a quantity of 1.
plain = lru_cache(maxsize=1 << 16)(plain_of)


@lru_cache(maxsize=1 << 16)
def money(amount: int) -> str:
    """Write 10^-6 of a currency as a plain decimal with two decimals at least.

    >>> [money(amount) for amount in (12_500_000, -1, 3 * MICRO, 22_571_428)]
    ['12.50', '-0.000001', '3.00', '22.571428']
    """
    if amount < 0:
        return "-" + money(-amount)
    rest = amount % MICRO
    if rest % 10_000:
        return f"{amount // MICRO}.{rest:06}".rstrip("0")
    return f"{amount // MICRO}{_CENTS[rest // 10_000]}"


@lru_cache(maxsize=1 << 16)
def micro(text: str) -> int:
    """Read a plain decimal of at most 6 decimals as an integer of 10^-6.

    >>> [micro(text) for text in ("12.5", "-0.000001", "3")]
    [12500000, -1, 3000000]
    """
    whole, point, fraction = text.partition(".")
    if not point:
        return int(whole) * MICRO
    return int(whole + fraction.ljust(6, "0"))


@lru_cache(maxsize=1 << 14)
def microseconds(text: str) -> int:
    """Read an RFC 3339 time as microseconds since 1970 UTC."""
    return (datetime.fromisoformat(text) - EPOCH) // MICROSECOND


@lru_cache(maxsize=1 << 14)
def rfc3339(instant: int) -> str:
    """Write microseconds since 1970 UTC as RFC 3339, with a fraction where there is one.

    >>> rfc3339(1_000_000), rfc3339(1_500_000)
    ('1970-01-01T00:00:01Z', '1970-01-01T00:00:01.500000Z')
    """
    return write_time(EPOCH + instant * MICROSECOND)
