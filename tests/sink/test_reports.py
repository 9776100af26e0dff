"""The reports of `ullage report`, on books of known figures."""

from datetime import date
from decimal import Decimal

import pytest

from tests.sink.harness import Books
from tests.sink.published import Book
from ullage.sink.projection import project
from ullage.sink.reports import NAMES, Filters, ReportError, report
from ullage.sink.write import stage, write
from ullage.step import Record

DAY = date(2026, 10, 1)


@pytest.fixture
async def url(books: Books) -> str:
    here, there = Book("A"), Book("B", warehouse="Bergen")
    outputs = here.receive(200, "3.00") + here.sell(10) + here.count(188)
    outputs += there.receive(5, "1.00") + there.sell(2)
    for _ in range(30):
        outputs += there.receive(1, "1.00")
    outputs += there.sell(4)
    records = [Record(o.topic, 0, 0, 0, o.key, o.value, o.headers) for o in outputs]
    await stage(books.connection)
    await write(books.connection, project(records), {})
    return books.url


async def test_valuation_has_each_sku_and_each_warehouse(url: str) -> None:
    found = await report(url, "valuation")
    assert found.columns[:5] == ("sku", "warehouse", "method", "on_hand", "value")
    assert [row[:5] for row in found.rows] == [
        ("A", None, "fifo", Decimal(190), Decimal(570)),
        ("A", "Oslo", "fifo", Decimal(190), Decimal(570)),
        ("B", None, "fifo", Decimal(29), Decimal(29)),
        ("B", "Bergen", "fifo", Decimal(29), Decimal(29)),
    ]


async def test_stock_shows_the_variance_layer_among_the_layers(url: str) -> None:
    found = await report(url, "stock", Filters(sku="A"))
    shown = [(row[2], row[6], row[7], row[8]) for row in found.rows]
    assert shown == [
        ("Layer", Decimal(190), Decimal(3), Decimal(570)),
        ("Variance", Decimal(-2), Decimal("0.00"), Decimal("0.00")),
    ]


async def test_variances_are_the_open_ones(url: str) -> None:
    found = await report(url, "variances")
    assert [(row[0], row[3], row[5], row[6]) for row in found.rows] == [
        ("A", Decimal(-2), Decimal(190), Decimal(188))
    ]


@pytest.mark.parametrize(
    ("period", "sums"),
    [
        ("day", [(DAY, Decimal(32)), (date(2026, 10, 2), Decimal(4))]),
        ("week", [(date(2026, 9, 28), Decimal(36))]),
        ("month", [(DAY, Decimal(36))]),
    ],
)
async def test_cogs_by_period(url: str, period: str, sums: list[tuple[date, Decimal]]) -> None:
    found = await report(url, "cogs", period=period)
    assert found.columns[:4] == (period, "cogs", "cost_variance", "total")
    assert [(row[0], row[3]) for row in found.rows] == sums


async def test_cogs_of_some_days_and_one_warehouse(url: str) -> None:
    found = await report(url, "cogs", Filters(warehouse="Bergen", since=DAY, until=DAY))
    assert [row[:2] for row in found.rows] == [(DAY, Decimal(2))]


async def test_ledger_runs(url: str) -> None:
    found = await report(url, "ledger", Filters(sku="B", until=DAY))
    running = [row[found.columns.index("on_hand")] for row in found.rows]
    assert running[:3] == [Decimal(5), Decimal(3), Decimal(4)]


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_matches_an_unknown_sku(url: str, name: str) -> None:
    assert (await report(url, name, Filters(sku="C"))).rows == []


@pytest.mark.parametrize(
    ("name", "filters", "period", "sentence"),
    [
        ("profit", Filters(), "day", "there is no report profit; there are valuation,"),
        ("stock", Filters(since=DAY), "day", "as they stand: it takes no dates"),
        ("cogs", Filters(), "year", "by day, week, month, not by year"),
    ],
)
async def test_what_cannot_be_asked(
    url: str, name: str, filters: Filters, period: str, sentence: str
) -> None:
    with pytest.raises(ReportError, match=sentence):
        await report(url, name, filters, period)
