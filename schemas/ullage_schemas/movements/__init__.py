"""The log: movements of one SKU each, normalised, in the order they were learnt.

Decimals are plain decimal strings, times UTC with `Z`; an absent optional is left out.
"""

from pydantic import BaseModel

from ullage_schemas.movements.base import (
    Movement,
)
from ullage_schemas.movements.control import (
    PolicyMovement,
    ReleaseMovement,
)
from ullage_schemas.movements.goods import (
    AdjustmentMovement,
    DefectiveReportMovement,
    ItemMovement,
    SaleMovement,
    SaleReturnMovement,
    StockPullMovement,
    TransferMovement,
)
from ullage_schemas.movements.manufacturing import (
    ConsumptionMovement,
    ProductionMovement,
)
from ullage_schemas.movements.purchasing import (
    AbsorbedShare,
    ChargeShare,
    CostCorrectionMovement,
    LandedCostMovement,
    OfReceiptLine,
    PurchaseReturnMovement,
    ReceiptMergeMovement,
    ReceiptMovement,
)

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

__all__ = [
    "MOVEMENTS",
    "AbsorbedShare",
    "AdjustmentMovement",
    "ChargeShare",
    "ConsumptionMovement",
    "CostCorrectionMovement",
    "DefectiveReportMovement",
    "ItemMovement",
    "LandedCostMovement",
    "Movement",
    "OfReceiptLine",
    "PolicyMovement",
    "ProductionMovement",
    "PurchaseReturnMovement",
    "ReceiptMergeMovement",
    "ReceiptMovement",
    "ReleaseMovement",
    "SaleMovement",
    "SaleReturnMovement",
    "StockPullMovement",
    "TransferMovement",
]
