"""Input events: what sources send. Unknown fields are ignored, an optional null is absent."""

from ullage_schemas.inputs.base import Identity, InputEvent
from ullage_schemas.inputs.control import PeriodClose, Policy, Rebuild
from ullage_schemas.inputs.goods import (
    Adjustment,
    DefectiveReport,
    Item,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)
from ullage_schemas.inputs.manufacturing import Build
from ullage_schemas.inputs.purchasing import (
    CostCorrection,
    LandedCost,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
)

INPUT_EVENTS: dict[str, type[InputEvent]] = {
    "item": Item,
    "stock_pull": StockPull,
    "sale": Sale,
    "sale_return": SaleReturn,
    "receipt": Receipt,
    "landed_cost": LandedCost,
    "cost_correction": CostCorrection,
    "receipt_merge": ReceiptMerge,
    "purchase_return": PurchaseReturn,
    "adjustment": Adjustment,
    "defective_report": DefectiveReport,
    "transfer": Transfer,
    "build": Build,
    "policy": Policy,
    "period_close": PeriodClose,
    "rebuild": Rebuild,
}
"""The model of each `type`."""

__all__ = [
    "INPUT_EVENTS",
    "Adjustment",
    "Build",
    "CostCorrection",
    "DefectiveReport",
    "Identity",
    "InputEvent",
    "Item",
    "LandedCost",
    "PeriodClose",
    "Policy",
    "PurchaseReturn",
    "Rebuild",
    "Receipt",
    "ReceiptMerge",
    "Sale",
    "SaleReturn",
    "StockPull",
    "Transfer",
]
