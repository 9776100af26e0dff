"""Late cost: what a receipt line turns out to cost more after its units came (domain 4).

The share of the units still there raises their layers, the share of those gone is variance.
"""

from collections.abc import Iterable

from ullage.costing.book import Book
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Entry,
    EntryRef,
    EntryType,
    VarianceKind,
)
from ullage.costing.errors import UnknownReference
from ullage.costing.kept import ReceiptLine
from ullage.costing.money import divide, spread
from ullage.costing.movement import ChargeShare, CostCorrection, LandedCost
from ullage.costing.places import Place, line_at, received_line, still_there


def land(book: Book, landed: LandedCost) -> list[Entry]:
    """Add charges that came after their receipt line; of a refused one they are variance."""
    origin, line = _charged_line(book, landed)
    entries: list[Entry] = []
    for share in landed.charges:
        posted = book.account.post_as(share.amount, share.posted)
        landing = CostEntry(
            EntryType.LANDED, landed.warehouse, line.quantity, share.amount, posted,
            charge_id=share.charge_id,
        )  # fmt: skip
        entries += _add_late(book, origin, landing)
    if not line.quantity:
        _note_charged(book, origin, landed.charges)
    return entries


def _note_charged(book: Book, origin: int, charges: Iterable[ChargeShare]) -> None:
    """Keep what a refused line bears of each charge: it is its cost when it is taken."""
    line = line_at(book, origin)
    charged = dict(line.charged)
    for share in charges:
        charged[share.charge_id] = charged.get(share.charge_id, 0) + share.amount
    book.storage.receipts.put(str(origin), line._replace(charged=tuple(charged.items())))


def correct(book: Book, correction: CostCorrection) -> list[Entry]:
    """Set what a receipt line really cost; the difference comes late like a charge."""
    origin, line = _received(book, correction)
    change = correction.value - line.purchase
    if line.pending:
        book.cost_pending -= 1
        book.last_receipt = max(origin, book.last_receipt)
    line = line._replace(purchase=correction.value, pending=False)
    book.storage.receipts.put(str(origin), line)
    corrected = CostEntry(
        EntryType.CORRECTED, correction.warehouse, line.quantity, change,
        book.account.post(change),
    )  # fmt: skip
    return _add_late(book, origin, corrected)


def _charged_line(book: Book, landed: LandedCost) -> tuple[int, ReceiptLine]:
    """A receipt line and its origin; one that was refused is kept as one of no units."""
    storage, origin = book.storage, book.storage.origins.get(landed.receipt)
    if origin is not None:
        return origin, line_at(book, origin)
    origin = book.sequence + 1
    line = ReceiptLine(landed.receipt, landed.receipt_id, landed.warehouse)
    storage.origins.put(landed.receipt, origin)
    storage.receipts.put(str(origin), line)
    return origin, line


def _received(book: Book, correction: CostCorrection) -> tuple[int, ReceiptLine]:
    """The receipt line and its origin; nothing is owed for one that was refused."""
    received = received_line(book, correction.receipt)
    if received is None:
        raise UnknownReference(
            f"the line of {correction.receipt_id} with {book.sku} in {correction.warehouse} "
            "was refused, so it has no cost to correct; send its receipt again first, then "
            "this"
        )
    return received


def _add_late(book: Book, origin: int, late: CostEntry) -> list[Entry]:
    """Raise the layers of the units still there; what is left of the cost is variance."""
    line = line_at(book, origin)
    places = still_there(book, origin, line)
    # Parts of groups are rounded: together they are no more than was received.
    there = min(sum([place.units for place in places]), line.quantity)
    kept = _raise(book, places, divide(late.amount * there, line.quantity)) if there else 0
    _note_late(book, origin, late.amount)
    rest = late.amount - kept
    if not rest:
        return [late]
    variance = CostVariance(
        VarianceKind.LATE_COST, line.quantity - there, rest, book.account.post_out(rest),
        EntryRef(line.movement_id, EntryType.RECEIVED), line.warehouse, line.receipt_id,
        late.charge_id,
    )  # fmt: skip
    return [late, variance]


def _note_late(book: Book, origin: int, amount: int) -> None:
    """Keep what came late, of each group of receipts its part; it moves the latest cost."""
    line = line_at(book, origin)
    late = (*line.late, (book.sequence + 1, amount))
    line = line._replace(cost=line.cost + amount, late=late)
    book.storage.receipts.put(str(origin), line)
    if origin == book.last_receipt:
        book.last_landed = line.unit_cost
    for group, units in line.joined:
        _note_late(book, group, divide(amount * units, line.quantity))


def _raise(book: Book, places: list[Place], share: int) -> int:
    """Raise layers by a share, by the units in them, and return by how much in all.

    A credit takes none of them below zero.
    """
    new_id, raised = book.layer_ids(), 0
    shares = spread(share, [place.units for place in places])
    for (pool, position, layer, _), part in zip(places, shares, strict=True):
        change = max(part, -layer.value)
        if change:
            pool.change_value_at(position, change, new_id)
        raised += change
    return raised
