"""Records of the log to the kernel's movements."""

from collections.abc import Callable
from typing import Final

from ullage.costing import movement as kernel
from ullage.processors.log import (
    Adjustment,
    AnyLogged,
    DefectiveReport,
    Item,
    Logged,
    Receipt,
    Sale,
    StockPull,
    Transfer,
)
from ullage.processors.text import micro, microseconds


def movement_of(logged: AnyLogged) -> kernel.Movement:
    """Return the kernel's movement of a record of the log."""
    return _MOVEMENT[type(logged)](logged)


def _optional(text: str | None) -> int | None:
    return None if text is None else micro(text)


def _about(logged: Logged) -> tuple[str, str, str, str, int, int]:
    return (
        logged.id,
        logged.sku,
        logged.source,
        logged.source_id,
        microseconds(logged.effective_at),
        microseconds(logged.recorded_at),
    )


def _item(item: Item) -> kernel.Item:
    return kernel.Item(
        *_about(item),
        item.method,
        item.cost_pool,
        item.layer_merge,
        _optional(item.standard_cost),
        item.negative_stock,
        item.provisional_cost,
        item.non_diminishing,
        item.backdated,
    )


def _stock_pull(pull: StockPull) -> kernel.StockPull:
    return kernel.StockPull(*_about(pull), pull.warehouse, micro(pull.on_hand))


def _sale(sale: Sale) -> kernel.Sale:
    return kernel.Sale(
        *_about(sale),
        sale.warehouse,
        micro(sale.quantity),
        sale.order_id,
        sale.line_id,
        _optional(sale.override_unit_cost),
    )


def _receipt(receipt: Receipt) -> kernel.Receipt:
    return kernel.Receipt(
        *_about(receipt),
        receipt.warehouse,
        micro(receipt.quantity),
        _optional(receipt.unit_cost),
        receipt.shipment_id,
        receipt.receipt_id,
    )


def _adjustment(adjustment: Adjustment) -> kernel.Adjustment:
    return kernel.Adjustment(
        *_about(adjustment),
        adjustment.warehouse,
        adjustment.mode,
        micro(adjustment.quantity),
        micro(adjustment.value),
        adjustment.reason,
    )


def _defective_report(report: DefectiveReport) -> kernel.DefectiveReport:
    return kernel.DefectiveReport(
        *_about(report), report.warehouse, micro(report.quantity), report.reason
    )


def _transfer(transfer: Transfer) -> kernel.Transfer:
    return kernel.Transfer(
        *_about(transfer),
        transfer.from_warehouse,
        transfer.to_warehouse,
        micro(transfer.quantity),
    )


_MOVEMENT: Final[dict[type[Logged], Callable[..., kernel.Movement]]] = {
    Item: _item,
    StockPull: _stock_pull,
    Sale: _sale,
    Receipt: _receipt,
    Adjustment: _adjustment,
    DefectiveReport: _defective_report,
    Transfer: _transfer,
}
