"""The oracle's pool of layers: a plain list of lots, one a receipt, and a list of what is owed.

Written to be read beside domain 2 to 4, not to be fast: exact fractions of units and of money,
linear scans, and every total summed again each time it is asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from ullage.costing.entry import EntryRef
from ullage.costing.movement import Method

ZERO = Fraction(0)


def exact(amount: Fraction) -> Fraction:
    """Round half to even at 10^-6, the step in which costs are kept."""
    return round(amount, 6)


class Postings(NamedTuple):
    """How amounts are posted: in minor units, draws at a unit cost in steps of precision."""

    minor_unit: Fraction
    cost_step: Fraction

    def cents(self, amount: Fraction) -> Fraction:
        """Round half to even at the minor unit, in which costs are posted."""
        return round(amount / self.minor_unit) * self.minor_unit

    def draw(self, quantity: Fraction, amount: Fraction) -> Fraction:
        """What a draw posts: quantity x its unit cost at the precision, in minor units.

        Its unit cost is what a reader of the published draw works out: amount / quantity
        (domain 3).
        """
        if not quantity:
            return ZERO
        unit_cost = round(amount / quantity / self.cost_step) * self.cost_step
        return self.cents(quantity * unit_cost)


class Lot(NamedTuple):
    """Units of one receipt still there. Lots with one `layer` number are published as one.

    `line` is the movement of the receipt line they came with.
    """

    quantity: Fraction
    value: Fraction
    receipt: str | None
    warehouse: str
    received_at: int
    line: str | None = None
    layer: int = 0

    @property
    def unit_cost(self) -> Fraction:
        return self.value / self.quantity

    def split(self, quantity: Fraction) -> tuple["Lot", "Lot"]:
        """Taking k of n takes round_half_even(value x k / n) and leaves the rest."""
        taken = exact(self.value * quantity / self.quantity)
        rest = self._replace(quantity=self.quantity - quantity, value=self.value - taken)
        return self._replace(quantity=quantity, value=taken), rest


class Debt(NamedTuple):
    """Units that left before they came, at their provisional value, and by which entry.

    `booked` is what that entry says they cost: less or more where the sale had an override.
    """

    quantity: Fraction
    value: Fraction
    owner: EntryRef
    warehouse: str
    booked: Fraction

    def split(self, quantity: Fraction) -> tuple["Debt", "Debt"]:
        """A part of it at its part of the money, and the rest."""
        value = exact(self.value * quantity / self.quantity)
        booked = exact(self.booked * quantity / self.quantity)
        part = self._replace(quantity=quantity, value=value, booked=booked)
        left = (self.quantity - quantity, self.value - value)
        rest = self._replace(quantity=left[0], value=left[1], booked=self.booked - booked)
        return part, rest


class Settled(NamedTuple):
    """The part of a debt that came, and what its units cost after all."""

    part: Debt
    actual: Fraction


def total(lots: Iterable[Lot]) -> tuple[Fraction, Fraction]:
    """Quantity and value of some lots."""
    listed = list(lots)
    return sum((lot.quantity for lot in listed), ZERO), sum((lot.value for lot in listed), ZERO)


def average(lots: Iterable[Lot]) -> Fraction | None:
    """What a unit of these lots costs, at 10^-6; None of no units."""
    quantity, value = total(lots)
    return exact(value / quantity) if quantity else None


@dataclass
class Pool:
    """One pool of layers, oldest first. Its lists are replaced, never changed in place."""

    lots: list[Lot] = field(default_factory=list)
    debts: list[Debt] = field(default_factory=list)
    known_average: Fraction | None = None
    last_drawn: Fraction | None = None
    blended: Fraction | None = None  # WAC: the average since something was last added

    @property
    def quantity(self) -> Fraction:
        return total(self.lots)[0]

    @property
    def value(self) -> Fraction:
        return total(self.lots)[1]

    @property
    def owed_quantity(self) -> Fraction:
        return sum((debt.quantity for debt in self.debts), ZERO)

    @property
    def owed_value(self) -> Fraction:
        return sum((debt.value for debt in self.debts), ZERO)

    def average(self) -> Fraction | None:
        """The average of what is on hand; with nothing on hand, the last one known.

        Under WAC a draw does not change it, not even by what rounding leaves (domain 2).
        """
        if self.blended is not None:
            return self.blended
        return self.known_average if not self.lots else average(self.lots)

    def draw(self, quantity: Fraction, method: Method) -> list[Lot]:
        """Take units that are there, as the method orders."""
        order = list(enumerate(self.lots))
        wanted = []
        for index, lot in reversed(order) if method is Method.LIFO else order:
            part = min(quantity, lot.quantity)
            quantity -= part
            wanted.append((index, part))
        return self.draw_from(wanted)

    def draw_from(self, wanted: Iterable[tuple[int, Fraction]]) -> list[Lot]:
        """Take so many units of these lots, in that order."""
        taken = []
        left = dict(enumerate(self.lots))
        for index, quantity in wanted:
            if quantity:
                self.last_drawn = exact(left[index].unit_cost)
                part, left[index] = left[index].split(quantity)
                taken.append(part)
        self.lots = [lot for lot in left.values() if lot.quantity]
        return taken

    def settle(self, lot: Lot) -> tuple[list[Settled], Lot | None]:
        """Give arriving units to what is owed, oldest first; return what is left of them."""
        settled: list[Settled] = []
        owed: list[Debt] = []
        rest: Lot | None = lot
        for debt in self.debts:
            if rest is None:
                owed.append(debt)
                continue
            part, still_owed = debt.split(min(debt.quantity, rest.quantity))
            came, left = rest.split(part.quantity)
            rest = left if left.quantity else None
            settled.append(Settled(part, came.value))
            if still_owed.quantity:
                owed.append(still_owed)
        self.debts = owed
        return settled, rest

    def cancel(self, sale: str, quantity: Fraction) -> list[Debt]:
        """Strike units off what a sale owes."""
        struck: list[Debt] = []
        kept: list[Debt] = []
        for debt in reversed(self.debts):
            its_own = debt.owner.movement_id == sale
            part, rest = debt.split(min(quantity, debt.quantity) if its_own else ZERO)
            quantity -= part.quantity
            struck += [part] if part.quantity else []
            kept += [rest] if rest.quantity else []
        self.debts = kept[::-1]
        return struck

    def put(self, lot: Lot, method: Method) -> None:
        """Add units at the end of the pool; under WAC they blend into the one layer."""
        self.lots = [*self.lots, lot]
        if method is Method.WAC:
            quantity, value = total(self.lots)
            self.lots = [lot._replace(quantity=quantity, value=value)]
            self.blended = average(self.lots)

    def recost(self, index: int, amount: Fraction) -> Fraction:
        """Raise a lot's value, or lower it down to nothing; return by how much."""
        lot = self.lots[index]
        change = max(amount, -lot.value)
        lots = [*self.lots]
        lots[index] = lot._replace(value=lot.value + change)
        self.lots = lots
        if self.blended is not None:
            self.blended = average(self.lots)
        return change

    def newest_at(self, unit_cost: Fraction) -> Lot | None:
        """The lot that came last, if its units cost the same at 6 decimals."""
        if not self.lots or exact(self.lots[-1].unit_cost) != exact(unit_cost):
            return None
        return self.lots[-1]

    def revalue(self, amount: Fraction) -> None:
        """Spread an amount over the lots by value, by quantity if that is 0 (domain 6)."""
        by_value = self.value != 0
        weights = [lot.value if by_value else lot.quantity for lot in self.lots]
        shares = largest_remainder(amount, weights)
        self.lots = [
            lot._replace(value=lot.value + share)
            for lot, share in zip(self.lots, shares, strict=True)
        ]
        if self.blended is not None:
            self.blended = average(self.lots)


def largest_remainder(amount: Fraction, weights: list[Fraction]) -> list[Fraction]:
    """Shares in whole 10^-6 that add up to the amount, ties to the earlier line."""
    sign, steps = (-1 if amount < 0 else 1), abs(amount) * 10**6
    ideal = [steps * weight / sum(weights, ZERO) for weight in weights]
    shares = [share // 1 for share in ideal]
    while sum(shares) < steps:
        remainders = [want - share for want, share in zip(ideal, shares, strict=True)]
        shares[remainders.index(max(remainders))] += 1
    return [sign * Fraction(share) / 10**6 for share in shares]
