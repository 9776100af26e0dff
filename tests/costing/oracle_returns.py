"""The oracle's returns: from customers, and to suppliers (domain 6)."""

from fractions import Fraction
from itertools import chain, product
from typing import NamedTuple

from tests.costing.oracle_books import Books
from tests.costing.oracle_memory import Piece
from tests.costing.oracle_places import places
from tests.costing.oracle_pool import ZERO, Lot, Pool, exact
from tests.costing.oracle_rules import forget, left_entry
from tests.costing.oracle_units import Refused, micro, units
from ullage.costing.entry import CostEntry, CostVariance, Draw, Entry, EntryRef, VarianceKind
from ullage.costing.movement import Method, PurchaseReturn, SaleReturn


class Back(NamedTuple):
    """Units that come back together, and the late cost on them since they were sold."""

    pieces: list[Piece]
    late: Fraction = ZERO

    @property
    def quantity(self) -> Fraction:
        return sum((piece.quantity for piece in self.pieces), ZERO)

    @property
    def worth(self) -> Fraction:
        """What the units cost now."""
        return sum((piece.value for piece in self.pieces), self.late)


def take_back(books: Books, sold: SaleReturn, horizon: int | None) -> list[Entry]:
    """Cancel what the order line still owes, then its units, last drawn first."""
    pool, quantity = books.pool(sold.warehouse), units(sold.quantity)
    average = books.assumed_cost(pool)
    forget(books, sold, horizon)
    key = (sold.order_id, sold.line_id)
    order = books.orders.get(key)
    cancelled = cancel(books, order.sales, quantity) if order else []
    never_came = sum((back.quantity for back in cancelled), ZERO)
    quantity -= never_came
    pieces, kept = last_first(order.pieces if order else (), quantity)
    if order:
        books.orders[key] = order._replace(pieces=kept)
    quantity -= sum((piece.quantity for piece in pieces), ZERO)
    arriving = by_receipt(books, pieces)
    if quantity:
        arriving.append(Back([unknown(books, sold, quantity, average)]))
    settlements, made = put_back(books, sold, arriving)
    books.move(sold.warehouse, sold.effective_at, units(sold.quantity))
    backs = cancelled + arriving
    entry = reversal(books, sold, backs, made)._replace(provisional_quantity=micro(never_came))
    return [
        entry,
        *chain.from_iterable(corrections(books, sold, back) for back in backs),
        *settlements,
    ]


def cancel(books: Books, sales: tuple[str, ...], quantity: Fraction) -> list[Back]:
    """Units of the order line that never came need not come, those sold last first."""
    cancelled: list[Back] = []
    for sale, pool in product(reversed(sales), books.pools.values()):
        for debt in pool.cancel(sale, quantity):
            quantity -= debt.quantity
            money = (debt.value, debt.booked, debt.value - debt.booked)
            piece = Piece(debt.quantity, *money, None, None, books.now, debt.owner)
            cancelled.append(Back([piece]))
    return cancelled


def last_first(
    pieces: tuple[Piece, ...], quantity: Fraction
) -> tuple[list[Piece], tuple[Piece, ...]]:
    """So many units from the end, and what stays."""
    taken: list[Piece] = []
    kept: list[Piece] = []
    for piece in reversed(pieces):
        part, rest = piece.split(min(quantity, piece.quantity))
        quantity -= part.quantity
        taken += [part] if part.quantity else []
        kept += [rest] if rest.quantity else []
    return taken, tuple(reversed(kept))


def late_on(books: Books, piece: Piece) -> Fraction:
    """What came late to the receipt line since; never more credit than the units cost."""
    if piece.line is None:
        return ZERO
    late = books.lines[piece.line].late_since(piece.sequence, piece.quantity)
    return max(late, -piece.value)


def unknown(books: Books, sold: SaleReturn, quantity: Fraction, average: Fraction) -> Piece:
    """Units that no order line is known to have had: at the average."""
    worth = exact(quantity * average)
    owner = EntryRef(sold.id, "cogs_reversal", sold.order_id, sold.line_id)
    return Piece(quantity, worth, worth, ZERO, None, None, books.now, owner)


def by_receipt(books: Books, pieces: list[Piece]) -> list[Back]:
    """Units of one receipt line come back as one, in the order in which they do."""
    backs: dict[str | None, Back] = {}
    for piece in pieces:
        back = backs.get(piece.line, Back([]))
        late = back.late + late_on(books, piece)
        backs[piece.line] = Back([*back.pieces, piece], late)
    return list(backs.values())


def put_back(
    books: Books, sold: SaleReturn, arriving: list[Back]
) -> tuple[list[CostVariance], tuple[Draw, ...]]:
    """One layer a receipt, at the end of the pool."""
    pool = books.pool(sold.warehouse)
    arrived = []
    for back in arriving:
        _, _, _, _, line, receipt, _, _ = back.pieces[0]
        came = (back.quantity, back.worth, receipt, sold.warehouse, sold.effective_at)
        arrived.append(books.put(pool, Lot(*came, line), joins=False))
    settlements = chain.from_iterable(one.settlements for one in arrived)
    made = chain.from_iterable(one.made for one in arrived)
    return list(settlements), tuple(made)


def reversal(
    books: Books, sold: SaleReturn, backs: list[Back], made: tuple[Draw, ...]
) -> CostEntry:
    """What was booked as cost of goods sold, taken back."""
    pieces = [piece for back in backs for piece in back.pieces]
    amount = sum((piece.booked for piece in pieces), ZERO)
    posted = sum((books.postings.draw(one.quantity, one.booked) for one in pieces), ZERO)
    figures = (sold.quantity, micro(amount), micro(posted), 0, made)
    return CostEntry("cogs_reversal", sold.warehouse, *figures)


def corrections(books: Books, sold: SaleReturn, back: Back) -> list[Entry]:
    """What was corrected on those units since, taken back too."""
    line, receipt = back.pieces[0].line, back.pieces[0].receipt
    receipt_line = books.lines[line].id if line else ""
    itself = EntryRef(sold.id, "cogs_reversal", sold.order_id, sold.line_id)
    settled = sum((piece.settled for piece in back.pieces), ZERO)
    overridden = sum((piece.overridden for piece in back.pieces), ZERO)
    corrected = (
        ("late_cost", back.late, EntryRef(receipt_line, "received")),
        ("oversold_settlement", settled, itself),
        ("non_diminishing_override", overridden, itself),
    )
    place = (sold.warehouse, receipt if line else None)
    return [
        CostVariance(
            VarianceKind(kind),
            micro(back.quantity),
            micro(-amount),
            micro(books.postings.cents(-amount)),
            about,
            *place,
        )
        for kind, amount, about in corrected
    ]


def send_back(books: Books, sent: PurchaseReturn) -> list[Entry]:
    """Units go back to the supplier at the purchase price; their cost was another one."""
    line, quantity = books.lines.get(sent.receipt), units(sent.quantity)
    if line is None or not line.quantity:
        raise Refused(107)
    if line.returned + quantity > line.quantity:
        raise Refused(100)
    pool, owner = books.pool(sent.warehouse), EntryRef(sent.id, "purchase_returned")
    own = own_units(books, pool, line.id, quantity)
    left = books.take(pool, quantity, owner, sent.warehouse, own)
    books.lines[line.id] = line._replace(returned=line.returned + quantity)
    books.move(sent.warehouse, sent.effective_at, -quantity)
    amount = exact(line.price * quantity / line.quantity)
    posted = books.postings.cents(amount)
    drawn = left_entry(books, "purchase_returned", sent.warehouse, left)
    # The draws tell what the units cost; what is posted is the price.
    unposted = tuple(draw._replace(posted=0) for draw in drawn.draws)
    entry = drawn._replace(amount=micro(amount), posted=micro(posted), draws=unposted)
    more = left.amount - amount
    figures = (sent.quantity, micro(more), micro(books.postings.cents(more)), owner)
    place = (sent.warehouse, sent.receipt_id)
    return [entry, CostVariance(VarianceKind.RETURN_DIFFERENCE, *figures, *place)]


def own_units(
    books: Books, pool: Pool, name: str, quantity: Fraction
) -> list[tuple[int, Fraction]]:
    """Which lots of a pool hold a line's own units, and how many to take of each."""
    if books.method is Method.WAC:
        return []
    its = [place for place in places(books, name) if place.pool is pool]
    its.sort(key=lambda place: place.index, reverse=books.method is Method.LIFO)
    own = []
    for _, index, units_there in its:
        part = min(units_there, quantity)
        quantity -= part
        own.append((index, part))
    return own
