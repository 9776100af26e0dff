"""Returns to suppliers: they post at the purchase price (domain 6)."""

from ullage.costing.book import Book
from ullage.costing.draws import draw, draws_of, posted_by_units, require
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Entry,
    EntryRef,
    EntryType,
    VarianceKind,
)
from ullage.costing.errors import InvalidMovement, UnknownReference
from ullage.costing.kept import ReceiptLine
from ullage.costing.layers import Drawn
from ullage.costing.money import divide, plain
from ullage.costing.movement import Method, PurchaseReturn
from ullage.costing.places import places_of, received_line

RETURNED = EntryType.PURCHASE_RETURNED


def send_back(book: Book, returned: PurchaseReturn) -> list[Entry]:
    """Take the receipt's own units if they are still there, else by the method."""
    warehouse, quantity = returned.warehouse, returned.quantity
    origin, line = _received(book, returned)
    require(book, warehouse, quantity)
    own = _own_units(book, returned, origin, line)
    drawn = draw(book, returned, RETURNED, warehouse, quantity, first=own)
    book.units_out += quantity
    book.storage.receipts.put(str(origin), line._replace(returned=line.returned + quantity))
    price = divide(line.purchase * quantity, line.quantity)
    sent = CostEntry(
        RETURNED, warehouse, quantity, price, book.account.post_out(price),
        drawn.oversold, draws_of(book, drawn.layers),
    )  # fmt: skip
    entries: list[Entry] = [posted_by_units(book, sent)]
    entries += _difference(book, returned, drawn, price)
    return entries + book.expect(warehouse, -quantity, returned)


def _received(book: Book, returned: PurchaseReturn) -> tuple[int, ReceiptLine]:
    """The receipt line and its origin; no more than was received can go back."""
    received = received_line(book, returned.receipt)
    if received is None:
        raise UnknownReference(
            f"nothing of {book.sku} was received with {returned.receipt_id}, so none of it can "
            "go back; send its receipt again first, or return the units of another receipt"
        )
    _, line = received
    left = line.quantity - line.returned
    if returned.quantity > left:
        raise InvalidMovement(
            f"{plain(returned.quantity)} of {book.sku} were to go back, but of "
            f"{returned.receipt_id} only {plain(left)} can; check the quantity"
        )
    return received


def _own_units(
    book: Book, returned: PurchaseReturn, origin: int, line: ReceiptLine
) -> list[tuple[int, int]]:
    """Where its own units lie in the pool they leave, and how many to take, by the method."""
    pool, wanted = book.pool(returned.warehouse), returned.quantity
    places = [place for place in places_of(book, origin, line) if place.pool is pool]
    places.sort(reverse=pool.method is Method.LIFO)
    own = []
    for _, position, _, there in places:
        units = min(there, wanted)
        wanted -= units
        if units:
            own.append((position, units))
    return own


def _difference(
    book: Book, returned: PurchaseReturn, drawn: Drawn, price: int
) -> list[CostVariance]:
    """What the units stood at beyond their purchase price."""
    amount = drawn.amount - price
    if not amount:
        return []
    return [
        CostVariance(
            VarianceKind.RETURN_DIFFERENCE, returned.quantity, amount,
            book.account.post_out(amount), EntryRef.of(returned, RETURNED),
            returned.warehouse, returned.receipt_id,
        )
    ]  # fmt: skip
