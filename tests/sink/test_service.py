"""The sink on a real broker and a real database: what is published stands in the tables."""

import random
from decimal import Decimal

from tests.sink.harness import Books, Publisher, rejection, running_sink
from tests.sink.published import Book
from tests.sink.trade import GRNI, Trade
from ullage import topics


async def test_published_records_become_rows(
    broker: str, publisher: Publisher, books: Books
) -> None:
    book = Book("Ø-1")
    publisher.publish(book.receive(200, "3.00") + book.sell(10) + book.count(188))
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    assert await books.rows(
        "select sequence, movement_type, quantity, amount, on_hand, value from ullage.ledger"
    ) == [
        (1, "receipt", Decimal(200), Decimal(600), Decimal(200), Decimal(600)),
        (2, "sale", Decimal(-10), Decimal(-30), Decimal(190), Decimal(570)),
        (3, "stock_pull", Decimal(0), Decimal(0), Decimal(190), Decimal(570)),
    ]
    assert await books.rows(
        "select receipt_id, warehouse, quantity, unit_cost, amount from ullage.receipts"
    ) == [("R-1", "Oslo", Decimal(200), Decimal(3), Decimal(600))]
    assert await books.rows(
        "select type, line_id, quantity, amount, unit_price from ullage.cogs"
    ) == [("cogs", "2", Decimal(10), Decimal(30), Decimal("9.99"))]
    assert await books.rows(
        "select cogs.type, draws.line, draws.receipt_id, draws.quantity, draws.amount "
        "from ullage.draws join ullage.cogs on cogs.id = draws.entry_id"
    ) == [("cogs", 0, "R-1", Decimal(10), Decimal(30))]
    assert await books.rows(
        "select sequence, status, role, account, debit, credit from ullage.journals "
        "join ullage.journal_lines on journal_id = id order by sequence, line"
    ) == [
        (1, "ready", "inventory", "inventory", Decimal(600), Decimal(0)),
        (1, "ready", GRNI, GRNI, Decimal(0), Decimal(600)),
        (2, "ready", "cogs", "cogs", Decimal(30), Decimal(0)),
        (2, "ready", "inventory", "inventory", Decimal(0), Decimal(30)),
    ]
    assert await books.rows(
        "select warehouse, label, quantity, expected, counted from ullage.open_variances"
    ) == [("Oslo", "Variance", Decimal(-2), Decimal(190), Decimal(188))]
    assert await books.rows(
        "select warehouse, on_hand, value, average_cost, negative "
        "from ullage.valuation_summary order by warehouse nulls first"
    ) == [
        (None, Decimal(190), Decimal(570), Decimal(3), False),
        ("Oslo", Decimal(190), Decimal(570), Decimal(3), False),
    ]
    assert await books.rows(
        "select label, quantity, value from ullage.stock_state order by label"
    ) == [("Layer", Decimal(190), Decimal(570)), ("Variance", Decimal(-2), Decimal(0))]
    for period in ("day", "week", "month"):
        assert await books.rows(
            f"select cogs, cost_variance, total from ullage.cogs_by_{period}"
        ) == [(Decimal(30), Decimal(0), Decimal(30))]


async def test_repeated_and_shuffled_records_change_nothing(
    broker: str, publisher: Publisher, books: Books
) -> None:
    records = []
    for number in range(20):
        book = Book(f"SKU-{number}")
        records += book.receive(5, "2.50") + book.receive(3, "1.10") + book.sell(6)
        trade = Trade(f"T-{number}")
        records += trade.receive_with_freight(3, "2.00", "6.00")
        records += trade.charge_late(3, "15.00", gone=0)
    publisher.publish(records)
    async with running_sink(broker, books.url, batch_records=7):
        await books.reached(publisher.ends)
        right = await books.contents()
        random.Random(1).shuffle(records)
        publisher.publish(records * 2)
        await books.reached(publisher.ends)
    assert await books.contents() == right
    assert len(right["movements"]) == 100
    assert len(right["cost_layers"]) == 40
    assert (len(right["charges"]), len(right["charge_shares"])) == (2, 40)
    assert (len(right["journals"]), len(right["journal_lines"])) == (120, 240)


async def test_shuffled_records_alone_make_the_same_rows(
    broker: str, publisher: Publisher, books: Books
) -> None:
    """Order across topics is never promised; within one key the sequence decides."""
    book = Book("SKU")
    records = [record for n in range(1, 9) for record in book.receive(n, "2.00")]
    records += book.sell(20) + book.count(3)
    random.Random(2).shuffle(records)
    publisher.publish(records)
    async with running_sink(broker, books.url, batch_records=3):
        await books.reached(publisher.ends)
    assert await books.rows("select on_hand, value, sequence from ullage.skus") == [
        (book.on_hand, book.value, 10)
    ]
    layers = await books.rows("select layer_id, quantity, value from ullage.cost_layers")
    assert {layer[0]: layer[1:] for layer in layers} == {
        layer[0]: layer[2:] for layer in book.layers
    }


async def test_a_late_record_does_not_bring_a_drained_layer_back(
    broker: str, publisher: Publisher, books: Books
) -> None:
    book = Book("SKU")
    received = book.receive(10, "1.00")
    sold = book.sell(10)
    opened = [record for record in received if record.topic == topics.COST_LAYERS.name]
    async with running_sink(broker, books.url):
        for records in (received, sold, opened):
            publisher.publish(records)
            await books.reached(publisher.ends)
    assert await books.rows("select * from ullage.cost_layers") == []
    assert len(await books.rows("select * from ullage.movements")) == 2


async def test_an_aborted_transaction_is_never_seen(
    broker: str, publisher: Publisher, books: Books
) -> None:
    aborted, kept = Book("SKU"), Book("SKU")
    publisher.publish(aborted.receive(10, "1.00"), commit=False)
    publisher.publish(kept.receive(7, "1.00"))
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    assert await books.rows("select quantity from ullage.movements") == [(Decimal(7),)]


async def test_each_refused_line_of_a_document_is_kept_once(
    broker: str, publisher: Publisher, books: Books
) -> None:
    """They share the id of their event; what was refused before the log is of no movement."""
    lines = [rejection(1, f"{line}", movement=line) for line in (1, 2)]
    whole = rejection(1, "0")
    publisher.publish([*lines, whole, *lines, whole])
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    assert await books.rows("select event from ullage.rejections order by event") == [
        ("0",), ("1",), ("2",),
    ]  # fmt: skip


async def test_a_refused_event_is_kept_as_it_came(
    broker: str, publisher: Publisher, books: Books
) -> None:
    """Whatever was in it: U+0000, a number no float holds, odd spaces, two megabytes."""
    odd = '{"sku": "\\u0000",  "quantity": 0.10000000000000000000000001, "n": 1e400}'
    big = '{"reason": "' + "x" * 2_000_000 + '"}'
    publisher.publish([rejection(1, odd, "The SKU \0 is no SKU."), rejection(2, big)])
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    assert await books.rows("select event, message from ullage.rejections order by id") == [
        (odd, "The SKU \u2400 is no SKU."),
        (big, "No such thing."),
    ]
