"""Records of the log as the ledger reads them; decimals and times are text, as published."""

from typing import Annotated

import msgspec

from ullage.costing import movement as kernel
from ullage.costing.terms import UnknownItems


class Logged(msgspec.Struct, frozen=True, tag_field="type"):
    """What every movement of a SKU has."""

    id: str
    sku: str
    source: str
    source_id: str
    effective_at: str
    recorded_at: str

    @property
    def type(self) -> str:
        return str(self.__struct_config__.tag)

    @property
    def place(self) -> str | None:
        """The warehouse it happened in, if it was one."""
        return None

    @property
    def reference(self) -> str | None:
        """The document a person would look for: an order, a receipt."""
        return None


class InWarehouse(Logged, frozen=True):
    """What happens in one warehouse."""

    warehouse: str

    @property
    def place(self) -> str:
        return self.warehouse


class Item(Logged, frozen=True, tag="item"):
    method: kernel.Method | None = None
    cost_pool: kernel.CostPool | None = None
    layer_merge: kernel.LayerMerge | None = None
    standard_cost: str | None = None
    negative_stock: kernel.NegativeStock | None = None
    provisional_cost: kernel.ProvisionalCost | None = None
    non_diminishing: bool | None = None
    backdated: kernel.Backdated | None = None


class StockPull(InWarehouse, frozen=True, tag="stock_pull"):
    on_hand: str


class OfOrderLine(InWarehouse, frozen=True):
    """Units of a customer's order."""

    quantity: str
    order_id: str
    line_id: str

    @property
    def reference(self) -> str:
        return self.order_id


class Sale(OfOrderLine, frozen=True, tag="sale"):
    unit_price: str | None = None
    override_unit_cost: str | None = None


class SaleReturn(OfOrderLine, frozen=True, tag="sale_return"):
    pass


class ChargeShare(msgspec.Struct, frozen=True):
    """What a receipt line bears of a charge, and what the charge is."""

    charge_id: str
    kind: str
    basis: str
    total: str
    amount: str
    posted_amount: str
    currency: str | None = None
    fx_rate: str | None = None
    original_total: str | None = None


class AbsorbedShare(msgspec.Struct, frozen=True):
    """What a later receipt takes of a charge that was spread already."""

    charge_id: str
    amount: str


class OfShipment(InWarehouse, frozen=True):
    """A receipt line, or what comes after one."""

    shipment_id: str
    receipt_id: str

    @property
    def reference(self) -> str:
        return self.receipt_id


class Receipt(OfShipment, frozen=True, tag="receipt"):
    quantity: str
    unit_cost: str | None = None
    currency: str | None = None
    fx_rate: str | None = None
    original_unit_cost: str | None = None
    value: str | None = None
    charges: tuple[ChargeShare, ...] = ()
    absorbed: tuple[AbsorbedShare, ...] = ()


class LandedCost(OfShipment, frozen=True, tag="landed_cost"):
    receipt: str
    charges: tuple[ChargeShare, ...]


class CostCorrection(OfShipment, frozen=True, tag="cost_correction"):
    receipt: str
    unit_cost: str
    value: str
    currency: str | None = None
    fx_rate: str | None = None
    original_unit_cost: str | None = None


class PurchaseReturn(OfShipment, frozen=True, tag="purchase_return"):
    receipt: str
    quantity: str


class ReceiptMerge(Logged, frozen=True, tag="receipt_merge"):
    shipment_id: str
    receipt_id: str
    receipts: tuple[str, ...]
    into: str
    received_at: str | None = None

    @property
    def reference(self) -> str:
        return self.receipt_id


class OfBuild(InWarehouse, frozen=True):
    """Goods of a manufacturing order."""

    order_id: str
    quantity: str

    @property
    def reference(self) -> str:
        return self.order_id


class Consumption(OfBuild, frozen=True, tag="consumption"):
    late: bool = False


class Production(OfBuild, frozen=True, tag="production"):
    cost: str
    posted_cost: str
    unit_cost: str | None = None
    overhead: str = "0"
    refused_components: list[str] | None = None


class Adjustment(InWarehouse, frozen=True, tag="adjustment"):
    mode: kernel.AdjustmentMode
    reason: str
    quantity: str = "0"
    value: str = "0"


class DefectiveReport(InWarehouse, frozen=True, tag="defective_report"):
    quantity: str
    reason: str


class Transfer(Logged, frozen=True, tag="transfer"):
    from_warehouse: str
    to_warehouse: str
    quantity: str


class Policy(msgspec.Struct, frozen=True, tag_field="type", tag="policy"):
    """The service's policy from here on, whole: what is left out is the default."""

    id: str
    source: str
    source_id: str
    effective_at: str
    recorded_at: str
    base_currency: str = "USD"
    time_zone: str = "UTC"
    cost_precision: Annotated[int, msgspec.Meta(ge=0, le=6)] = 3
    gl_mapping: dict[str, str | None] = {}
    unknown_items: UnknownItems = UnknownItems.ALLOW
    keep_months: Annotated[int, msgspec.Meta(ge=1)] = 24
    post_non_diminishing_cogs: bool = False
    method: kernel.Method = kernel.Method.FIFO
    cost_pool: kernel.CostPool = kernel.CostPool.SKU
    layer_merge: kernel.LayerMerge = kernel.LayerMerge.NEVER
    standard_cost: str | None = None
    negative_stock: kernel.NegativeStock = kernel.NegativeStock.ALLOW
    provisional_cost: kernel.ProvisionalCost = kernel.ProvisionalCost.HIERARCHY
    non_diminishing: bool = False
    backdated: kernel.Backdated = kernel.Backdated.RESTATE

    @property
    def sku(self) -> None:
        """It is of none."""


class Release(msgspec.Struct, frozen=True, tag_field="type", tag="release"):
    """The ledger's note to itself: more held journals wait to be released."""

    id: str
    recorded_at: str


OfSku = (
    Item | StockPull | Sale | SaleReturn | Receipt | LandedCost | CostCorrection
    | PurchaseReturn | ReceiptMerge | Consumption | Production | Adjustment | DefectiveReport
    | Transfer
)  # fmt: skip
AnyLogged = OfSku | Policy | Release
