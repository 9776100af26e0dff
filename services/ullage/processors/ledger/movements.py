"""Records of the log to the kernel's movements."""

from collections.abc import Callable, Iterable
from typing import Final

from ullage.costing import movement as kernel
from ullage.costing.money import times
from ullage.processors.identity import output_id
from ullage.processors.ledger import logged
from ullage.processors.text import micro, microseconds


def movement_of(said: logged.OfSku) -> kernel.Movement:
    """Return the kernel's movement of a record of the log."""
    return _MOVEMENT[type(said)](said)


def charges_of_refused(receipt: logged.Receipt) -> logged.LandedCost:
    """Return the charges a refused receipt line brought, as a movement of their own."""
    return logged.LandedCost(
        id=output_id(receipt.id, "landed_cost", 0),
        sku=receipt.sku,
        source=receipt.source,
        source_id=receipt.source_id,
        effective_at=receipt.effective_at,
        recorded_at=receipt.recorded_at,
        warehouse=receipt.warehouse,
        shipment_id=receipt.shipment_id,
        receipt_id=receipt.receipt_id,
        receipt=receipt.id,
        charges=receipt.charges,
    )


def _about(said: logged.Logged) -> tuple[str, str, str, str, int, int]:
    return (
        said.id,
        said.sku,
        said.source,
        said.source_id,
        microseconds(said.effective_at),
        microseconds(said.recorded_at),
    )


def _optional(text: str | None) -> int | None:
    return None if text is None else micro(text)


def _item(item: logged.Item) -> kernel.Item:
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


def _stock_pull(pull: logged.StockPull) -> kernel.StockPull:
    return kernel.StockPull(*_about(pull), pull.warehouse, micro(pull.on_hand))


def _sale(sale: logged.Sale) -> kernel.Sale:
    return kernel.Sale(
        *_about(sale),
        sale.warehouse,
        micro(sale.quantity),
        sale.order_id,
        sale.line_id,
        _optional(sale.override_unit_cost),
    )


def _sale_return(back: logged.SaleReturn) -> kernel.SaleReturn:
    return kernel.SaleReturn(
        *_about(back), back.warehouse, micro(back.quantity), back.order_id, back.line_id
    )


def _receipt(receipt: logged.Receipt) -> kernel.Receipt:
    quantity, value = micro(receipt.quantity), _optional(receipt.value)
    if value is None and receipt.unit_cost is not None:
        value = times(quantity, micro(receipt.unit_cost))
    return kernel.Receipt(
        *_about(receipt),
        receipt.warehouse,
        quantity,
        value,
        receipt.shipment_id,
        receipt.receipt_id,
        _shares(receipt.charges) if receipt.charges else (),
        tuple([_absorbed(share) for share in receipt.absorbed]) if receipt.absorbed else (),
    )


def _shares(charges: Iterable[logged.ChargeShare]) -> tuple[kernel.ChargeShare, ...]:
    return tuple(
        [
            kernel.ChargeShare(one.charge_id, micro(one.amount), micro(one.posted_amount))
            for one in charges
        ]
    )


def _absorbed(share: logged.AbsorbedShare) -> kernel.ChargeShare:
    """Nothing of it is a charge's: it posts nothing to clearing (domain 5)."""
    return kernel.ChargeShare(share.charge_id, micro(share.amount), 0)


def _landed_cost(landed: logged.LandedCost) -> kernel.LandedCost:
    return kernel.LandedCost(
        *_about(landed),
        landed.warehouse,
        landed.shipment_id,
        landed.receipt_id,
        landed.receipt,
        _shares(landed.charges),
    )


def _cost_correction(correction: logged.CostCorrection) -> kernel.CostCorrection:
    return kernel.CostCorrection(
        *_about(correction),
        correction.warehouse,
        correction.shipment_id,
        correction.receipt_id,
        correction.receipt,
        micro(correction.value),
    )


def _purchase_return(back: logged.PurchaseReturn) -> kernel.PurchaseReturn:
    return kernel.PurchaseReturn(
        *_about(back),
        back.warehouse,
        micro(back.quantity),
        back.shipment_id,
        back.receipt_id,
        back.receipt,
    )


def _receipt_merge(merge: logged.ReceiptMerge) -> kernel.ReceiptMerge:
    at = merge.received_at
    return kernel.ReceiptMerge(
        *_about(merge),
        merge.shipment_id,
        merge.receipt_id,
        merge.receipts,
        merge.into,
        None if at is None else microseconds(at),
    )


def _consumption(consumed: logged.Consumption) -> kernel.Consumption:
    return kernel.Consumption(
        *_about(consumed),
        consumed.warehouse,
        micro(consumed.quantity),
        consumed.order_id,
        consumed.late,
    )


def _production(made: logged.Production) -> kernel.Production:
    quantity, unit_cost = micro(made.quantity), made.unit_cost
    return kernel.Production(
        *_about(made),
        made.warehouse,
        quantity,
        made.order_id,
        micro(made.cost),
        micro(made.posted_cost),
        micro(made.overhead),
        None if unit_cost is None else times(quantity, micro(unit_cost)),
    )


def _adjustment(adjustment: logged.Adjustment) -> kernel.Adjustment:
    return kernel.Adjustment(
        *_about(adjustment),
        adjustment.warehouse,
        adjustment.mode,
        micro(adjustment.quantity),
        micro(adjustment.value),
        adjustment.reason,
    )


def _defective_report(report: logged.DefectiveReport) -> kernel.DefectiveReport:
    return kernel.DefectiveReport(
        *_about(report), report.warehouse, micro(report.quantity), report.reason
    )


def _transfer(transfer: logged.Transfer) -> kernel.Transfer:
    return kernel.Transfer(
        *_about(transfer),
        transfer.from_warehouse,
        transfer.to_warehouse,
        micro(transfer.quantity),
    )


_MOVEMENT: Final[dict[type[logged.Logged], Callable[..., kernel.Movement]]] = {
    logged.Item: _item,
    logged.StockPull: _stock_pull,
    logged.Sale: _sale,
    logged.SaleReturn: _sale_return,
    logged.Receipt: _receipt,
    logged.LandedCost: _landed_cost,
    logged.CostCorrection: _cost_correction,
    logged.PurchaseReturn: _purchase_return,
    logged.ReceiptMerge: _receipt_merge,
    logged.Consumption: _consumption,
    logged.Production: _production,
    logged.Adjustment: _adjustment,
    logged.DefectiveReport: _defective_report,
    logged.Transfer: _transfer,
}
