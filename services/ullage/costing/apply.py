"""The only way a book changes: one small function a movement kind, found in one table.

Each checks everything first, then changes. What it did is returned as entries.
"""

from collections.abc import Callable
from typing import Final

from ullage.costing.adjust import adjust
from ullage.costing.book import Book
from ullage.costing.builds import consume, produce
from ullage.costing.entry import CostEntry, CostVariance, Entry, EntryRef, VarianceKind
from ullage.costing.errors import UnknownItem
from ullage.costing.late_cost import correct, land
from ullage.costing.movement import (
    Adjustment,
    Consumption,
    CostCorrection,
    DefectiveReport,
    Item,
    LandedCost,
    Movement,
    Production,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)
from ullage.costing.purchase_returns import send_back
from ullage.costing.receipt_merge import merge_receipts
from ullage.costing.receipts import receive
from ullage.costing.retention import require_kept
from ullage.costing.sale_returns import take_back
from ullage.costing.sales import sell, write_off
from ullage.costing.settings import count, set_terms
from ullage.costing.terms import UnknownItems
from ullage.costing.transfers import transfer


def apply(book: Book, movement: Movement) -> list[Entry]:
    """Apply one movement and return its entries.

    Raises:
        CostingError: the movement can never be applied; the book is as it was.
    """
    kind, at, latest = type(movement), movement.effective_at, book.latest
    require_kept(book, movement)
    if book.item is None and book.policy.unknown_items is UnknownItems.REJECT:
        _require_item(book, kind)
    entries = APPLY[kind](book, movement)
    book.sequence += 1
    if latest is None or at > latest:
        book.latest = at
    if book.pinned is None and kind not in LOCKS_NOTHING:
        book.pin()
    whole = book.account.release()
    if whole:
        entries.append(_round(movement, entries, -whole))
    return entries


APPLY: Final[dict[type[Movement], Callable[..., list[Entry]]]] = {
    Item: set_terms,
    StockPull: count,
    Receipt: receive,
    LandedCost: land,
    CostCorrection: correct,
    PurchaseReturn: send_back,
    ReceiptMerge: merge_receipts,
    Sale: sell,
    SaleReturn: take_back,
    DefectiveReport: write_off,
    Transfer: transfer,
    Adjustment: adjust,
    Consumption: consume,
    Production: produce,
}

NEEDS_NO_ITEM: Final = frozenset((Item, LandedCost, CostCorrection))
"""What a policy that rejects unknown items takes: a line's money goes where the line went."""

LOCKS_NOTHING: Final = frozenset((Item, StockPull, LandedCost))
"""What does not lock method and pool; a charge is first only where its line was refused."""


def _require_item(book: Book, kind: type[Movement]) -> None:
    """Raise UnknownItem where a SKU without settings is moved, against the policy."""
    if kind not in NEEDS_NO_ITEM:
        raise UnknownItem(
            f"{book.sku} has no item record, and the policy rejects unknown items; send its "
            "item record first, then send this again"
        )


def _round(movement: Movement, entries: list[Entry], amount: int) -> CostVariance:
    """Emit the carry's whole minor units at once (domain 3)."""
    money = next(entry for entry in entries if isinstance(entry, CostEntry))
    corrects = EntryRef(movement.id, money.type)
    return CostVariance(VarianceKind.ROUNDING, 0, amount, amount, corrects, money.warehouse)
