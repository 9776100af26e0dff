"""Lines of an explanation: an amount, and the lines that it is the sum of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ullage_schemas.money import plain

MICRO = Decimal("0.000001")
MOST_ROUNDING = Decimal("0.01")
"""What shares of a layer, rounded to 10^-6 each time, may differ; more is not rounding."""


@dataclass(frozen=True, slots=True)
class Line:
    """An amount and what it is; without parts it is the end of the trace.

    `id` is that of the record behind it, which can be explained in turn.
    """

    what: str
    amount: Decimal
    quantity: Decimal | None = None
    id: str | None = None
    parts: tuple["Line", ...] = ()

    @property
    def difference(self) -> Decimal:
        """What the ends of the trace do not add up to: 0 when every cent is explained."""
        return self.amount - sum((leaf.amount for leaf in self.leaves()), Decimal())

    def leaves(self) -> Iterator["Line"]:
        """The ends of the trace."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def scaled(self, factor: Fraction) -> "Line":
        """The same trace for a part of the amount."""
        parts = [part.scaled(factor) for part in self.parts]
        quantity = None if self.quantity is None else exact(Fraction(self.quantity) * factor)
        amount = exact(Fraction(self.amount) * factor)
        return summed(self.what, amount, parts, quantity, self.id)


def summed(
    what: str,
    amount: Decimal,
    parts: Iterable[Line],
    quantity: Decimal | None = None,
    record_id: str | None = None,
) -> Line:
    """Make a line of its parts, and one for the rounding that is between.

    A gap too large for rounding gets no line: it stays as the explanation's difference.
    """
    found = [part for part in parts if part.amount or part.parts]
    gap = amount - sum((part.amount for part in found), Decimal())
    if found and gap and abs(gap) <= MOST_ROUNDING:
        found.append(Line("rounding", gap))
    return Line(what, amount, quantity, record_id, tuple(found))


def exact(number: Fraction) -> Decimal:
    """Round half to even, to 10^-6.

    >>> exact(Fraction(2, 3)), exact(Fraction(5, 10**7))
    (Decimal('0.666667'), Decimal('0.000000'))
    """
    return Decimal(round(number * 10**6)) * MICRO


def money(number: Decimal) -> str:
    """An amount for a sentence: with two decimals at least.

    >>> money(Decimal("3.000000")), money(Decimal("0.333333"))
    ('3.00', '0.333333')
    """
    whole, _, fraction = plain(number).partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"
