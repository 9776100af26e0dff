"""Entries: what a movement did to the books, in the trade's words.

`amount` is exact, in 10^-6 of the base currency; `posted` is what goes to the journals, in
whole minor units. Both are positive as the entry names them (a cost of goods sold, a
write-off), and signed where the name allows both (adjustments, variances).
"""

from enum import Enum, StrEnum
from typing import NamedTuple

from ullage.costing.movement import Consumption, Movement, Production, Sale, SaleReturn


class EntryType(StrEnum):
    """What a cost entry is; also the `type` of its record, and part of its id for ever."""

    RECEIVED = "received"
    LANDED = "landed"
    CORRECTED = "corrected"
    COGS = "cogs"
    COGS_REVERSAL = "cogs_reversal"
    PURCHASE_RETURNED = "purchase_returned"
    WRITE_OFF = "write_off"
    INVENTORY_ADJUSTMENT = "inventory_adjustment"
    TRANSFERRED = "transferred"
    CONSUMED = "consumed"
    PRODUCED = "produced"


class Draw(NamedTuple):
    """Units of one layer that an entry took or made: where each cent comes from."""

    layer_id: str
    receipt_id: str | None
    quantity: int
    amount: int
    posted: int = 0

    def negated(self) -> "Draw":
        return self._replace(quantity=-self.quantity, amount=-self.amount, posted=-self.posted)


class EntryRef(NamedTuple):
    """Names an entry: its movement, its type, and the order it was for."""

    movement_id: str
    type: EntryType
    order_id: str | None = None
    line_id: str | None = None

    @classmethod
    def of(cls, movement: Movement, kind: EntryType) -> "EntryRef":
        """Name the entry of that kind which a movement makes."""
        if isinstance(movement, Sale | SaleReturn):
            return cls(movement.id, kind, movement.order_id, movement.line_id)
        if isinstance(movement, Consumption | Production):
            return cls(movement.id, kind, movement.order_id)
        return cls(movement.id, kind)


class VarianceStatus(Enum):
    """How an open difference between count and books moved (domain 1)."""

    OPENED = "opened"
    CHANGED = "changed"
    RESOLVED = "resolved"


class VarianceKind(Enum):
    """Why a cost was corrected (domain 4)."""

    ROUNDING = "rounding"
    OVERSOLD_SETTLEMENT = "oversold_settlement"
    LATE_COST = "late_cost"
    LANDED_OVER_ABSORPTION = "landed_over_absorption"
    RETURN_DIFFERENCE = "return_difference"
    PRODUCTION_DIFFERENCE = "production_difference"
    NON_DIMINISHING_OVERRIDE = "non_diminishing_override"


class CostEntry(NamedTuple):
    """An entry with units and money. `provisional_quantity` of them are not costed for good."""

    type: EntryType
    warehouse: str
    quantity: int
    amount: int
    posted: int
    provisional_quantity: int = 0
    draws: tuple[Draw, ...] = ()
    charge_id: str | None = None

    def negated(self) -> "CostEntry":
        """The same units and money leaving, where the entry's name allows both signs."""
        return self._replace(
            quantity=-self.quantity,
            amount=-self.amount,
            posted=-self.posted,
            draws=tuple([draw.negated() for draw in self.draws]),
        )


class QuantityVariance(NamedTuple):
    """The variance layer of a warehouse changed: `counted - expected` at the count."""

    warehouse: str
    quantity: int
    previous_quantity: int
    expected: int
    counted: int
    status: VarianceStatus


class CostVariance(NamedTuple):
    """A correction of cost, positive when it makes more cost."""

    kind: VarianceKind
    quantity: int
    amount: int
    posted: int
    corrects: EntryRef
    warehouse: str | None = None
    receipt_id: str | None = None
    charge_id: str | None = None


class CostNeeded(NamedTuple):
    """A receipt came without a cost and was taken at an assumed one."""

    receipt_id: str
    quantity: int
    assumed_unit_cost: int


Entry = CostEntry | QuantityVariance | CostVariance | CostNeeded
