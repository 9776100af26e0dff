"""Movements: what happened to one SKU, as the log says it. Facts, never changed.

Quantities and money in 10^-6, times in microseconds since 1970 UTC.
"""

from enum import Enum
from typing import NamedTuple

from ullage.costing.fact import fact


class Method(Enum):
    """Which layer a draw takes first (IAS 2.25, ASC 330-10-30-9; LIFO is US GAAP only)."""

    FIFO = "fifo"
    LIFO = "lifo"
    WAC = "wac"


class CostPool(Enum):
    """Whether a SKU has one pool of layers or one a warehouse (domain 2)."""

    SKU = "sku"
    WAREHOUSE = "warehouse"


class LayerMerge(Enum):
    """Whether a receipt at the newest open layer's unit cost joins that layer (domain 2)."""

    NEVER = "never"
    SAME_COST = "same_cost"


class NegativeStock(Enum):
    """What a draw beyond the layers does: it is costed provisionally, or refused (domain 4)."""

    ALLOW = "allow"
    REJECT = "reject"


class ProvisionalCost(Enum):
    """What units sold before they were received cost for now (domain 4)."""

    HIERARCHY = "hierarchy"
    ZERO = "zero"


class Backdated(Enum):
    """What a movement dated before the latest one does (domain 7). Kept, without effect yet."""

    RESTATE = "restate"
    REJECT = "reject"


class AdjustmentMode(Enum):
    """What an adjustment changes (domain 6)."""

    QUANTITY = "quantity"
    VALUE = "value"
    QUANTITY_AND_VALUE = "quantity_and_value"


@fact
class Movement:
    """What every movement has; `source_id` is the id of the event at its source."""

    id: str
    sku: str
    source: str
    source_id: str
    effective_at: int
    recorded_at: int


@fact
class Item(Movement):
    """A SKU's settings, whole, from here on; None is the service's default."""

    method: Method | None = None
    cost_pool: CostPool | None = None
    layer_merge: LayerMerge | None = None
    standard_cost: int | None = None
    negative_stock: NegativeStock | None = None
    provisional_cost: ProvisionalCost | None = None
    non_diminishing: bool | None = None
    backdated: Backdated | None = None


@fact
class StockPull(Movement):
    """What the WMS counted in one warehouse, absolute."""

    warehouse: str
    on_hand: int


@fact
class Sale(Movement):
    """Units sold. `override_unit_cost` matters to non-diminishing items below zero only."""

    warehouse: str
    quantity: int
    order_id: str
    line_id: str
    override_unit_cost: int | None = None


@fact
class SaleReturn(Movement):
    """Units of an order line that came back from the customer."""

    warehouse: str
    quantity: int
    order_id: str
    line_id: str


class ChargeShare(NamedTuple):
    """What one receipt line bears of a charge; `posted` is its part of the charge's cents."""

    charge_id: str
    amount: int
    posted: int


@fact
class Receipt(Movement):
    """One line of a receipt. `value` is its purchase cost in the base currency, all units.

    No value: it is taken at the hierarchy's cost. `charges` came before it or with it;
    `absorbed` is what a later receipt takes of charges that are spread already (domain 5).
    """

    warehouse: str
    quantity: int
    value: int | None
    shipment_id: str
    receipt_id: str
    charges: tuple[ChargeShare, ...] = ()
    absorbed: tuple[ChargeShare, ...] = ()


@fact
class LandedCost(Movement):
    """Charges, or changes of charges, that came after their receipt line (domain 4 and 5).

    `receipt` is the id of the receipt line's movement; the ledger may have refused it.
    """

    warehouse: str
    shipment_id: str
    receipt_id: str
    receipt: str
    charges: tuple[ChargeShare, ...]


@fact
class CostCorrection(Movement):
    """What a receipt line that was received really cost: all its units, without charges."""

    warehouse: str
    shipment_id: str
    receipt_id: str
    receipt: str
    value: int


@fact
class PurchaseReturn(Movement):
    """Units of a receipt line sent back to the supplier."""

    warehouse: str
    quantity: int
    shipment_id: str
    receipt_id: str
    receipt: str


@fact
class ReceiptMerge(Movement):
    """The open layers of receipt lines become one, of the line `into` (domain 6)."""

    shipment_id: str
    receipt_id: str
    receipts: tuple[str, ...]
    into: str
    received_at: int | None = None


@fact
class Consumption(Movement):
    """A component that went into a manufacturing order.

    `late`: it was refused before, and its goods were produced without it.
    """

    warehouse: str
    quantity: int
    order_id: str
    late: bool = False


@fact
class Production(Movement):
    """Finished goods of an order. `cost` is their part of what was consumed, and of overhead.

    `posted` is the same in whole minor units, what work in progress was charged with, and
    `overhead` what of that is overhead. `value` is what they are taken in at, where a unit
    cost was given.
    """

    warehouse: str
    quantity: int
    order_id: str
    cost: int
    posted: int
    overhead: int = 0
    value: int | None = None


@fact
class Adjustment(Movement):
    """A correction of quantity, of value, or of both; signed, 0 where the mode has none."""

    warehouse: str
    mode: AdjustmentMode
    quantity: int
    value: int
    reason: str


@fact
class DefectiveReport(Movement):
    """Units found defective: written off."""

    warehouse: str
    quantity: int
    reason: str


@fact
class Transfer(Movement):
    """Units moved between warehouses at their cost."""

    from_warehouse: str
    to_warehouse: str
    quantity: int
