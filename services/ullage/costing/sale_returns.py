"""Sale returns: units of an order line come back at what they cost now (domain 6)."""

from collections.abc import Sequence
from typing import NamedTuple

from ullage.costing.arrivals import arrive, layer_left, named, settle
from ullage.costing.book import Book
from ullage.costing.chunks import value_of
from ullage.costing.draws import posted_by_units
from ullage.costing.entry import (
    CostEntry,
    CostVariance,
    Draw,
    Entry,
    EntryRef,
    EntryType,
    VarianceKind,
)
from ullage.costing.hierarchy import assumed_cost
from ullage.costing.kept import OrderLine, Piece, order_line_key
from ullage.costing.layers import Layer
from ullage.costing.money import times
from ullage.costing.movement import SaleReturn
from ullage.costing.order_lines import line_to_return

REVERSAL = EntryType.COGS_REVERSAL


class Back(NamedTuple):
    """Units that come back together: what was booked as COGS, and what was corrected since.

    `received` is the receipt line's record that late cost corrects, if they are of one.
    """

    quantity: int
    booked: int
    settled: int = 0
    override: int = 0
    late: int = 0
    origin: int = 0
    receipt_id: str | None = None
    received: EntryRef | None = None

    @property
    def value(self) -> int:
        """What they cost now."""
        return self.booked + self.settled + self.override + self.late


def take_back(book: Book, returned: SaleReturn) -> list[Entry]:
    """Cancel the line's own unsettled units; the rest comes back, last drawn first."""
    average = assumed_cost(book, returned.warehouse)
    line = line_to_return(book, returned) or OrderLine((), (), 0)
    line, cancelled = _cancel(book, line, returned.quantity)
    wanted = returned.quantity - sum([back.quantity for back in cancelled])
    line, pieces = _last_drawn(line, wanted)
    arriving = _by_receipt(book, pieces)
    wanted -= sum([piece.quantity for piece in pieces])
    unknown = [Back(wanted, times(wanted, average))] if wanted else []
    arriving += unknown
    _keep(book, returned, line)
    book.units_out -= returned.quantity
    draws, settlements = _put(book, returned, arriving)
    never_came = sum([back.quantity for back in cancelled])
    entries: list[Entry] = [
        _reversal(book, returned, [*cancelled, *pieces, *unknown], never_came, draws)
    ]
    for back in (*cancelled, *arriving):
        entries += _uncorrect(book, returned, back)
    entries += settlements
    return entries + book.expect(returned.warehouse, returned.quantity, returned)


def _cancel(book: Book, line: OrderLine, wanted: int) -> tuple[OrderLine, list[Back]]:
    """Take back units that never came, the latest first, at their provisional cost."""
    owed, backs = list(line.owed), []
    while owed and wanted:
        lot = owed.pop()
        part = lot.part(min(wanted, lot.quantity))
        oversold = book.pool(lot.warehouse).oversold
        there = oversold.at(lot.position)
        if there is None:
            raise LookupError(f"units of {book.sku} owed at {lot.position} are lost")
        value, rest = value_of(part.quantity, there), lot.less(part)
        left = there.of(rest.quantity, there.value - value) if rest.quantity else None
        oversold.replace(lot.position, left)
        owed += [rest] if left else []
        wanted -= part.quantity
        backs.append(Back(part.quantity, part.booked, override=value - part.booked))
    return line._replace(owed=tuple(owed)), backs


def _last_drawn(line: OrderLine, wanted: int) -> tuple[OrderLine, list[Piece]]:
    """The line's last units, as many as are wanted, and the line without them."""
    kept, taken = list(line.pieces), []
    while kept and wanted:
        piece = kept.pop()
        part = piece.part(min(wanted, piece.quantity))
        kept += [piece.less(part)] if part.quantity < piece.quantity else []
        wanted -= part.quantity
        taken.append(part)
    return line._replace(pieces=tuple(kept)), taken


def _by_receipt(book: Book, pieces: list[Piece]) -> list[Back]:
    """Put units of one receipt line together, in the order they come back."""
    backs: dict[int, Back] = {}
    for piece in pieces:
        back = backs.get(piece.origin) or Back(0, 0, origin=piece.origin)
        line = book.storage.receipts.get(str(piece.origin)) if piece.origin else None
        late = line.late_since(piece.sequence, piece.quantity) if line else 0
        backs[piece.origin] = back._replace(
            quantity=back.quantity + piece.quantity,
            booked=back.booked + piece.booked,
            override=back.override + piece.override,
            settled=back.settled + piece.value - piece.booked - piece.override,
            # As a late credit, what is reversed of one takes no layer below zero (domain 4).
            late=back.late + max(late, -piece.value),
            receipt_id=line.receipt_id if line else None,
            received=EntryRef(line.movement_id, EntryType.RECEIVED) if line else None,
        )
    return list(backs.values())


def _keep(book: Book, returned: SaleReturn, line: OrderLine) -> None:
    """Keep what is left of the line for the next return."""
    key = order_line_key(returned.order_id, returned.line_id)
    if line.pieces or line.owed:
        book.storage.lines.put(key, line)
    elif book.storage.lines.get(key) is not None:
        book.storage.lines.put(key, None)


def _put(
    book: Book, returned: SaleReturn, arriving: list[Back]
) -> tuple[tuple[Draw, ...], list[Entry]]:
    """Add one layer a receipt at the end of the pool; name them, and what they settled."""
    pool, new_id = book.pool(returned.warehouse), book.layer_ids()
    draws: tuple[Draw, ...] = ()
    settlements: list[Entry] = []
    for back in arriving:
        layer = Layer(
            back.quantity, back.value, "", back.receipt_id, returned.effective_at, back.origin
        )
        layer = named(book, pool, layer, new_id())
        arrived = arrive(book, pool, layer)
        draws += layer_left(book, arrived)
        settlements += settle(book, layer, arrived, back.receipt_id)
    return draws, settlements


def _reversal(
    book: Book, returned: SaleReturn, parts: Sequence[Piece | Back], never_came: int,
    draws: tuple[Draw, ...],
) -> CostEntry:  # fmt: skip
    """Take back what was booked as COGS, posted part by part as it was."""
    amount = sum([part.booked for part in parts])
    posted = sum([book.account.post_return(part.quantity, part.booked) for part in parts])
    reversal = CostEntry(
        REVERSAL, returned.warehouse, returned.quantity, amount, posted, never_came, draws
    )
    return posted_by_units(book, reversal)


def _uncorrect(book: Book, returned: SaleReturn, back: Back) -> list[CostVariance]:
    """Reverse what was corrected on the units since their cost was booked."""
    reversal = EntryRef.of(returned, REVERSAL)
    corrected = (
        (VarianceKind.LATE_COST, back.late, back.received or reversal),
        (VarianceKind.OVERSOLD_SETTLEMENT, back.settled, reversal),
        (VarianceKind.NON_DIMINISHING_OVERRIDE, back.override, reversal),
    )
    return [
        CostVariance(
            kind, back.quantity, -amount, book.account.post_out(-amount), corrects,
            returned.warehouse, back.receipt_id,
        )
        for kind, amount, corrects in corrected
        if amount
    ]  # fmt: skip
