"""Lines of an explanation: an amount, and the lines that it is the sum of."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ullage.sink.explain.value import divide, spread
from ullage_schemas import money as exact


@dataclass(frozen=True, slots=True)
class Line:
    """An amount and what it is, in 10^-6; without parts it is the end of the trace.

    `id` is that of the record behind it, which can be explained in turn.
    """

    what: str
    micros: int
    units: int | None = None
    id: str | None = None
    parts: tuple["Line", ...] = ()
    known: bool = True
    """Not known: a record that nothing was found of; its whole amount is a difference."""

    @property
    def gap(self) -> int:
        """What the ends of the trace do not add up to: 0 when all of it is explained."""
        return self.micros - sum(leaf.micros for leaf in self.leaves())

    def leaves(self) -> Iterator["Line"]:
        """The ends of the trace."""
        if not self.parts and self.known:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def scaled(self, micros: int) -> "Line":
        """The same trace for a part of the amount; the parts still add up."""
        if micros == self.micros:
            return self
        # What does not add up takes its part too, and stays a difference.
        gap = self.micros - sum(part.micros for part in self.parts)
        shares = spread(micros, [*(part.micros for part in self.parts), gap])
        parts = [part.scaled(share) for part, share in zip(self.parts, shares, strict=False)]
        units = None
        if self.units is not None:
            units = divide(self.units * micros * _sign(self.micros), abs(self.micros))
        told = tuple(part for part in parts if part.micros)
        return Line(self.what, micros, units, self.id, told, self.known)


def plain(micros: int) -> str:
    """A number of 10^-6 for a sentence.

    >>> plain(12_500_000), plain(3)
    ('12.5', '0.000003')
    """
    return exact.plain(Decimal(micros).scaleb(-6))


def money(micros: int) -> str:
    """An amount for a sentence: with two decimals at least.

    >>> money(3_000_000), money(333_333)
    ('3.00', '0.333333')
    """
    whole, _, fraction = plain(micros).partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def _sign(number: int) -> int:
    return -1 if number < 0 else 1
