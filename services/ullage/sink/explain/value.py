"""Value and where it came from: amounts by their sources, all in 10^-6, none lost on the way.

What is taken of a value takes its part of each source, spread by largest remainder, so the
parts always add up to the amount, to the last 10^-6.
"""

from collections.abc import Sequence
from typing import NamedTuple

MICRO = 1_000_000


class Source(NamedTuple):
    """A record that value came from; `rule` is the one that set it, where no price did."""

    record_id: str
    rule: str = ""


Parts = dict[Source, int]
"""What a value is made of."""


def divide(dividend: int, divisor: int) -> int:
    """Divide and round half to even; the divisor is positive.

    >>> [divide(5, 2), divide(7, 2), divide(-5, 2), divide(10, 3)]
    [2, 4, -2, 3]
    """
    whole, rest = divmod(dividend, divisor)
    return whole + (2 * rest > divisor or (2 * rest == divisor and whole & 1))


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights that do not sum to 0; the largest remainders take the rest.

    Ties go to the earlier one (domain 3 and 5).

    >>> spread(100, [1, 1, 1]), spread(-100, [2, 1])
    ([34, 33, 33], [-67, -33])
    """
    whole = sum(weights)
    if whole < 0:
        return spread(amount, [-weight for weight in weights])
    sign = -1 if amount < 0 else 1
    parts = [divmod(sign * amount * weight, whole) for weight in weights]
    shares = [part for part, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in by_remainder[: sign * amount - sum(shares)]:
        shares[place] += 1
    return [sign * share for share in shares]


def total(parts: Parts) -> int:
    return sum(parts.values())


def share(parts: Parts, amount: int) -> Parts:
    """The part that an amount of a value has of each of its sources."""
    if not amount or not total(parts):
        return {}
    shares = spread(amount, list(parts.values()))
    return {source: part for source, part in zip(parts, shares, strict=True) if part}


def add(parts: Parts, more: Parts, sign: int = 1) -> Parts:
    """Both together, or one less the other."""
    added = dict(parts)
    for source, amount in more.items():
        added[source] = added.get(source, 0) + sign * amount
    return {source: amount for source, amount in added.items() if amount}
