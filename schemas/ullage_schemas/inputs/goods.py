"""Events keyed by SKU: item settings, counts, sales, adjustments, transfers."""

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ullage_schemas.fields import Id, Name, Text
from ullage_schemas.inputs.base import InputEvent, ItemSettings
from ullage_schemas.money import NotNegative, Positive, Signed


class Item(ItemSettings, InputEvent):
    """A SKU's settings, whole: they hold from their place in the log on."""

    type: Literal["item"]
    sku: Name


class StockPull(InputEvent):
    """What the WMS counted in one warehouse, absolute."""

    type: Literal["stock_pull"]
    sku: Name
    warehouse: Name
    on_hand: NotNegative


class Sale(InputEvent):
    """Units sold from one warehouse."""

    type: Literal["sale"]
    sku: Name
    warehouse: Name
    quantity: Positive
    order_id: Id
    line_id: Id
    unit_price: NotNegative | None = None
    override_unit_cost: NotNegative | None = None
    """The unit cost of a non-diminishing item sold below zero stock."""


class SaleReturn(InputEvent):
    """Units a customer sent back."""

    type: Literal["sale_return"]
    sku: Name
    warehouse: Name
    quantity: Positive
    order_id: Id
    line_id: Id


class Adjustment(InputEvent):
    """A correction of quantity, of value, or of both; both are signed.

    `mode` says which must be given, and not 0; the other must be absent, null or 0.
    """

    type: Literal["adjustment"]
    sku: Name
    warehouse: Name
    mode: Literal["quantity", "value", "quantity_and_value"]
    quantity: Signed | None = None
    value: Signed | None = None
    reason: Text

    @model_validator(mode="after")
    def _as_its_mode_says(self) -> Self:
        for field, number in (("quantity", self.quantity), ("value", self.value)):
            wanted = field in self.mode.split("_and_")
            if wanted != bool(number):
                rule = "given and not 0" if wanted else "absent or 0"
                raise PydanticCustomError(
                    "adjustment_mode", "{field} must be {rule} for mode {mode}",
                    {"field": field, "rule": rule, "mode": self.mode},
                )  # fmt: skip
        if self.quantity and self.value and (self.quantity > 0) != (self.value > 0):
            raise PydanticCustomError(
                "adjustment_signs", "quantity and value must both go up or both go down"
            )
        return self


class DefectiveReport(InputEvent):
    """Units found defective."""

    type: Literal["defective_report"]
    sku: Name
    warehouse: Name
    quantity: Positive
    reason: Text


class Transfer(InputEvent):
    """Units moved between two warehouses."""

    type: Literal["transfer"]
    sku: Name
    from_warehouse: Name
    to_warehouse: Name
    quantity: Positive

    @model_validator(mode="after")
    def _between_two(self) -> Self:
        if self.from_warehouse == self.to_warehouse:
            raise PydanticCustomError(
                "transfer_to_itself", "from_warehouse and to_warehouse must differ"
            )
        return self
