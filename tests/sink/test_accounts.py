"""Journals as accountants ask for them, and what of a cost of sales is still provisional."""

import json
from datetime import date
from decimal import Decimal

import pytest

from tests.sink.harness import Books, fill
from tests.sink.published import JSON, Book, output
from tests.sink.trade import GRNI, Trade
from ullage import topics
from ullage.sink.check import check
from ullage.sink.postings import postings
from ullage.sink.reports import Filters, ReportError, report
from ullage.step import Output

DAY = date(2026, 10, 1)


def of_topic(outputs: list[Output], topic: topics.Topic) -> list[Output]:
    return [record for record in outputs if record.topic == topic.name]


def story() -> list[Output]:
    """Received, sold twice; the first sale's journal is held, and released a little later."""
    book = Trade("A")
    records = book.receive_with_freight(30, "4.00", "60.00")
    held_sale = book.sell(10)
    [journal] = of_topic(held_sale, topics.JOURNALS)
    held_sale[held_sale.index(journal)] = held = book.hold(journal)
    return records + held_sale + book.sell(5) + [book.release(held)]


async def test_charges_and_their_shares_are_rows(books: Books) -> None:
    await fill(books.url, story())
    assert await books.rows("select * from ullage.charges") == [
        ("S-1", "F-1", "freight", "unit", Decimal(60), None, None, None)
    ]
    assert await books.rows(
        "select charge_id, receipt_id, quantity, amount from ullage.charge_shares"
    ) == [("F-1", "R-1", Decimal(30), Decimal(60))]


async def test_what_was_converted_keeps_what_it_was(books: Books) -> None:
    await fill(books.url, Trade("A").receive_in_euro(3, "12.50", "1.085"))
    for table in ("costs", "receipts"):
        assert await books.rows(
            f"select original_currency, fx_rate, original_unit_cost from ullage.{table}"
        ) == [("EUR", Decimal("1.085"), Decimal("12.50"))]


async def test_a_released_journal_counts_once(books: Books) -> None:
    await fill(books.url, story())
    assert await books.rows(
        "select sequence, status, role, debit from ullage.journal_entries "
        "where debit > 0 and role = 'cogs' order by sequence, status"
    ) == [
        (2, "ready", "cogs", Decimal(60)),
        (2, "released", "cogs", Decimal(60)),
        (3, "ready", "cogs", Decimal(30)),
    ]
    assert await books.rows(
        "select day, debit_account, credit_account, amount, journals "
        "from ullage.journals_by_day order by debit_account, amount"
    ) == [
        (DAY, "cogs", "inventory", Decimal(90), 2),
        (DAY, "inventory", "landed_cost_clearing", Decimal(60), 1),
        (DAY, "inventory", "goods_received_not_invoiced", Decimal(120), 1),
    ]
    assert await check(books.url, settle_seconds=0) == []


async def test_journals_are_listed_line_by_line(books: Books) -> None:
    await fill(books.url, story())
    found = await report(books.url, "journals", Filters(since=DAY, until=DAY))
    assert found.columns[:8] == (
        "posting_date", "status", "type", "sku", "role", "account", "debit", "credit"
    )  # fmt: skip
    assert [row[1:8] for row in found.rows if row[2] == "received"] == [
        ("ready", "received", "A", "inventory", "inventory", Decimal(120), Decimal(0)),
        ("ready", "received", "A", GRNI, GRNI, Decimal(0), Decimal(120)),
    ]
    assert len(found.rows) == 10


@pytest.mark.parametrize("daily", [True, False])
async def test_postings_leave_what_is_held(books: Books, daily: bool) -> None:
    """The release of the last record is left out: the sale it stands for is still held."""
    await fill(books.url, story()[:-1])
    found = await postings(books.url, Filters(), daily=daily)
    assert sum(posting.amount for posting in found) == 0
    on_account = [posting.amount for posting in found if posting.account == "inventory"]
    assert sum(on_account) == 120 + 60 - 30


async def test_daily_journals_by_sku_and_never_by_warehouse(books: Books) -> None:
    await fill(books.url, story() + Book("B").receive(1, "7.00"))
    found = await report(books.url, "journals_by_day", Filters(sku="B"))
    assert [row[5] for row in found.rows] == [Decimal(7)]
    with pytest.raises(ReportError, match="not kept by warehouse"):
        await report(books.url, "journals_by_day", Filters(warehouse="Oslo"))


async def test_cost_variances_by_kind(books: Books) -> None:
    book = Trade("A")
    records = book.receive_with_freight(30, "4.00", "60.00") + book.sell(10)
    await fill(books.url, records + book.charge_late(30, "15.00", gone=10))
    found = await report(books.url, "cost_variances")
    assert found.rows == [("late_cost", "A", 1, Decimal(10), Decimal(5), Decimal(5))]


def oversold(sequence: int, quantity: str, provisional: str, kind: str = "cogs") -> Output:
    """A sale beyond the layers, or the return of it; of one order line."""
    shared = json.loads(of_topic(_sold(), topics.COGS)[0].value or b"")
    record: JSON = shared | {
        "id": f"{kind}-{sequence}",
        "type": kind,
        "sequence": sequence,
        "quantity": quantity,
        "provisional_quantity": provisional,
        "layers": [],
    }
    return output(topics.COGS, record)


def _sold() -> list[Output]:
    book = Book("A")
    return book.receive(1, "1.00") + book.sell(1)


def settled(corrects: str, quantity: str) -> Output:
    record = Trade("A")._variance("oversold_settlement", 0, Decimal(0), corrects)
    return output(
        topics.VARIANCES,
        record | {"id": f"{corrects}{quantity}", "sequence": 1, "quantity": quantity},
    )


async def test_what_is_provisional_shrinks_to_nothing(books: Books) -> None:
    """Of 10 provisional 4 are settled; 3 come back, from the later sale of the line first."""
    await fill(
        books.url, [oversold(1, "12", "10"), oversold(2, "2", "2"), settled("cogs-1", "4")]
    )
    left = "select id, settled_quantity, cancelled_quantity, provisional_left "
    left += "from ullage.provisional_cogs order by id"
    assert await books.rows(left) == [("cogs-1", 4, 0, 6), ("cogs-2", 0, 0, 2)]
    await fill(books.url, [oversold(3, "3", "3", kind="cogs_reversal")])
    assert await books.rows(left) == [("cogs-1", 4, 1, 5), ("cogs-2", 0, 2, 0)]
    await fill(books.url, [settled("cogs-1", "5")])
    assert await books.rows(left) == [("cogs-1", 9, 1, 0), ("cogs-2", 0, 2, 0)]
