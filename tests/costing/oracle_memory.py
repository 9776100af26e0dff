"""What the oracle remembers of receipt lines and order lines, for what comes later to them."""

from fractions import Fraction
from typing import NamedTuple

from tests.costing.oracle_pool import ZERO, exact
from ullage.costing.entry import EntryRef


class Line(NamedTuple):
    """A line of a receipt. `price` is what the supplier asks, `cost` that and its charges."""

    id: str
    receipt: str
    warehouse: str
    quantity: Fraction
    price: Fraction
    cost: Fraction
    sequence: int
    late: tuple[tuple[int, Fraction], ...] = ()
    returned: Fraction = ZERO
    pending: bool = False

    def later(self, sequence: int, amount: Fraction) -> "Line":
        """The line with a cost that came after it."""
        return self._replace(cost=self.cost + amount, late=(*self.late, (sequence, amount)))

    def late_since(self, sequence: int, quantity: Fraction) -> Fraction:
        """What came later than a movement, as so many units of the line bear it."""
        since = sum((amount for number, amount in self.late if number > sequence), ZERO)
        return exact(since * quantity / self.quantity)


class Piece(NamedTuple):
    """Units of an order line, from one place: what they cost, and what was booked for that.

    `overridden` is the part of the difference that was variance when they were sold; the rest
    came when they were settled. Late cost is not in `value`: it follows from `line`.
    """

    quantity: Fraction
    value: Fraction
    booked: Fraction
    overridden: Fraction
    line: str | None
    receipt: str | None
    sequence: int
    owner: EntryRef

    @property
    def settled(self) -> Fraction:
        return self.value - self.booked - self.overridden

    def split(self, quantity: Fraction) -> tuple["Piece", "Piece"]:
        """A part of it at its part of the money, and the rest."""
        money = self[1:4]
        shares = [exact(amount * quantity / self.quantity) for amount in money]
        rest = [amount - share for amount, share in zip(money, shares, strict=True)]
        part = Piece(quantity, *shares, *self[4:])
        return part, Piece(self.quantity - quantity, *rest, *self[4:])


class OrderLine(NamedTuple):
    """Units sold in an order line, in the order drawn, by which sales, and when last."""

    pieces: tuple[Piece, ...]
    sold_at: int
    sales: tuple[str, ...] = ()

    def with_piece(self, piece: Piece) -> "OrderLine":
        return self._replace(pieces=(*self.pieces, piece))
