"""The oracle's figures: the kernel's integers as fractions, and units that leave or arrive."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from tests.costing.oracle_pool import ZERO, Lot, Postings, exact
from ullage.costing.entry import CostVariance, Draw


class Refused(Exception):
    """The movement can never be applied; `code` is domain 9's."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


def units(micro: int) -> Fraction:
    """Units, or base currency, of the kernel's integer."""
    return Fraction(micro, 10**6)


def micro(amount: Fraction) -> int:
    """The kernel's integer; an amount that is not whole 10^-6 is a mistake of the oracle."""
    scaled = amount * 10**6
    if scaled.denominator != 1:
        raise AssertionError(f"{amount} is not in steps of 10^-6")
    return int(scaled)


class Left(NamedTuple):
    """Units that left a pool: what was there, what was not, and what all of it cost."""

    taken: list[Lot]
    short: Fraction
    provisional_cost: Fraction
    postings: Postings

    @property
    def short_value(self) -> Fraction:
        return exact(self.short * self.provisional_cost)

    @property
    def amount(self) -> Fraction:
        return sum((lot.value for lot in self.taken), ZERO) + self.short_value

    @property
    def posted(self) -> Fraction:
        there = (self.postings.draw(lot.quantity, lot.value) for lot in self.taken)
        return sum(there, ZERO) + self.postings.draw(self.short, self.short_value)


class Arrived(NamedTuple):
    """What became of units that came: the layer that is left of them, and what they settled."""

    made: tuple[Draw, ...]
    settlements: list[CostVariance]


def draws(
    lots: Iterable[Lot], sign: int = 1, postings: Postings | None = None
) -> tuple[Draw, ...]:
    """Name the lots, without the layer's id, which is the kernel's own."""
    return tuple(
        Draw(
            "",
            lot.receipt,
            sign * micro(lot.quantity),
            sign * micro(lot.value),
            sign * micro(postings.draw(lot.quantity, lot.value)) if postings else 0,
        )
        for lot in lots
    )
