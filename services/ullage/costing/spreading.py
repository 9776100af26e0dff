"""Spreading a charge over the lines a shipment received (domain 3 and 5).

Quantities and money in 10^-6; a line's weight is in any unit, the same for all lines.
"""

from collections.abc import Sequence
from typing import Final

from ullage.costing.money import MICRO, divide, spread, times, to_step

RATE_STEP: Final = 100
"""Shares per unit are rounded to 4 decimals."""
MOST_MOVED: Final = 500
"""What the remainder may move the last line's unit cost by: 0.0005."""


def shares_of(charge: int, quantities: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Return each line's share of a charge; the shares add up to it exactly (domain 5).

    A line's share per unit is rounded to 4 decimals, and the last line takes the remainder; if
    that moved its unit cost by more than 0.0005, the charge is spread exactly instead. Weights
    that sum to 0 fall back to the units. A line of weight 0 takes nothing, so the last line is
    the last one that has a weight.

    750, 375 and 150 units bear 850.00 by unit:

    >>> shares_of(850 * MICRO, [750 * MICRO, 375 * MICRO, 150 * MICRO], [0, 0, 0])
    [500025000, 250012500, 99962500]
    """
    weights = weights if sum(weights) else quantities
    whole = sum(weights)
    last = max(line for line, weight in enumerate(weights) if weight)
    shares = [
        times(quantity, _rate(charge * weight, whole * quantity))
        for quantity, weight in zip(quantities, weights, strict=True)
    ]
    shares[last] += charge - sum(shares)
    moved = abs(shares[last] * whole - charge * weights[last]) * MICRO
    if moved > MOST_MOVED * whole * quantities[last]:
        return spread(charge, weights)
    return shares


def posted_of(shares: Sequence[int], minor_unit: int) -> list[int]:
    """Return shares in whole minor units that add up to their sum, rounded to the minor unit.

    Largest remainder, ties to the earlier line (domain 3).

    >>> posted_of([500_025_000, 250_012_500, 99_962_500], 10_000)
    [500030000, 250010000, 99960000]
    """
    posted = [share // minor_unit * minor_unit for share in shares]
    short = (to_step(sum(shares), minor_unit) - sum(posted)) // minor_unit
    by_remainder = sorted(range(len(shares)), key=lambda line: posted[line] - shares[line])
    for line in by_remainder[:short]:
        posted[line] += minor_unit
    return posted


def locked_share(share: int, units: int, quantity: int) -> int:
    """Return what a later receipt takes at the locked share per unit of its SKU (domain 5).

    750 units bore 570.60, so 250 more take 190.20:

    >>> locked_share(570_600_000, 750 * MICRO, 250 * MICRO)
    190200000
    """
    return divide(share * quantity, units)


def _rate(part: int, whole: int) -> int:
    """Share per unit to 4 decimals; `part / whole` is in currency for one unit."""
    return divide(part * MICRO, whole * RATE_STEP) * RATE_STEP
