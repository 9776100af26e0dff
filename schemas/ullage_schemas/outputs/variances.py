"""Variances: the count against the books, and corrections of cost."""

from typing import Literal

from ullage_schemas.fields import Id, Name, Uuid
from ullage_schemas.money import Plain
from ullage_schemas.outputs.base import MoneyOutput, Output


class QuantityVariance(Output):
    """The variance layer of a warehouse: counted less expected, at no cost."""

    type: Literal["quantity_variance"]
    warehouse: Name
    label: Literal["Variance"]
    quantity: Plain
    previous_quantity: Plain
    unit_cost: Plain
    expected: Plain
    counted: Plain
    status: Literal["opened", "changed", "resolved"]


class CostVariance(MoneyOutput):
    """A correction of cost, positive when it makes more cost."""

    type: Literal["cost_variance"]
    kind: Literal[
        "rounding", "oversold_settlement", "late_cost", "non_diminishing_override",
        "landed_over_absorption", "return_difference", "production_difference", "restatement",
        "rebuild",
    ]  # fmt: skip
    quantity: Plain
    corrects: Uuid
    """The output it corrects."""
    cause: str
    """The event behind it."""
    warehouse: Name | None = None
    receipt_id: Id | None = None
    charge_id: Id | None = None
    order_id: Id | None = None
    line_id: Id | None = None
    shipment_id: Id | None = None


class CostNeeded(Output):
    """A receipt without a cost was taken at an assumed one."""

    type: Literal["cost_needed"]
    receipt_id: Id
    quantity: Plain
    assumed_unit_cost: Plain
