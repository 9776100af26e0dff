"""The end of the demo: what the books say of the month, and where a figure comes from."""

from decimal import Decimal

from rich.console import Console

from ullage.cli import books, report
from ullage.cli.demo import shop
from ullage.cli.explain import gaps, tree
from ullage.cli.failure import Refused
from ullage.sink.explain.answer import explain
from ullage.sink.reports import Cell, Filters, Report

_ROWS = 12
_JOURNALS = ("day", "debit_role", "credit_role", "amount", "journals")
_NO_LIMIT = 10_000  # columns: a line folded to fit cannot be read


def show(console: Console, database: str) -> None:
    """Show reports, a day's journals and an explanation. Raises Refused for a gap in it."""
    everything = Filters()
    valuation = report.ask(database, "valuation", everything, "day")
    where, value = valuation.columns.index("warehouse"), valuation.columns.index("value")
    rows = [row for row in valuation.rows if row[where] is None]
    rows.sort(key=lambda row: _decimal(row[value]), reverse=True)
    largest = Report(valuation.columns, rows)
    _show(console, "valuation", f"the {_ROWS} largest of {len(rows)}", largest)
    cogs = report.ask(database, "cogs", everything, "week")
    _show(console, "cogs --by week", "what was sold, at cost", cogs)
    variances = report.ask(database, "variances", everything, "day")
    told = f"{len(variances.rows)} counts differ from the books"
    _show(console, "variances", told, variances)
    _show_journals(console, database)
    _show_an_explanation(database)


def _show(console: Console, asked: str, told: str, found: Report) -> None:
    console.print(f"[bold]ullage report {asked}[/]: {told}")
    console.print(report.table(asked.split()[0], found, _ROWS))


def _show_journals(console: Console, database: str) -> None:
    """The last day's, a line for each pair of accounts."""
    last = Filters(since=shop.LAST_DAY, until=shop.LAST_DAY)
    by_day = report.ask(database, "journals_by_day", last, "day")
    places = [by_day.columns.index(name) for name in _JOURNALS]
    rows = [tuple(row[place] for place in places) for row in by_day.rows]
    console.print(
        f"[bold]ullage report journals --daily --from {shop.LAST_DAY}[/]: of the last day"
    )
    console.print(report.table("journals_by_day", Report(_JOURNALS, rows)))


def _show_an_explanation(database: str) -> None:
    """A kit's cost of sales, down to what was paid for what is in it."""
    console = Console(width=_NO_LIMIT, markup=False, emoji=False, highlight=False)
    order = shop.KIT_ORDER
    console.print(f"ullage explain {order}: where the cost of one sale comes from")
    found = books.ask(database, lambda: explain(database, order))
    for explanation in found:
        console.print(tree(explanation))
    unexplained = gaps(found)
    if unexplained or not found:
        raise Refused("\n".join(unexplained) or f"the books know no {order}")
    console.print()


def _decimal(cell: Cell) -> Decimal:
    return cell if isinstance(cell, Decimal) else Decimal()
