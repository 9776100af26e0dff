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


class SaleReturnMovement(Movement):
    """Units of an order line that came back from the customer."""

    type: Literal["sale_return"]
    warehouse: Name
    quantity: Plain
    order_id: Id
    line_id: Id


class ChargeShare(BaseModel):
    """What one receipt line bears of a charge, in the base currency."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    charge_id: Id
    kind: Id
    basis: Literal["unit", "value", "weight", "volume"]
    total: Plain
    """The whole charge."""
    amount: Plain
    posted_amount: Plain
    """In whole minor units; those of all shares add up to the charge."""
    currency: Currency | None = None
    fx_rate: Plain | None = None
    original_total: Plain | None = None
    """The whole charge in `currency`, where it was converted."""


class AbsorbedShare(BaseModel):
    """What a later receipt takes of a charge that was spread already."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    charge_id: Id
    amount: Plain


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
    value: Plain | None = None
    """The line's purchase cost in the base currency, where it was converted: rounded once."""
    charges: list[ChargeShare] | None = None
    """Charges that came before it or with it."""
    absorbed: list[AbsorbedShare] | None = None


class OfReceiptLine(Movement):
    """What comes after a receipt line; `receipt` is the id of the line's movement."""

    shipment_id: Id
    receipt_id: Id
    warehouse: Name
    receipt: Uuid


class LandedCostMovement(OfReceiptLine):
    """Charges, or changes of their shares, that came after the receipt line."""

    type: Literal["landed_cost"]
    charges: list[ChargeShare]


class CostCorrectionMovement(OfReceiptLine):
    """What a receipt line really cost; `value` is for all its units, in the base currency."""

    type: Literal["cost_correction"]
    unit_cost: Plain
    value: Plain
    currency: Currency | None = None
    fx_rate: Plain | None = None
    original_unit_cost: Plain | None = None


class PurchaseReturnMovement(OfReceiptLine):
    """Units of a receipt line sent back to the supplier."""

    type: Literal["purchase_return"]
    quantity: Plain


class ReceiptMergeMovement(Movement):
    """The open layers of receipt lines become one, of the line `into`."""

    type: Literal["receipt_merge"]
    shipment_id: Id
    receipt_id: Id
    """Of the receipt the layers are merged into."""
    receipts: list[Uuid]
    into: Uuid
    received_at: UtcTime | None = None


class ConsumptionMovement(Movement):
    """A component that went into a manufacturing order."""

    type: Literal["consumption"]
    order_id: Id
    warehouse: Name
    quantity: Plain


class ProductionMovement(Movement):
    """Finished goods of an order; `cost` is their part of what was consumed, and of overhead."""

    type: Literal["production"]
    order_id: Id
    warehouse: Name
    quantity: Plain
    unit_cost: Plain | None = None
    cost: Plain
    posted_cost: Plain
    """The same in whole minor units: what work in progress was charged with."""
    overhead: Plain | None = None
    """What of `posted_cost` is overhead, in whole minor units."""
    refused_components: list[Name] | None = None
    """Components that were refused, and count zero."""


class PolicyMovement(BaseModel):
    """The service's policy from here on, whole; a copy stands in every partition."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    id: Uuid
    type: Literal["policy"]
    source: Id
    source_id: Id
    effective_at: UtcTime
    recorded_at: UtcTime
    base_currency: Currency | None = None
    time_zone: Id | None = None
    cost_precision: int | None = None
    gl_mapping: dict[Id, Id | None] | None = None
    landed_cost_policy: Literal["locked", "true_up"] | None = None
    closed_period: Literal["reject", "next_open"] | None = None
    unknown_items: Literal["allow", "reject"] | None = None
    keep_months: int | None = None
    post_non_diminishing_cogs: bool | None = None
    method: Literal["fifo", "lifo", "wac"] | None = None
    cost_pool: Literal["sku", "warehouse"] | None = None
    layer_merge: Literal["never", "same_cost"] | None = None
    standard_cost: Plain | None = None
    negative_stock: Literal["allow", "reject"] | None = None
    provisional_cost: Literal["hierarchy", "zero"] | None = None
    non_diminishing: bool | None = None
    backdated: Literal["restate", "reject"] | None = None


class ReleaseMovement(BaseModel):
    """The ledger's note to itself: more held journals of this partition wait to be released."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    id: Uuid
    type: Literal["release"]
    recorded_at: UtcTime


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


MOVEMENTS: dict[str, type[BaseModel]] = {
    "item": ItemMovement,
    "stock_pull": StockPullMovement,
    "sale": SaleMovement,
    "sale_return": SaleReturnMovement,
    "receipt": ReceiptMovement,
    "landed_cost": LandedCostMovement,
    "cost_correction": CostCorrectionMovement,
    "purchase_return": PurchaseReturnMovement,
    "receipt_merge": ReceiptMergeMovement,
    "consumption": ConsumptionMovement,
    "production": ProductionMovement,
    "policy": PolicyMovement,
    "release": ReleaseMovement,
    "adjustment": AdjustmentMovement,
    "defective_report": DefectiveReportMovement,
    "transfer": TransferMovement,
}
"""The model of each `type`."""
