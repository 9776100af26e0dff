"""The oracle's receipts: their cost, their charges, and what comes late (domain 4 and 5)."""

from fractions import Fraction

from tests.costing.oracle_books import Books
from tests.costing.oracle_memory import Line
from tests.costing.oracle_places import recost, still_there
from tests.costing.oracle_pool import ZERO, Lot, exact
from tests.costing.oracle_units import Arrived, Refused, micro, units
from ullage.costing.entry import (
    CostEntry,
    CostNeeded,
    CostVariance,
    Entry,
    EntryRef,
    VarianceKind,
)
from ullage.costing.movement import (
    CostCorrection,
    LandedCost,
    Production,
    Receipt,
)


def receive(books: Books, receipt: Receipt) -> list[Entry]:
    """Units come in at what they cost with every charge, known then."""
    pool, quantity = books.pool(receipt.warehouse), units(receipt.quantity)
    assumed = receipt.value is None
    unit_cost = books.assumed_cost(pool)
    price = exact(quantity * unit_cost) if receipt.value is None else units(receipt.value)
    shares = (*receipt.charges, *receipt.absorbed)
    cost = sum((units(share.amount) for share in shares), price)
    at = receipt.effective_at
    lot = Lot(quantity, cost, receipt.receipt_id, receipt.warehouse, at, receipt.id)
    line = (receipt.id, receipt.receipt_id, receipt.warehouse, quantity, price, cost)
    books.lines[receipt.id] = Line(*line, books.now, pending=assumed)
    arrived = books.put(pool, lot)
    if not assumed:
        books.last_line = receipt.id
        move_last_landed(books)
    books.move(receipt.warehouse, at, quantity)
    return received(books, receipt, price, arrived) + (
        [CostNeeded(receipt.receipt_id, receipt.quantity, micro(unit_cost))] if assumed else []
    )


def received(books: Books, receipt: Receipt, price: Fraction, arrived: Arrived) -> list[Entry]:
    """The receipt's entries: its price, a charge each, and what it absorbs beyond them."""
    assumed = receipt.quantity if receipt.value is None else 0
    posted = micro(books.postings.cents(price))
    figures = (receipt.quantity, micro(price), posted, assumed, arrived.made)
    entries: list[Entry] = [CostEntry("received", receipt.warehouse, *figures)]
    for share in receipt.charges:
        landed = (receipt.quantity, share.amount, share.posted, 0, (), share.charge_id)
        entries.append(CostEntry("landed", receipt.warehouse, *landed))
    kind, corrects = VarianceKind.LANDED_OVER_ABSORPTION, EntryRef(receipt.id, "received")
    for share in receipt.absorbed:
        posted = -micro(books.postings.cents(units(share.amount)))
        absorbed = (receipt.quantity, -share.amount, posted, corrects)
        place = (receipt.warehouse, receipt.receipt_id, share.charge_id)
        entries.append(CostVariance(kind, *absorbed, *place))
    return entries + arrived.settlements


def land(books: Books, landed: LandedCost) -> list[Entry]:
    """Charges that came late; each on its own (domain 4)."""
    entries: list[Entry] = []
    for share in landed.charges:
        figures = (units(share.amount), share.posted, share.charge_id)
        entries += come_late(books, landed, "landed", *figures)
    return entries


def correct(books: Books, correction: CostCorrection) -> list[Entry]:
    """What the supplier asks after all, instead of what the line was taken at."""
    line = books.lines.get(correction.receipt)
    if line is None or not line.quantity:
        raise Refused(107)  # nobody owes the price of what was not received
    more = units(correction.value) - line.price
    books.lines[line.id] = line._replace(price=units(correction.value), pending=False)
    posted = micro(books.postings.cents(more))
    entries = come_late(books, correction, "corrected", more, posted)
    newest = books.lines.get(books.last_line or "")
    if newest is None or newest.sequence < line.sequence:
        books.last_line = line.id
    move_last_landed(books)
    return entries


def nowhere(late: LandedCost | CostCorrection) -> Line:
    """A line that the books have refused: its charges are value on nothing (domain 5)."""
    return Line(late.receipt, late.receipt_id, late.warehouse, ZERO, ZERO, ZERO, 0)


def come_late(
    books: Books,
    late: LandedCost | CostCorrection,
    kind: str,
    amount: Fraction,
    posted: int,
    charge: str | None = None,
) -> list[Entry]:
    """The entry of the whole amount, and the variance of the part on units gone."""
    line = books.lines.get(late.receipt) or nowhere(late)
    there = still_there(books, line.id, line)
    gone = amount - recost(books, line.id, line, amount)
    books.lines[line.id] = line
    note_late(books, line.id, amount)
    move_last_landed(books)
    figures = (micro(line.quantity), micro(amount), posted, 0, (), charge)
    variance = CostVariance(
        VarianceKind.LATE_COST,
        micro(line.quantity - there),
        micro(gone),
        micro(books.postings.cents(gone)),
        EntryRef(late.receipt, "received"),
        late.warehouse,
        late.receipt_id,
        charge,
    )
    return [CostEntry(kind, late.warehouse, *figures), variance]


def note_late(books: Books, name: str, amount: Fraction) -> None:
    """What came late to a line came, in part, to what its units were merged into."""
    line = books.lines[name]
    books.lines[name] = line.later(books.now, amount)
    for merged, brought in books.merged.items():
        if name in brought:
            note_late(books, merged, exact(amount * brought[name] / line.quantity))


def move_last_landed(books: Books) -> None:
    """The latest receipt's cost, with what comes late to it; never below 0 (domain 6)."""
    if books.last_line is not None:
        line = books.lines[books.last_line]
        books.last_landed = max(exact(line.cost / line.quantity), ZERO)


def produce(books: Books, made: Production) -> list[Entry]:
    """Finished goods at what their components cost, or at the cost that was given."""
    quantity, cost = units(made.quantity), units(made.cost)
    value = cost if made.value is None else units(made.value)
    posted = units(made.posted) if made.value is None else books.postings.cents(value)
    lot = Lot(quantity, value, None, made.warehouse, made.effective_at)
    arrived = books.put(books.pool(made.warehouse), lot, joins=False)
    books.move(made.warehouse, made.effective_at, quantity)
    figures = (made.quantity, micro(value), micro(posted), 0, arrived.made)
    more, more_posted = cost - value, units(made.posted) - posted
    corrects = EntryRef(made.id, "produced", made.order_id)
    difference = (made.quantity, micro(more), micro(more_posted), corrects, made.warehouse)
    return [
        CostEntry("produced", made.warehouse, *figures),
        CostVariance(VarianceKind.PRODUCTION_DIFFERENCE, *difference),
        *arrived.settlements,
    ]
