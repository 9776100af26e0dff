"""A slow oracle of cost: exact fractions, one list of layers a SKU, nothing rounded.

For SKUs of one pool under FIFO or WAC that may be oversold; `oracle_rules` moves the books.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Json = Mapping[str, object]

NOTHING = Fraction(0)


@dataclass(slots=True)
class Units:
    """Units of one origin: a layer, or a part of an order line that was drawn from one.

    `booked` is what one was booked at, `corrected` what was corrected on it since.
    """

    quantity: Fraction
    booked: Fraction
    corrected: Fraction = NOTHING
    receipt: str | None = None
    owed: bool = False
    """Sold before they came, and not come yet."""

    @property
    def unit_cost(self) -> Fraction:
        return self.booked + self.corrected

    def cut(self, quantity: Fraction) -> "Units":
        """Take some of the units away."""
        self.quantity -= quantity
        return Units(quantity, self.booked, self.corrected, self.receipt, self.owed)


@dataclass(slots=True)
class Book:
    """One SKU; `sums` are its totals by the type or kind of what is published."""

    method: str = "fifo"
    layers: list[Units] = field(default_factory=list)
    debts: list[Units] = field(default_factory=list)
    """Units owed, in the order they left; each is also part of what it left for."""
    lines: dict[tuple[str, str], list[Units]] = field(default_factory=lambda: defaultdict(list))
    receipts: dict[str, Json] = field(default_factory=dict)
    sums: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    positions: dict[str, Fraction] = field(default_factory=dict)
    """Units in up to and including a receipt."""
    purchase: dict[str, Fraction] = field(default_factory=dict)
    standard: Fraction | None = None
    last_drawn: Fraction | None = None
    last_average: Fraction | None = None
    last_landed: Fraction | None = None
    last_receipt: str = ""
    units_in: Fraction = NOTHING
    units_out: Fraction = NOTHING

    @property
    def quantity(self) -> Fraction:
        return sum((layer.quantity for layer in self.layers), NOTHING)

    @property
    def on_hand(self) -> Fraction:
        return self.quantity - sum((debt.quantity for debt in self.debts), NOTHING)

    @property
    def value(self) -> Fraction:
        owed = sum((debt.quantity * debt.unit_cost for debt in self.debts), NOTHING)
        return self._worth() - owed

    @property
    def average(self) -> Fraction | None:
        return self._worth() / self.quantity if self.quantity else self.last_average

    def enter(self, units: Units) -> None:
        """Settle the oldest debts, and lay the rest down."""
        while self.debts and units.quantity:
            self._settle(units)
        if units.quantity:
            self.layers.append(units)
            self._blend()

    def leave(self, quantity: Fraction) -> list[Units]:
        """Draw units, the oldest first; what is not there is owed."""
        self.units_out += quantity
        drawn: list[Units] = []
        if self.quantity and self.quantity <= quantity:
            self.last_average = self.average
        while self.layers and quantity:
            layer = self.layers[0]
            self.last_drawn = layer.unit_cost
            taken = layer.cut(min(quantity, layer.quantity))
            origin = None if self.method == "wac" else layer.receipt
            quantity -= taken.quantity
            drawn.append(Units(taken.quantity, taken.unit_cost, receipt=origin))
            if not layer.quantity:
                self.layers.pop(0)
        if quantity:
            drawn.append(Units(quantity, self._provisional(), owed=True))
            self.debts.append(drawn[-1])
        return drawn

    def add_late(self, line: str, amount: Fraction) -> None:
        """Raise what is still there of a receipt; the rest is a variance."""
        received = number(self.receipts[line], "quantity")
        each = amount / received
        if self.method == "wac":
            there = self.positions[line] - self.units_out
            there = max(NOTHING, min(there, received))
            if there:
                self.layers[0].booked += there * each / self.quantity
        else:
            there = NOTHING
            for layer in self.layers:
                if layer.receipt == line:
                    layer.booked += each
                    there += layer.quantity
            self._raise_drawn(line, each)
        self.sums["late_cost"] += amount - there * each
        if line == self.last_receipt and self.last_landed is not None:
            self.last_landed += each

    def assumed(self) -> Fraction:
        """Unit cost of units that come without one."""
        return _first(self.average, self.last_landed, self.standard)

    def _provisional(self) -> Fraction:
        by_method = self.average if self.method == "wac" else self.last_drawn
        return _first(by_method, self.last_landed, self.standard)

    def _worth(self) -> Fraction:
        return sum((layer.quantity * layer.unit_cost for layer in self.layers), NOTHING)

    def _settle(self, units: Units) -> None:
        debt = self.debts[0]
        came = units.cut(min(units.quantity, debt.quantity))
        difference = came.unit_cost - debt.unit_cost
        self.sums["oversold_settlement"] += came.quantity * difference
        settled = debt.cut(came.quantity)
        settled.owed, settled.corrected = False, difference
        settled.receipt = None if self.method == "wac" else came.receipt
        self._put_into_its_line(debt, settled)
        if not debt.quantity:
            self.debts.pop(0)

    def _put_into_its_line(self, debt: Units, settled: Units) -> None:
        for parts in self.lines.values():
            for place, part in enumerate(parts):
                if part is debt:
                    parts.insert(place, settled)
                    return

    def _raise_drawn(self, line: str, each: Fraction) -> None:
        for parts in self.lines.values():
            for part in parts:
                if part.receipt == line and not part.owed:
                    part.corrected += each

    def _blend(self) -> None:
        """Under WAC the layers are one."""
        if self.method == "wac" and len(self.layers) > 1:
            quantity, worth = self.quantity, self._worth()
            self.layers = [Units(quantity, worth / quantity)]


def _first(*costs: Fraction | None) -> Fraction:
    return next((cost for cost in costs if cost is not None), NOTHING)


def number(movement: Json, name: str) -> Fraction:
    return Fraction(str(movement.get(name) or 0))
