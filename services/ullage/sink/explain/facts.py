"""What an explanation reads of the books; numbers are integers of 10^-6."""

from decimal import Decimal
from typing import NamedTuple


class Draw(NamedTuple):
    """Units of a layer that a record names."""

    layer_id: str
    receipt_id: str | None
    quantity: int
    amount: int


class Entry(NamedTuple):
    """A record with money: a row of the view `money_records`, and the layers it names."""

    id: str
    document: str
    type: str
    sku: str
    sequence: int
    movement_id: str
    source_id: str
    warehouse: str | None
    to_warehouse: str | None
    quantity: int
    amount: int
    posted_amount: int
    provisional_quantity: int
    order_id: str | None
    line_id: str | None
    receipt_id: str | None
    charge_id: str | None
    shipment_id: str | None
    corrects: str | None
    draws: tuple[Draw, ...] = ()

    @property
    def drawn(self) -> int:
        """What the layers it names were drawn at."""
        return sum(abs(draw.amount) for draw in self.draws)

    @property
    def receipt_line(self) -> tuple[str | None, ...]:
        """What a receipt line of a SKU is known by: it is one a warehouse."""
        return self.shipment_id, self.receipt_id, self.warehouse

    @property
    def order_line(self) -> tuple[str, str]:
        return self.order_id or "", self.line_id or ""


class Movement(NamedTuple):
    """One movement of a SKU: its records; of a merge the movements of the lines merged."""

    sequence: int
    entries: list[Entry]
    merged: tuple[str, ...] = ()
    reference: str | None = None

    @property
    def variances(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.corrects]

    def of(self, *types: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.type in types]


class History(NamedTuple):
    """All movements of a SKU that moved money or layers, and how it is kept."""

    method: str
    by_warehouse: bool
    movements: list[Movement]


class Journal(NamedTuple):
    """A journal without its lines."""

    id: str
    document: str
    status: str
    amount: int
    posted_amount: int


class Charge(NamedTuple):
    """A charge, whole, in the base currency and what it was charged in."""

    kind: str
    basis: str
    amount: int
    currency: str | None
    fx_rate: Decimal | None
    original_amount: int | None


class Price(NamedTuple):
    """What a unit cost, what that was before it was converted, and a reason given."""

    unit_cost: int
    currency: str | None
    fx_rate: Decimal | None
    original_unit_cost: int | None
    reason: str | None
