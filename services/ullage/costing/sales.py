"""Sales, and what else leaves for good: write-offs (domain 2 and 4)."""

from ullage.costing.book import Book
from ullage.costing.draws import cost_of, draw, require
from ullage.costing.entry import CostVariance, Entry, EntryRef, EntryType, VarianceKind
from ullage.costing.hierarchy import assumed_cost
from ullage.costing.layers import Drawn
from ullage.costing.money import times
from ullage.costing.movement import DefectiveReport, Sale
from ullage.costing.order_lines import note_first_sale, remember_sale


def sell(book: Book, sale: Sale) -> list[Entry]:
    """Draw a sale from the layers; what they lack is oversold at a provisional cost."""
    require(book, sale.warehouse, sale.quantity)
    override = sale.override_unit_cost if book.terms.non_diminishing else None
    average = None if override is None else assumed_cost(book, sale.warehouse)
    drawn = draw(book, sale, EntryType.COGS, sale.warehouse, sale.quantity, average)
    charged = drawn.provisional if override is None else times(drawn.oversold, override)
    remember_sale(book, sale, drawn, charged)
    if _may_be_first(book, sale, drawn):
        note_first_sale(book, sale, drawn)
    entries: list[Entry] = [cost_of(book, EntryType.COGS, sale.warehouse, drawn, charged)]
    if override is not None and drawn.oversold:
        amount = drawn.provisional - charged
        entries.append(
            CostVariance(
                VarianceKind.NON_DIMINISHING_OVERRIDE, drawn.oversold, amount,
                book.account.post_out(amount), EntryRef.of(sale, EntryType.COGS),
                sale.warehouse,
            )
        )  # fmt: skip
    return entries + book.expect(sale.warehouse, -sale.quantity, sale)


def _may_be_first(book: Book, sale: Sale, drawn: Drawn) -> bool:
    """Most sales draw from the line that the last one did, and are no earlier."""
    if not drawn.layers:
        return False
    another = len(drawn.layers) > 1 or drawn.layers[0].origin != book.last_sold
    return another or (book.latest is not None and sale.effective_at < book.latest)


def write_off(book: Book, report: DefectiveReport) -> list[Entry]:
    """Write defective units off at their cost; they explain units missing from the count."""
    require(book, report.warehouse, report.quantity)
    drawn = draw(book, report, EntryType.WRITE_OFF, report.warehouse, report.quantity)
    entries: list[Entry] = [
        cost_of(book, EntryType.WRITE_OFF, report.warehouse, drawn, drawn.provisional)
    ]
    return entries + book.expect(report.warehouse, -report.quantity, report, absorbs=True)
