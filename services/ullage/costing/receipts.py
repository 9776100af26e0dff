"""Receipts: units come at their purchase cost and their shares of charges (domain 5)."""

from dataclasses import replace

from ullage.costing.arrivals import joining, layer_left, new_layer, settle
from ullage.costing.book import Book
from ullage.costing.entry import (
    CostEntry,
    CostNeeded,
    CostVariance,
    Entry,
    EntryRef,
    EntryType,
    VarianceKind,
)
from ullage.costing.hierarchy import assumed_cost
from ullage.costing.kept import Places, ReceiptLine
from ullage.costing.layers import Arrived, Layer
from ullage.costing.money import times
from ullage.costing.movement import ChargeShare, Receipt
from ullage.costing.places import line_at


def receive(book: Book, receipt: Receipt) -> list[Entry]:
    """Take units in at their cost, assumed where none came; what is oversold is settled."""
    receipt = _once(book, receipt)
    warehouse, quantity = receipt.warehouse, receipt.quantity
    purchase, assumed, pending = receipt.value, 0, receipt.value is None
    if purchase is None:
        assumed = assumed_cost(book, warehouse)
        purchase = times(quantity, assumed)
    cost = purchase + sum([share.amount for share in (*receipt.charges, *receipt.absorbed)])
    layer, arrived = _arrive(book, receipt, cost)
    _keep_line(book, receipt, purchase, cost, arrived)
    entries: list[Entry] = [
        CostEntry(
            EntryType.RECEIVED, warehouse, quantity, purchase, book.account.post(purchase),
            quantity if pending else 0, layer_left(book, arrived),
        )
    ]  # fmt: skip
    entries += _charge(book, receipt, cost)
    entries += settle(book, layer, arrived, receipt.receipt_id)
    if pending:
        entries.append(CostNeeded(receipt.receipt_id, quantity, assumed))
    return entries + book.expect(warehouse, quantity, receipt)


def _arrive(book: Book, receipt: Receipt, cost: int) -> tuple[Layer, Arrived]:
    """Add its units to the pool; returns the layer they made, and what is left of it."""
    pool = book.pool(receipt.warehouse)
    layer = new_layer(
        book, pool, receipt.quantity, max(cost, 0), receipt.effective_at, receipt.receipt_id
    )
    layer = joining(book, pool, layer)
    book.units_in += receipt.quantity
    return layer, pool.add(layer)


def _once(book: Book, receipt: Receipt) -> Receipt:
    """A line that was refused before absorbs what it bears of each charge: all was late cost.

    So it stands at its landed cost, whatever came while it was refused.
    """
    origin = book.storage.origins.get(receipt.id)
    if origin is None:
        return receipt
    charged = line_at(book, origin).charged
    late = [ChargeShare(charge, amount, 0) for charge, amount in charged if amount]
    return replace(receipt, charges=(), absorbed=(*late, *receipt.absorbed))


def _keep_line(
    book: Book, receipt: Receipt, purchase: int, cost: int, arrived: Arrived
) -> None:
    """Remember the line; where its cost is known, it is the latest one landed."""
    origin, pending = book.sequence + 1, receipt.value is None
    places: Places = ()
    if arrived.layer is not None and arrived.layer.origin:
        places = ((book.pool_name(receipt.warehouse), arrived.position),)
    line = ReceiptLine(
        receipt.id, receipt.receipt_id, receipt.warehouse, receipt.quantity, purchase, cost,
        book.units_in, pending, places=places,
    )  # fmt: skip
    book.storage.receipts.put(str(origin), line)
    book.storage.origins.put(receipt.id, origin)
    if pending:
        book.cost_pending += 1
    else:
        book.last_landed, book.last_receipt = line.unit_cost, origin


def _charge(book: Book, receipt: Receipt, cost: int) -> list[Entry]:
    """One entry a charge; what is absorbed beyond the charges is a variance (domain 5)."""
    if not receipt.charges and not receipt.absorbed:
        return []
    entries: list[Entry] = [
        CostEntry(
            EntryType.LANDED, receipt.warehouse, receipt.quantity, share.amount,
            book.account.post_as(share.amount, share.posted), charge_id=share.charge_id,
        )
        for share in receipt.charges
    ]  # fmt: skip
    over = VarianceKind.LANDED_OVER_ABSORPTION
    entries += [_correction(book, receipt, over, -one.amount, one) for one in receipt.absorbed]
    if cost < 0:
        # As with a late credit: no layer falls below zero (domain 4).
        last = (receipt.charges or receipt.absorbed)[-1]
        entries.append(_correction(book, receipt, VarianceKind.LATE_COST, cost, last))
    return entries


def _correction(
    book: Book, receipt: Receipt, kind: VarianceKind, amount: int, share: ChargeShare
) -> CostVariance:
    """What a charge makes of the receipt's cost beyond what was charged."""
    return CostVariance(
        kind, receipt.quantity, amount, book.account.post_out(amount),
        EntryRef(receipt.id, EntryType.RECEIVED), receipt.warehouse, receipt.receipt_id,
        share.charge_id,
    )  # fmt: skip
