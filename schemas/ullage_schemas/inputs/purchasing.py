"""Purchasing, keyed by shipment: receipts, charges, corrections, returns to suppliers."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ullage_schemas.fields import Currency, Id, Name, Time
from ullage_schemas.inputs.base import InputEvent, Part
from ullage_schemas.money import NotNegative, NotZero, Positive, Rate


class ReceiptLine(Part):
    """Units of one SKU received in one warehouse, `unit_cost` in the receipt's currency.

    `weight` and `volume` are those of the whole line, in units of your choice.
    """

    sku: Name
    warehouse: Name
    quantity: Positive
    unit_cost: NotNegative | None = None
    weight: NotNegative | None = None
    volume: NotNegative | None = None


class Receipt(InputEvent):
    """Goods received; `fx_rate` is one unit of `currency` in the base currency."""

    type: Literal["receipt"]
    shipment_id: Id
    receipt_id: Id
    lines: Annotated[list[ReceiptLine], Field(fail_fast=True, min_length=1)]
    currency: Currency | None = None
    fx_rate: Rate | None = None

    @model_validator(mode="after")
    def _one_line_each(self) -> Self:
        seen: set[tuple[str, str]] = set()
        for line in self.lines:
            if (line.sku, line.warehouse) in seen:
                raise PydanticCustomError(
                    "line_twice",
                    "lines must name a SKU and warehouse once; {sku} in {warehouse} is twice",
                    {"sku": line.sku, "warehouse": line.warehouse},
                )
            seen.add((line.sku, line.warehouse))
        return self


class Charge(Part):
    """A cost to be spread over what a shipment received."""

    charge_id: Id
    kind: Id
    amount: NotZero
    basis: Literal["unit", "value", "weight", "volume"]
    currency: Currency | None = None
    fx_rate: Rate | None = None


class LandedCost(InputEvent):
    """Charges of a shipment; each `charge_id` is unique within it."""

    type: Literal["landed_cost"]
    shipment_id: Id
    charges: Annotated[list[Charge], Field(fail_fast=True, min_length=1)]

    @model_validator(mode="after")
    def _one_charge_each(self) -> Self:
        if len({charge.charge_id for charge in self.charges}) < len(self.charges):
            raise PydanticCustomError("charge_twice", "charges must have a charge_id each")
        return self


class CostCorrection(InputEvent):
    """What a received SKU really cost."""

    type: Literal["cost_correction"]
    shipment_id: Id
    receipt_id: Id
    sku: Name
    unit_cost: NotNegative


class ReceiptMerge(InputEvent):
    """The open layers of several receipts become one."""

    type: Literal["receipt_merge"]
    shipment_id: Id
    receipt_ids: Annotated[list[Id], Field(fail_fast=True, min_length=1)]
    into: Id
    received_at: Time | None = None


class PurchaseReturn(InputEvent):
    """Units sent back to a supplier."""

    type: Literal["purchase_return"]
    shipment_id: Id
    receipt_id: Id
    sku: Name
    warehouse: Name
    quantity: Positive
