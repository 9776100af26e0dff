"""What can be asked of the books: arguments and help of the commands that only read.

As in `commands`, each imports what it needs when it runs.
"""

from datetime import datetime
from typing import Annotated, Literal

import typer

from ullage.cli.failure import Refused

DAY = ["%Y-%m-%d"]


def report(
    name: Annotated[
        Literal["valuation", "cogs", "variances", "ledger", "stock", "journals"],
        typer.Argument(help="which report"),
    ],
    form: Annotated[
        Literal["table", "csv", "json", "beancount"],
        typer.Option("--format", help="csv and json are exact, a table is to the cent"),
    ] = "table",
    sku: Annotated[str | None, typer.Option(help="of this SKU only")] = None,
    warehouse: Annotated[str | None, typer.Option(help="of this warehouse only")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="day")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="day")] = None,
    by: Annotated[Literal["day", "week", "month"], typer.Option(help="for cogs")] = "day",
    costs: Annotated[
        bool, typer.Option("--costs", help="for variances: of cost, by kind")
    ] = False,
    daily: Annotated[
        bool, typer.Option("--daily", help="for journals: a line a day and pair of accounts")
    ] = False,
) -> None:
    """Show the books: valuation, cogs, variances, ledger, stock or journals."""
    from ullage.cli import addresses, report
    from ullage.sink.reports import Filters

    days = [day.date() if day else None for day in (since, until)]
    asked = report.Asked(name, form, Filters(sku, warehouse, *days), by, costs, daily)
    report.run(addresses.database(addresses.settings()), asked)


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="of a record, an event, an order, a receipt or a charge"
        ),
    ],
    form: Annotated[Literal["table", "json"], typer.Option("--format")] = "table",
) -> None:
    """Say where each cent of an amount comes from, and what a receipt or charge reached."""
    from ullage.cli import addresses, explain

    explain.run(addresses.database(addresses.settings()), what, form)


def check(
    digests: Annotated[
        bool,
        typer.Option("--digests", help="instead: hold the topics against the ledger's digests"),
    ] = False,
) -> None:
    """Prove the invariants over the live books; look at the producers."""
    from ullage.cli import addresses
    from ullage.cli.check import check

    known = addresses.settings()
    if digests:
        _compare_digests(addresses.kafka(known))
        return
    wrong = check(addresses.kafka(known), addresses.database(known))
    if wrong:
        raise Refused("\n".join(wrong))
    print("nothing wrong: the books add up, and keys are where they belong")


def _compare_digests(bootstrap: str) -> None:
    from ullage.cli.digests import compare

    compared = compare(bootstrap)
    for one in compared:
        print(one.line)
    if wrong := [one.wrong for one in compared if one.wrong]:
        raise Refused(
            "\n".join(wrong)
            + "\nsomething else than the ledger wrote to these topics, or took away: see which "
            "with `ullage tail movements --from-start` and `ullage replay --log FILE --out DIR`"
        )
