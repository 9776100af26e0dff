"""`ullage report`: a report as a table, as CSV or as JSON; journals for beancount too."""

import csv
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ullage.cli import beancount, books
from ullage.cli.failure import WrongUse
from ullage.sink.postings import postings
from ullage.sink.reports import Cell, Filters, Report, ReportError
from ullage.sink.reports import report as select

Format = Literal["table", "csv", "json", "beancount"]

_QUANTITIES = (
    "on_hand", "quantity", "expected", "counted", "estimated", "sequence", "records",
    "journals",
)  # fmt: skip
_ADDED_UP = {
    "valuation": ("value",),
    "cogs": ("cogs", "cost_variance", "total"),
    "stock": ("value",),
    "cost_variances": ("amount", "posted_amount"),
    "journals": ("debit", "credit"),
    "journals_by_day": ("amount",),
}
_UNIT_COSTS = ("unit_cost", "average_cost")
_NOT_IN_TABLES = {
    "variances": ("label", "unit_cost", "estimated"),
    "ledger": ("posting_date",),
    "journals": ("currency", "document", "releases", "released_by"),
}
"""Columns that say the same in every row, or nearly what others say."""
_CENT = Decimal("0.01")
_UNBOUNDED = 10_000  # columns: a figure folded to fit cannot be read


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    name: str
    form: Format
    filters: Filters
    period: str = "day"
    costs: bool = False
    daily: bool = False


def run(database: str, asked: Asked) -> None:
    """Print what was asked for. Raises Refused, or WrongUse for what does not go together."""
    name = _name(asked)
    if asked.form == "beancount":
        export(database, asked)
    else:
        show(name, ask(database, name, asked.filters, asked.period), asked.form)


def ask(database: str, name: str, filters: Filters, period: str) -> Report:
    """Run a report. Raises Refused, or WrongUse for filters it does not take."""
    try:
        return books.ask(database, lambda: select(database, name, filters, period))
    except ReportError as reason:
        raise WrongUse(str(reason)) from None


def export(database: str, asked: Asked) -> None:
    """Print the journals to be posted as beancount takes them. Raises Refused, WrongUse."""
    if asked.name != "journals":
        raise WrongUse(f"beancount takes journals; ask for {asked.name} as table, csv or json")
    found = books.ask(database, lambda: postings(database, asked.filters, daily=asked.daily))
    for line in beancount.lines(found):
        print(line)


def show(name: str, report: Report, form: Format) -> None:
    """Print a report to standard output: to the cent as a table, exact as CSV and JSON."""
    if form == "csv":
        lines = csv.writer(sys.stdout, lineterminator="\n")
        lines.writerow(report.columns)
        lines.writerows(_texts(report, row) for row in report.rows)
    elif form == "json":
        rows = [
            dict(zip(report.columns, map(_json, report.columns, row), strict=True))
            for row in report.rows
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        Console(width=_UNBOUNDED, markup=False, emoji=False).print(table(name, report))


def table(name: str, report: Report, most_rows: int | None = None) -> Table:
    """The rows as a table, the sums of all rows below; `most_rows` shows no more than that."""
    sums = totals(name, report)
    shown = Table(
        box=SIMPLE_HEAD,
        show_footer=bool(sums),
        footer_style="bold",
        collapse_padding=True,
        pad_edge=False,
    )
    hidden = _NOT_IN_TABLES.get(name, ())
    places = [place for place, column in enumerate(report.columns) if column not in hidden]
    for place in places:
        _add_column(shown, report, place, sums)
    for row in report.rows[:most_rows]:
        shown.add_row(*(_shown(report.columns[place], row[place]) for place in places))
    return shown


def _name(asked: Asked) -> str:
    """Two reports have a second one beside them, asked for by an option of their own."""
    for option, given, of, other in (
        ("--costs", asked.costs, "variances", "cost_variances"),
        ("--daily", asked.daily, "journals", "journals_by_day"),
    ):
        if given and asked.name != of:
            raise WrongUse(f"{option} goes with `ullage report {of}`, not with {asked.name}")
        if given:
            return other
    return asked.name


def _add_column(shown: Table, report: Report, place: int, sums: dict[str, Decimal]) -> None:
    column = report.columns[place]
    number = any(isinstance(row[place], Decimal) for row in report.rows)
    shown.add_column(
        column.replace("_", " "),
        footer=_shown(column, sums.get(column)),
        justify="right" if number else "left",
    )


def totals(name: str, report: Report) -> dict[str, Decimal]:
    """Sums of the money columns that can be added up, each SKU once."""
    rows = [dict(zip(report.columns, row, strict=True)) for row in report.rows]
    if name == "valuation":  # a SKU's own row, without a warehouse, holds all of it
        rows = [row for row in rows if row["warehouse"] is None] or rows
    return {
        column: sum((v for row in rows if isinstance(v := row[column], Decimal)), Decimal())
        for column in _ADDED_UP.get(name, ())
    }


def plain(column: str, number: Decimal) -> str:
    """A decimal without an exponent: money to the cent at least, quantities without zeros."""
    text = f"{number:f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if column not in _QUANTITIES:
        fraction = fraction.ljust(2, "0")
    return f"{whole}.{fraction}" if fraction else whole


def _texts(report: Report, row: tuple[Cell, ...]) -> list[str]:
    return [_text(column, cell) for column, cell in zip(report.columns, row, strict=True)]


def _text(column: str, cell: Cell) -> str:
    told = _json(column, cell)
    if isinstance(told, list):
        return ", ".join(told)
    if isinstance(told, bool):
        return "yes" if told else ""
    return "" if told is None else str(told)


def _json(column: str, cell: Cell) -> str | int | bool | list[str] | None:
    """Decimals as strings, for a reader's float must not round them; times in UTC."""
    if isinstance(cell, Decimal):
        return plain(column, cell)
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if cell is None or isinstance(cell, str | bool | int | list):
        return cell
    return cell.isoformat()


def _shown(column: str, cell: Cell) -> str:
    """For reading only: amounts to the cent, thousands apart, times in UTC to the minute."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M}"
    if not isinstance(cell, Decimal):
        return _text(column, cell)
    is_amount = column not in (*_QUANTITIES, *_UNIT_COSTS)
    return f"{cell.quantize(_CENT) if is_amount else Decimal(plain(column, cell)):,f}"
