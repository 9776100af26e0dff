"""Movements of events keyed by SKU: settings, counts, sales, adjustments, transfers."""

from typing import Literal

from ullage_schemas.fields import Id, Name, Text
from ullage_schemas.money import Plain
from ullage_schemas.movements.base import Movement, Settings


class ItemMovement(Settings, Movement):
    """A SKU's settings, whole, from here on."""

    type: Literal["item"]


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
