"""The book of one SKU told in few words, for tests that state figures as a page prints them."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count

from ullage.costing.apply import apply
from ullage.costing.book import Book
from ullage.costing.entry import CostEntry, CostVariance, Entry, QuantityVariance, VarianceKind
from ullage.costing.money import MICRO, times
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
    ChargeShare,
    Consumption,
    CostCorrection,
    CostPool,
    DefectiveReport,
    Item,
    LandedCost,
    LayerMerge,
    Method,
    Movement,
    NegativeStock,
    Production,
    ProvisionalCost,
    PurchaseReturn,
    Receipt,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)
from ullage.costing.terms import Policy

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


class Shop:
    """One book and the entries of its last movement.

    Without a time of its own each movement happens a minute after the one before.
    """

    def __init__(self) -> None:
        self.book = Book("SKU-1")
        self.entries: list[Entry] = []
        self._numbers = count(1)
        self._later = 0

    def set(
        self,
        method: Method | None = None,
        pool: CostPool | None = None,
        merge: LayerMerge | None = None,
        standard: Figure | None = None,
        negative: NegativeStock | None = None,
        provisional: ProvisionalCost | None = None,
        non_diminishing: bool | None = None,
    ) -> "Shop":
        """Send the item's settings."""
        cost = None if standard is None else micro(standard)
        item = Item(
            *self._head(),
            method=method,
            cost_pool=pool,
            layer_merge=merge,
            standard_cost=cost,
            negative_stock=negative,
            provisional_cost=provisional,
            non_diminishing=non_diminishing,
        )
        return self._apply(item)

    def under(self, policy: Policy) -> "Shop":
        """Another policy holds from here on."""
        self.book.policy = policy
        return self

    def skip_months(self, months: int) -> "Shop":
        """Go on as many months later, of 31 days each."""
        self._later += months * 31 * 24 * 60 * MINUTE
        return self

    def receive(
        self,
        quantity: Figure,
        cost: Figure | None,
        warehouse: str = "A",
        at: str = "",
        charges: Charges = (),
        absorbed: Charges = (),
    ) -> "Shop":
        """Receive at a unit cost, with the shares of charges C1, C2, ... that it bears."""
        value = None if cost is None else times(micro(quantity), micro(cost))
        head = self._head(at)
        line = (warehouse, micro(quantity), value)
        shares = shares_of(charges), shares_of(absorbed)
        return self._apply(Receipt(*head, *line, "S", head[0].replace("m", "R"), *shares))

    def late(self, receipt: str, *charges: Figure | tuple[Figure, Figure]) -> "Shop":
        """Charge a receipt, named by its movement, after it came."""
        named = ("A", "S", receipt.replace("m", "R"), receipt)
        return self._apply(LandedCost(*self._head(), *named, shares_of(charges)))

    def correct(self, receipt: str, value: Figure) -> "Shop":
        """Say what all units of a receipt really cost."""
        named = ("A", "S", receipt.replace("m", "R"), receipt)
        return self._apply(CostCorrection(*self._head(), *named, micro(value)))

    def sell(
        self,
        quantity: Figure,
        warehouse: str = "A",
        at: str = "",
        override: Figure | None = None,
    ) -> "Shop":
        cost = None if override is None else micro(override)
        head = self._head(at)
        order = head[0].replace("m", "O")
        return self._apply(Sale(*head, warehouse, micro(quantity), order, "1", cost))

    def take_back(
        self, sale: str, quantity: Figure, warehouse: str = "A", at: str = ""
    ) -> "Shop":
        """Units of a sale, named by its movement, come back."""
        order = sale.replace("m", "O")
        head = self._head(at)
        return self._apply(SaleReturn(*head, warehouse, micro(quantity), order, "1"))

    def send_back(self, receipt: str, quantity: Figure, warehouse: str = "A") -> "Shop":
        """Return units of a receipt, named by its movement, to the supplier."""
        named = (warehouse, micro(quantity), "S", receipt.replace("m", "R"), receipt)
        return self._apply(PurchaseReturn(*self._head(), *named))

    def consume(self, quantity: Figure, warehouse: str = "A") -> "Shop":
        return self._apply(Consumption(*self._head(), warehouse, micro(quantity), "B"))

    def produce(
        self,
        quantity: Figure,
        cost: Figure,
        value: Figure | None = None,
        posted: Figure | None = None,
        overhead: Figure = 0,
    ) -> "Shop":
        """Finish goods into which `cost` went, at that or at a value given."""
        went_in = (micro(cost), micro(cost if posted is None else posted), micro(overhead))
        given = None if value is None else micro(value)
        return self._apply(
            Production(*self._head(), "A", micro(quantity), "B", *went_in, given)
        )

    def pull(self, on_hand: Figure, warehouse: str = "A", at: str = "") -> "Shop":
        return self._apply(StockPull(*self._head(at), warehouse, micro(on_hand)))

    def report_defective(self, quantity: Figure, warehouse: str = "A", at: str = "") -> "Shop":
        report = DefectiveReport(*self._head(at), warehouse, micro(quantity), "broken")
        return self._apply(report)

    def transfer(self, quantity: Figure, source: str = "A", target: str = "B") -> "Shop":
        return self._apply(Transfer(*self._head(), source, target, micro(quantity)))

    def adjust(
        self, mode: AdjustmentMode, quantity: Figure = 0, value: Figure = 0, at: str = ""
    ) -> "Shop":
        change = (mode, micro(quantity), micro(value), "recount")
        return self._apply(Adjustment(*self._head(at), "A", *change))

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

    def _head(self, at: str = "") -> tuple[str, str, str, str, int, int]:
        number = next(self._numbers)
        now = number * MINUTE + self._later
        return f"m{number}", "SKU-1", "test", f"e{number}", clock(at) if at else now, now

    def _apply(self, movement: Movement) -> "Shop":
        self.entries = apply(self.book, movement)
        return self
