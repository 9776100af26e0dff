"""The check finds what is wrong with the books, and says nothing of healthy ones."""

from decimal import Decimal

import pytest

from tests.sink.harness import Books
from tests.sink.published import Book
from tests.sink.trade import Trade
from ullage.sink.check import Finding, check
from ullage.sink.projection import Projection, project
from ullage.sink.write import stage, write
from ullage.step import Output, Record


def story() -> list[Output]:
    other = Book("B", warehouse="Bergen")
    book = Book("A")
    records = book.receive(200, "3.00") + book.sell(10) + book.count(188)
    records += book.receive(50, "2.50") + book.sell(195)
    return records + other.receive(7, "0.333333") + other.sell(7) + trade()


def trade() -> list[Output]:
    """A receipt in euro, one with freight, duty that comes late, and a build."""
    part, whole, bought = Trade("P"), Trade("W"), Trade("E")
    records = part.receive_with_freight(30, "4.00", "60.00")
    records += part.sell(10) + part.charge_late(30, "15.00", gone=10)
    records += part.consume(4, "B-1") + whole.produce(2, "30.00", "B-1", overhead="4.00")
    return records + bought.receive_in_euro(3, "12.50", "1.085")


def read(outputs: list[Output]) -> Projection:
    return project(
        Record(output.topic, 0, number, 0, output.key, output.value, output.headers)
        for number, output in enumerate(outputs)
    )


@pytest.fixture
async def healthy(books: Books) -> Books:
    await stage(books.connection)
    await write(books.connection, read(story()), {})
    return books


async def test_healthy_books_have_no_findings(healthy: Books) -> None:
    assert await check(healthy.url, settle_seconds=0) == []


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ("update ullage.skus set value = value + 0.000001 where sku = 'A'", "cost that came"),
        ("update ullage.skus set on_hand = on_hand - 1 where sku = 'A'", "units that came"),
        ("update ullage.cogs set amount = amount + 1 where sequence = 5", "cost drawn from"),
        ("update ullage.cogs set posted_amount = posted_amount + 0.01", "posted cost"),
        ("delete from ullage.cogs where sequence = 5", "units that came"),
        ("delete from ullage.movements where sku = 'A' and sequence = 2", "without a gap"),
        ("update ullage.movements set quantity = -9 where sequence = 2", "changes of quantity"),
        ("update ullage.movements set amount = -9 where sequence = 2", "changes of cost"),
        ("update ullage.stock set value = value + 1", "values of all warehouses"),
        ("delete from ullage.movements where sku = 'A' and sequence = 5", "after the last"),
        ("delete from ullage.skus where sku = 'A'", "the state is the one after"),
        ("delete from ullage.draws where line = 1", "units drawn from layers"),
        ("update ullage.stock set expected = 1 where sku = 'A'", "expected of all warehouses"),
        ("update ullage.cost_layers set value = value + 1", "cost in open layers"),
        ("delete from ullage.cost_layers", "open layers are as many"),
        ("update ullage.costs set type = 'given' where sku = 'A'", "cannot sign"),
        (
            "update ullage.movements set sequence = 6 where sku = 'A' and sequence = 5",
            "is there",
        ),
        ("update ullage.cogs set movement_id = 'other' where sequence = 5", "is there"),
        ("update ullage.movements set movement_id = 'one' where sku = 'A'", "is applied once"),
        (
            "update ullage.costs set id = (select id from ullage.movements where sku = 'B' "
            "and sequence = 1) where sku = 'A' and sequence = 1",
            "one record has the id",
        ),
        (
            "update ullage.journals set document = (select document from ullage.journals "
            "where sku = 'A' and sequence = 2) where sku = 'A' and sequence = 5",
            "one journal of cogs and inventory books",
        ),
        (
            "update ullage.journals set releases = 'held' where sku = 'A' and sequence < 5",
            "one journal releases held",
        ),
        (
            "update ullage.journals set releases = (select id from ullage.journals where "
            "sku = 'A' and sequence = 1) where sku = 'A' and sequence = 5",
            "releases was held",
        ),
        ("delete from ullage.journals where sku = 'A' and sequence = 5", "cogs has what was"),
        ("update ullage.journal_lines set debit = 1 where debit > 0", "debits and credits"),
        ("delete from ullage.journal_lines where sku = 'A'", "debits and credits"),
        (
            "update ullage.journal_lines set debit = debit * 2, credit = credit * 2",
            "the inventory account is the value",
        ),
        ("update ullage.journals set document = id where sku = 'A'", "books is there"),
        (
            "update ullage.journal_lines set role = 'wip' where role = 'cogs'",
            "cogs has what was posted",
        ),
    ],
)
async def test_an_injected_error_is_found(healthy: Books, wrong: str, what: str) -> None:
    await healthy.connection.execute(wrong)
    findings = await check(healthy.url, settle_seconds=0)
    assert any(what in finding.what and finding.subject == "A" for finding in findings), (
        findings
    )


@pytest.mark.parametrize(
    ("wrong", "subject", "what"),
    [
        (
            "update ullage.charge_shares set posted_amount = 59.99 where charge_id = 'F-1'",
            "charge F-1 of shipment S-1",
            "posted shares add up",
        ),
        (
            "update ullage.charges set amount = 15.000001 where charge_id = 'D-1'",
            "charge D-1 of shipment S-1",
            "shares add up",
        ),
        (
            "update ullage.journal_lines set credit = 25 where role = 'wip' and credit = 30",
            "order B-1",
            "nothing is left in work in progress",
        ),
    ],
)
async def test_what_spans_skus_is_found(
    healthy: Books, wrong: str, subject: str, what: str
) -> None:
    await healthy.connection.execute(wrong)
    findings = await check(healthy.url, settle_seconds=0)
    assert any(what in finding.what and finding.subject == subject for finding in findings), (
        findings
    )


async def test_books_in_two_currencies_are_named(healthy: Books) -> None:
    """A change of policy that raced with the first money splits the partitions."""
    await healthy.connection.execute(
        "update ullage.cogs set currency = 'EUR' where sku = 'B';"
        "update ullage.costs set currency = 'EUR' where sku in ('B', 'E')"
    )
    [found] = await check(healthy.url, settle_seconds=0)
    assert (found.subject, found.expected, found.found) == ("currency EUR", 0, 2)
    assert "most are in USD and in EUR are B, E; " in found.what
    assert "Start a new log with one policy" in found.what


async def test_what_has_no_money_may_be_in_the_currency_before(healthy: Books) -> None:
    await healthy.connection.execute(
        "update ullage.movements set currency = 'EUR' where movement_type = 'stock_pull'"
    )
    assert await check(healthy.url, settle_seconds=0) == []


async def test_shares_that_a_refused_line_was_to_bear_are_missing(healthy: Books) -> None:
    refused = """
        insert into ullage.rejections (id, code, name, message, source_id, recorded_at, event)
        values ('x', 101, 'unknown_item', 'No.', 'E', now(), '{"shipment_id": "S-1"}');
        update ullage.charges set amount = 99 where charge_id = 'D-1'
    """
    await healthy.connection.execute(refused)
    assert await check(healthy.url, settle_seconds=0) == []


async def test_a_finding_has_both_figures(healthy: Books) -> None:
    await healthy.connection.execute("update ullage.stock set expected = 1 where sku = 'A'")
    assert await check(healthy.url, settle_seconds=0) == [
        Finding("A", "expected of all warehouses is on hand", Decimal(1), Decimal(45))
    ]


async def test_units_oversold_count_negative(healthy: Books) -> None:
    """Sold 10 of B with none there, at a provisional 0.333333: value -3.33333 (domain 4)."""
    await healthy.connection.execute(
        """
        insert into ullage.journals select 'booked', sku, 3, 'sold', source_id,
            effective_at, recorded_at, currency, posting_date, 3.33333, 3.33, -10, -3.33333,
            'off', 'oversold', null
        from ullage.journals where sku = 'B' and sequence = 2;
        insert into ullage.journal_lines values
            ('booked', 0, 'B', null, 'cogs', 3.33, 0),
            ('booked', 1, 'B', null, 'inventory', 0, 3.33);
        insert into ullage.cogs select 'oversold', type, sku, 3, 'sold', source_id,
            effective_at, recorded_at, currency, posting_date, order_id, line_id, warehouse,
            10, 0.333333, unit_price, 10, 3.33333, 3.33, -10, -3.33333, document
        from ullage.cogs where sku = 'B';
        insert into ullage.movements select 'line 3', sku, 3, 'sold', source_id,
            effective_at, recorded_at, movement_type, warehouse, reference, currency,
            posting_date, -10, -3.33333, -3.33, -10, -3.33333
        from ullage.movements where sku = 'B' and sequence = 2;
        update ullage.skus set sequence = 3, on_hand = -10, value = -3.33333, oversold = 10
        where sku = 'B';
        update ullage.stock set expected = -10, value = -3.33333, sequence = 3 where sku = 'B';
        """
    )
    assert await check(healthy.url, settle_seconds=0) == []
