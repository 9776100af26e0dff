"""The oracle's warehouse inventory: every fact kept as it arrived, read again each time."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from tests.costing.oracle_pool import ZERO


class Moved(NamedTuple):
    """Units that came or went; `explains` if it may account for what a count missed."""

    at: int
    quantity: Fraction
    explains: bool = False


class Counted(NamedTuple):
    """What the WMS said is there."""

    at: int
    on_hand: Fraction


class Stand(NamedTuple):
    """What a warehouse holds by the books, by the last count, and the count itself."""

    expected: Fraction = ZERO
    estimated: Fraction = ZERO
    counted: Fraction | None = None
    counted_at: int | None = None

    @property
    def variance(self) -> Fraction | None:
        return None if self.counted is None else self.estimated - self.expected


def stand(facts: Iterable[Moved | Counted]) -> Stand:
    """Read the facts of one warehouse from the first (domain 1)."""
    now = Stand()
    for fact in facts:
        now = _counted(now, fact) if isinstance(fact, Counted) else _moved(now, fact)
    return now


def _counted(now: Stand, pull: Counted) -> Stand:
    if now.counted_at is not None and pull.at < now.counted_at:
        return now
    return Stand(now.expected, pull.on_hand, pull.on_hand, pull.at)


def _moved(now: Stand, move: Moved) -> Stand:
    expected = now.expected + move.quantity
    if now.counted_at is not None and move.at <= now.counted_at:
        return now._replace(expected=expected)  # the count saw it
    seen = _explained(now.variance or ZERO, move.quantity) if move.explains else ZERO
    return now._replace(expected=expected, estimated=now.estimated + move.quantity - seen)


def _explained(variance: Fraction, quantity: Fraction) -> Fraction:
    """How many of the units that move were already missing from, or extra in, the count."""
    if variance * quantity <= 0:
        return ZERO
    return quantity if abs(quantity) < abs(variance) else variance
