"""Figures as a page prints them, and a book read in them."""

from collections.abc import Sequence
from decimal import Decimal

from ullage.costing.book import Book
from ullage.costing.entry import CostEntry, CostVariance, Entry, QuantityVariance, VarianceKind
from ullage.costing.journal import Posting
from ullage.costing.money import MICRO
from ullage.costing.movement import ChargeShare

Figure = str | int
Charges = Sequence[Figure | tuple[Figure, Figure]]
"""Shares of charges C1, C2, ...: amounts, and what they post where that is not the same."""
Number = Decimal | int
"""A figure as a test writes it down and reads it back."""
MINUTE = 60 * MICRO


def micro(figure: Figure) -> int:
    """The kernel's integer of a figure: micro("3.00") is 3_000_000."""
    return int(Decimal(figure) * MICRO)


def cents(amount: int) -> Number:
    """An exact amount to the cent, half even, as the domain page shows it."""
    return (Decimal(amount) / MICRO).quantize(Decimal("0.01"))


def shares_of(charges: Charges) -> tuple[ChargeShare, ...]:
    """Number charges C1, C2, ..."""
    pairs = [one if isinstance(one, tuple) else (one, one) for one in charges]
    return tuple(
        ChargeShare(f"C{number}", micro(amount), micro(posted))
        for number, (amount, posted) in enumerate(pairs, 1)
    )


def clock(time: str) -> int:
    """A time of day in microseconds: clock("09:55")."""
    hours, minutes = time.split(":")
    return (int(hours) * 60 + int(minutes)) * MINUTE


class Shown:
    """A book, the entries of its last movement, and what they post."""

    def __init__(self) -> None:
        self.book = Book("SKU-1")
        self.entries: list[Entry] = []
        self.postings: list[Posting] = []

    @property
    def value(self) -> Number:
        """Book value to the cent."""
        return cents(self.book.value)

    @property
    def layers(self) -> list[tuple[Number, Number]]:
        """Quantity and value of the open layers, oldest first."""
        return [
            (Decimal(layer.quantity) / MICRO, cents(layer.value))
            for layer in self.book.open_layers()
        ]

    def values_by_warehouse(self) -> dict[str, Number]:
        return {name: cents(value) for name, value in self.book.value_by_warehouse().items()}

    def costs(self, kind: str) -> list[CostEntry]:
        """The last movement's cost entries of this kind."""
        return [one for one in self.entries if isinstance(one, CostEntry) and one.type == kind]

    def cost(self, kind: str) -> CostEntry:
        """The last movement's one entry of this kind."""
        [entry] = self.costs(kind)
        return entry

    def amount(self, kind: str) -> Number:
        """Exact amount of that entry, to the cent."""
        return cents(self.cost(kind).amount)

    def cost_variances(self, kind: VarianceKind) -> list[CostVariance]:
        """The last movement's cost variances of a kind."""
        return [
            one for one in self.entries if isinstance(one, CostVariance) and one.kind is kind
        ]

    def cost_variance(self, kind: VarianceKind) -> Number:
        """Sum of the exact amounts of those, to the cent."""
        return cents(sum(one.amount for one in self.cost_variances(kind)))

    def quantity_variances(self) -> list[QuantityVariance]:
        """What the last movement did to the variance layers."""
        return [one for one in self.entries if isinstance(one, QuantityVariance)]

    def stands(self, warehouse: str = "A") -> tuple[Number, Number, Number | None]:
        """Expected, estimated and variance of a warehouse, in units."""
        stock = self.book.stock[warehouse]
        variance = None if stock.variance is None else Decimal(stock.variance) / MICRO
        return Decimal(stock.expected) / MICRO, Decimal(stock.estimated) / MICRO, variance
