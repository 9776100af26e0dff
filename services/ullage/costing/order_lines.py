"""What the units of an order line cost, kept for when they come back (domain 6)."""

from ullage.costing.book import Book
from ullage.costing.kept import FirstSale, OrderLine, Owed, Piece, order_line_key
from ullage.costing.layers import Drawn, Oversold
from ullage.costing.movement import Sale, SaleReturn
from ullage.costing.retention import horizon


def remember_sale(book: Book, sale: Sale, drawn: Drawn, charged: int) -> None:
    """Keep what each unit cost; `charged` was booked for those beyond the layers.

    A line that is sold again when it is too old to be remembered begins anew.
    """
    sequence = book.sequence + 1
    pieces = tuple(
        [
            Piece(units, value, origin, sequence, value)
            for units, value, _, _, _, origin in drawn.layers
        ]
    )
    owed: tuple[Owed, ...] = ()
    if drawn.oversold:
        owed = (Owed(sale.warehouse, drawn.position, drawn.oversold, charged, sequence),)
    lines, key = book.storage.lines, order_line_key(sale.order_id, sale.line_id)
    line, at = lines.get(key), sale.effective_at
    if line is not None and not _too_old(book, line, sale.recorded_at):
        pieces, owed = line.pieces + pieces, line.owed + owed
        at = max(at, line.effective_at)
    lines.put(key, OrderLine(pieces, owed, at))


def note_first_sale(book: Book, sale: Sale, drawn: Drawn) -> None:
    """Receipt lines know the first sale that drew from them (domain 6, `receipt_merge`)."""
    receipts = book.storage.receipts
    first = FirstSale(book.sequence + 1, sale.id, sale.order_id, sale.effective_at)
    for layer in drawn.layers:
        key = str(layer.origin)
        line = receipts.get(key) if layer.origin else None
        known = line.first_sale if line else None
        if line and (known is None or first.effective_at < known.effective_at):
            receipts.put(key, line.sold_from(first))
    book.last_sold = drawn.layers[-1].origin


def settle_line(book: Book, oversold: Oversold, actual: int, origin: int) -> None:
    """Keep what units of an order line cost now that they have come, and from which receipt."""
    entry = oversold.entry
    if entry.order_id is None or entry.line_id is None:
        return
    key = order_line_key(entry.order_id, entry.line_id)
    line = book.storage.lines.get(key)
    lots = line.owed if line else ()
    owed = next((one for one in lots if one.sequence == oversold.sequence), None)
    if line is None or owed is None:
        return
    came = owed.part(oversold.quantity)
    piece = Piece(
        came.quantity, actual, origin, book.sequence + 1, came.booked,
        oversold.value - came.booked,
    )  # fmt: skip
    book.storage.lines.put(
        key,
        line._replace(
            pieces=(*line.pieces, piece), owed=_without(line.owed, owed, owed.less(came))
        ),
    )


def line_to_return(book: Book, returned: SaleReturn) -> OrderLine | None:
    """The order line a return is of; None if it is unknown, or too old to be (domain 7)."""
    line = book.storage.lines.get(order_line_key(returned.order_id, returned.line_id))
    return None if line is None or _too_old(book, line, returned.recorded_at) else line


def _too_old(book: Book, line: OrderLine, recorded_at: int) -> bool:
    """Whether an order line is not remembered any more (domain 7)."""
    oldest = horizon(book, recorded_at)
    return oldest is not None and line.effective_at < oldest


def _without(lots: tuple[Owed, ...], one: Owed, rest: Owed) -> tuple[Owed, ...]:
    """The same lots with the rest of one in its place, if any is left."""
    return tuple(
        [rest if lot is one else lot for lot in lots if lot is not one or rest.quantity]
    )
