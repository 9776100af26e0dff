"""`ullage import`: opening balances shown first, and sent when `--apply` says so."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pydantic_core import PydanticCustomError
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ullage import topics
from ullage.cli import balances, cluster
from ullage.cli.balances import Balance, Balances
from ullage.cli.failure import Refused, WrongUse
from ullage.cli.progress import advance
from ullage.cli.report import plain
from ullage.cli.send import LONGEST_WAIT_MS, Event, deliver
from ullage_schemas.fields import read_time

MOST_LINES = 20
_WIDE = 10_000
_CENT = Decimal("0.01")


def preview(file: Path, at: str | None) -> Balances:
    """Show what a file would import. Raises Refused with every line that is wrong, WrongUse."""
    found = balances.of_file(file, _time(at))
    console = Console(width=_WIDE, markup=False, emoji=False, highlight=False)
    console.print(_table(found.found))
    for sentence in _remarks(found):
        console.print(sentence)
    if found.wrong:
        raise Refused("\n".join((*found.wrong, "correct these lines; nothing was sent")))
    return found


def apply(bootstrap: str, found: Balances) -> int:
    """Send the balances to the log. Raises Refused."""
    counts = cluster.partition_counts(bootstrap)
    if topics.INVENTORY.name not in counts:
        raise cluster.missing(topics.INVENTORY.name, counts)
    events = [
        Event(topics.INVENTORY.name, balance.event.sku, balance.as_json())
        for balance in found.found
    ]
    producer = cluster.idempotent_producer(bootstrap, longest_wait_ms=LONGEST_WAIT_MS)
    deliver(producer, advance(events, len(events), "sending"), total=len(events))
    return len(events)


def _time(at: str | None) -> datetime | None:
    try:
        return None if at is None else read_time(at)
    except PydanticCustomError as reason:
        raise WrongUse(f'--at is "{at}"; it {reason.message()}') from None


def _table(found: list[Balance]) -> Table:
    total = sum((balance.value for balance in found), Decimal())
    shown = Table(box=SIMPLE_HEAD, show_footer=True, footer_style="bold", pad_edge=False)
    shown.add_column("line", justify="right")
    shown.add_column("sku", f"{len({balance.event.sku for balance in found})} SKUs")
    shown.add_column("warehouse")
    shown.add_column("quantity", justify="right")
    shown.add_column("unit cost", justify="right")
    shown.add_column("value", f"{total.quantize(_CENT):,f}", justify="right")
    shown.add_column("effective at")
    shown.add_column("reason")
    for balance in found[:MOST_LINES]:
        shown.add_row(*_row(balance))
    return shown


def _row(balance: Balance) -> Iterator[str]:
    event = balance.event
    quantity = event.quantity or Decimal()
    unit_cost = (balance.value / quantity).quantize(Decimal("0.000001"))
    yield str(balance.line)
    yield event.sku
    yield event.warehouse
    yield plain("quantity", quantity)
    yield plain("unit_cost", unit_cost) if balance.value else "standard"
    yield f"{balance.value.quantize(_CENT):,f}" if balance.value else ""
    yield f"{event.effective_at:%Y-%m-%d %H:%M}"
    yield event.reason


def _remarks(found: Balances) -> Iterator[str]:
    if len(found.found) > MOST_LINES:
        yield f"and {len(found.found) - MOST_LINES} more lines"
    if found.empty:
        yield f"{found.empty} lines left out: their quantity is 0"
    if found.unused:
        yield f"columns not used: {', '.join(found.unused)}"
    unvalued = sum(not balance.value for balance in found.found)
    if unvalued:
        yield f"{unvalued} lines of no value come in at the item's standard cost, else at 0.00"
