"""The log: movements of one SKU each, normalised, in the order they were learnt.

Decimals are plain decimal strings, times UTC with `Z`; an absent optional is left out.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ullage_schemas.fields import Currency, Id, Name, Text, UtcTime, Uuid
from ullage_schemas.money import Plain


class Movement(BaseModel):
    """What every movement has."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    id: Uuid
    """The movement's, made of source, source id, SKU and line."""
    type: str
    sku: Name
    source: Id
    source_id: Id
    """The `id` of the event at its source."""
    effective_at: UtcTime
    recorded_at: UtcTime
    """The timestamp of the input's Kafka record."""


class ItemMovement(Movement):
    """A SKU's settings, whole, from here on."""

    type: Literal["item"]
    method: Literal["fifo", "lifo", "wac"] | None = None
    cost_pool: Literal["sku", "warehouse"] | None = None
    layer_merge: Literal["never", "same_cost"] | None = None
    standard_cost: Plain | None = None
    negative_stock: Literal["allow", "reject"] | None = None
    provisional_cost: Literal["hierarchy", "zero"] | None = None
    non_diminishing: bool | None = None
    backdated: Literal["restate", "reject"] | None = None


class StockPullMovement(Movement):
    """What the WMS counted in one warehouse, absolute."""

    type: Literal["stock_pull"]
    warehouse: Name
    on_hand: Plain


class SaleMovement(Movement):
    """Units sold."""

    type: Literal["sale"]
    warehouse: Name
    quantity: Plain
    order_id: Id
    line_id: Id
    unit_price: Plain | None = None
    override_unit_cost: Plain | None = None


class ReceiptMovement(Movement):
    """One line of a receipt; without `unit_cost` it is taken at the hierarchy's cost."""

    type: Literal["receipt"]
    shipment_id: Id
    receipt_id: Id
    warehouse: Name
    quantity: Plain
    unit_cost: Plain | None = None
    """In the base currency."""
    weight: Plain | None = None
    volume: Plain | None = None
    currency: Currency | None = None
    """The document's currency, where it is not the base currency."""
    fx_rate: Plain | None = None
    original_unit_cost: Plain | None = None
    """The unit cost in `currency`, where it was converted."""


class AdjustmentMovement(Movement):
    """A correction of quantity, of value, or of both; both are signed."""

    type: Literal["adjustment"]
    warehouse: Name
    mode: Literal["quantity", "value", "quantity_and_value"]
    quantity: Plain | None = None
    value: Plain | None = None
    reason: Text


class DefectiveReportMovement(Movement):
    """Units found defective."""

    type: Literal["defective_report"]
    warehouse: Name
    quantity: Plain
    reason: Text


class TransferMovement(Movement):
    """Units moved between two warehouses."""

    type: Literal["transfer"]
    from_warehouse: Name
    to_warehouse: Name
    quantity: Plain


MOVEMENTS: dict[str, type[Movement]] = {
    "item": ItemMovement,
    "stock_pull": StockPullMovement,
    "sale": SaleMovement,
    "receipt": ReceiptMovement,
    "adjustment": AdjustmentMovement,
    "defective_report": DefectiveReportMovement,
    "transfer": TransferMovement,
}
"""The model of each `type`."""
