"""Movements of purchasing documents: receipt lines, and what comes after them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ullage_schemas.fields import Currency, Id, Name, UtcTime, Uuid
from ullage_schemas.money import Plain
from ullage_schemas.movements.base import Movement


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
    """As its document gave it; the base currency is not converted."""
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
    whole_quantity: Plain | None = None
    """What the document sent back, where that is of several receipt lines."""


class ReceiptMergeMovement(Movement):
    """The open layers of receipt lines become one, of the line `into`."""

    type: Literal["receipt_merge"]
    shipment_id: Id
    receipt_id: Id
    """Of the receipt the layers are merged into."""
    receipts: list[Uuid]
    into: Uuid
    receipt_ids: list[Id] | None = None
    """Receipts that the document named and this SKU has lines of."""
    into_receipt: Id | None = None
    """The receipt that the document named; `receipt_id` is another if that has no such SKU."""
    received_at: UtcTime | None = None
