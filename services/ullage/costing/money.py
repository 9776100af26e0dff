"""Exact arithmetic: integers of 10^-6 for quantities and for money, rounding half to even."""

from collections.abc import Sequence

MICRO = 1_000_000


def divide(dividend: int, divisor: int) -> int:
    """Divide and round half to even; the divisor is positive.

    >>> [divide(5, 2), divide(7, 2), divide(-5, 2), divide(10, 3)]
    [2, 4, -2, 3]
    """
    whole = dividend // divisor
    rest = dividend - whole * divisor
    if not rest:
        return whole
    twice = 2 * rest
    return whole + (twice > divisor or (twice == divisor and whole & 1))


def times(quantity: int, unit_cost: int) -> int:
    """Cost of a quantity at a unit cost, to 10^-6.

    >>> times(3 * MICRO, 3_333_333)
    9999999
    """
    return divide(quantity * unit_cost, MICRO)


def per_unit(value: int, quantity: int) -> int:
    """Unit cost to 10^-6; the quantity is positive.

    >>> per_unit(10 * MICRO, 3 * MICRO)
    3333333
    """
    return divide(value * MICRO, quantity)


def to_step(amount: int, step: int) -> int:
    """Round to a whole number of steps (a minor unit, a cost precision), half to even.

    >>> to_step(4_062_857_143, 10_000)
    4062860000
    """
    return divide(amount, step) * step


def plain(amount: int) -> str:
    """Write 10^-6 as a plain decimal, without needless zeros.

    >>> [plain(12_500_000), plain(-1), plain(3 * MICRO)]
    ['12.5', '-0.000001', '3']
    """
    whole, rest = divmod(abs(amount), MICRO)
    digits = f"{whole}.{rest:06}".rstrip("0") if rest else str(whole)
    return f"-{digits}" if amount < 0 else digits


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights that do not sum to zero; the shares add up to the amount.

    Largest remainder: what rounding down leaves goes, 10^-6 each, to the largest remainders,
    ties to the earlier line (domain 3 and 5).

    >>> spread(100, [1, 1, 1])
    [34, 33, 33]
    >>> spread(-100, [2, 1])
    [-67, -33]
    >>> spread(-100, [-2, -1])
    [-67, -33]
    """
    total = sum(weights)
    if total < 0:
        return spread(amount, [-weight for weight in weights])
    sign = -1 if amount < 0 else 1
    parts = [divmod(sign * amount * weight, total) for weight in weights]
    shares = [whole for whole, _ in parts]
    short = sign * amount - sum(shares)
    by_remainder = sorted(range(len(parts)), key=lambda line: -parts[line][1])
    for line in by_remainder[:short]:
        shares[line] += 1
    return [sign * share for share in shares]
