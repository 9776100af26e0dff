"""Every amount is explained down to receipts, charges, exchange rates and rounding."""

from decimal import Decimal

import pytest

from tests.sink.harness import Books, fill
from tests.sink.trade import Trade
from ullage.sink.explain.answer import Explanation, explain
from ullage.sink.explain.line import Line


@pytest.fixture
async def url(books: Books) -> str:
    """30 received at 4.00 with 60.00 freight; 10 sold, 15.00 duty late, 5 sold; a build."""
    part, whole, bought = Trade("P"), Trade("W"), Trade("E")
    records = part.receive_with_freight(30, "4.00", "60.00") + part.sell(10)
    records += part.charge_late(30, "15.00", gone=10) + part.sell(5)
    records += part.consume(4, "B-1") + whole.produce(2, "30.00", "B-1", overhead="4.00")
    records += whole.sell(1) + bought.receive_in_euro(3, "12.50", "1.085")
    await fill(books.url, records)
    return books.url


def decimal(line: Line) -> Decimal:
    return Decimal(line.micros).scaleb(-6)


def told(line: Line) -> list[tuple[Decimal, str]]:
    """The ends of a trace."""
    return [(decimal(leaf), leaf.what) for leaf in line.leaves()]


async def of_record(books: Books, sku: str, kind: str, sequence: int) -> Explanation:
    [[record]] = await books.rows(
        "select id from ullage.money_records where sku = $1 and type = $2 and sequence = $3",
        sku, kind, sequence,
    )  # fmt: skip
    [found] = await explain(books.url, str(record))
    assert all(line.gap == 0 for line in found.backward)
    return found


FREIGHT = "freight F-1, 60.00 by unit, on receipt R-1"
DUTY = "duty D-1, 15.00 by value, on receipt R-1"


async def test_a_sale_goes_back_to_price_and_charge(books: Books, url: str) -> None:
    found = await of_record(books, "P", "cogs", 2)
    assert told(found.backward[0]) == [(40, "receipt R-1 at 4.00 a unit"), (20, FREIGHT)]
    assert [(line.what, decimal(line)) for line in found.forward] == [
        ("part of late cost of receipt R-1 charge D-1", 5)
    ]


async def test_a_later_sale_bears_what_came_late(books: Books, url: str) -> None:
    found = await of_record(books, "P", "cogs", 4)
    assert told(found.backward[0]) == [
        (20, "receipt R-1 at 4.00 a unit"),
        (10, FREIGHT),
        (Decimal("2.5"), DUTY),
    ]
    assert found.forward == []


async def test_late_cost_is_the_part_of_the_charge_on_units_gone(
    books: Books, url: str
) -> None:
    found = await of_record(books, "P", "late_cost", 3)
    assert told(found.backward[0]) == [(5, DUTY)]


async def test_finished_goods_go_back_to_their_components(books: Books, url: str) -> None:
    """2 made of 4 at 6.50 and 4.00 overhead; one of them sold at half of each."""
    found = await of_record(books, "W", "cogs", 2)
    assert told(found.backward[0]) == [
        (8, "receipt R-1 at 4.00 a unit"),
        (4, FREIGHT),
        (1, DUTY),
        (2, "overhead of order B-1"),
    ]


async def test_a_price_goes_back_to_its_exchange_rate(books: Books, url: str) -> None:
    found = await of_record(books, "E", "received", 1)
    assert told(found.backward[0]) == [
        (Decimal("40.6875"), "receipt R-1 at 12.50 EUR x 1.085 a unit")
    ]


async def test_a_journal_is_its_record_and_what_rounding_it_carries(
    books: Books, url: str
) -> None:
    [[journal]] = await books.rows("select id from ullage.journals where sku = 'E'")
    [found] = await explain(url, str(journal))
    assert told(found.backward[0]) == [
        (Decimal("40.6875"), "receipt R-1 at 12.50 EUR x 1.085 a unit"),
        (Decimal("0.0025"), "rounded to what is posted, carried"),
    ]


async def test_a_charge_reached_every_cost(books: Books, url: str) -> None:
    [found] = await explain(url, "F-1")
    assert told(found.backward[0]) == [(60, FREIGHT)]
    assert [(line.what, decimal(line)) for line in found.forward] == [
        ("in cogs of order O-1 line 2", 20),
        ("in cogs of order O-1 line 4", 10),
        ("in consumed of order B-1", 8),
        ("in stock of P", 22),
    ]


async def test_a_late_charge_reached_what_was_gone_and_what_left_since(
    books: Books, url: str
) -> None:
    [found] = await explain(url, "D-1")
    assert [(line.what, decimal(line)) for line in found.forward] == [
        ("in late cost of receipt R-1 charge D-1", 5),
        ("in cogs of order O-1 line 4", Decimal("2.5")),
        ("in consumed of order B-1", 2),
        ("in stock of P", Decimal("5.5")),
    ]


async def test_an_order_lists_what_it_made(books: Books, url: str) -> None:
    found = {each.about: each.backward for each in await explain(url, "B-1")}
    assert [(line.what, decimal(line)) for line in found["order B-1"]] == [
        ("consumed of order B-1", 26),
        ("produced of order B-1", 30),
    ]


async def test_an_unknown_id_is_nothing(url: str) -> None:
    assert await explain(url, "nowhere") == []


async def test_what_does_not_add_up_is_left_as_a_difference(books: Books, url: str) -> None:
    await books.connection.execute("update ullage.draws set amount = amount + 1")
    await books.connection.execute("update ullage.cogs set amount = amount + 1")
    [[record]] = await books.rows("select id from ullage.cogs where sku = 'P' and sequence = 2")
    [found] = await explain(url, str(record))
    assert [line.gap for line in found.backward] == [1_000_000]
