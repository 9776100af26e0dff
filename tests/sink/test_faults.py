"""What may go wrong around the sink: nothing is lost, doubled or skipped."""

import asyncio
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from tests.sink.harness import Books, NoisyHealth, Publisher, running_sink
from tests.sink.published import Book
from ullage import topics
from ullage.local import LocalDatabase
from ullage.sink.check import check
from ullage.sink.errors import BatchRefused, ContractBroken, TopicReplaced
from ullage.sink.migrate import migrate
from ullage.step import Output

KILLS = 20 if os.environ.get("ULLAGE_SOAK") else 2


def shop(skus: int) -> list[Output]:
    """Eight records of each of some SKUs."""
    records = []
    for number in range(skus):
        book = Book(f"SKU-{number}")
        records += book.receive(9, "1.25") + book.sell(4) + book.count(5)
    return records


async def crashing_sink(brokers: str, database: str, *crash: str) -> asyncio.subprocess.Process:
    module = str(Path(__file__).with_name("crashing_sink.py"))
    return await asyncio.create_subprocess_exec(
        sys.executable, module, brokers, database, *crash
    )


async def assert_books_are_right(books: Books, skus: int) -> None:
    assert await check(books.url, settle_seconds=0) == []
    counts = {table: len(rows) for table, rows in (await books.contents()).items()}
    assert counts == {
        "movements": 3 * skus, "cogs": skus, "costs": skus, "receipts": skus,
        "draws": 2 * skus, "variances": skus, "rejections": 0, "skus": skus, "stock": skus,
        "cost_layers": skus, "journals": 2 * skus, "journal_lines": 4 * skus, "charges": 0,
        "charge_shares": 0,
    }  # fmt: skip


@pytest.mark.parametrize("point", ["inside", "committed"])
async def test_killed_in_the_middle_of_a_batch(
    broker: str, publisher: Publisher, books: Books, point: str
) -> None:
    publisher.publish(shop(50))
    killed = await crashing_sink(broker, books.url, point, "3")
    assert await killed.wait() == -9
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    await assert_books_are_right(books, skus=50)


async def test_killed_at_any_moment(broker: str, publisher: Publisher, books: Books) -> None:
    publisher.publish(shop(400))
    for _ in range(KILLS):
        sink = await crashing_sink(broker, books.url)
        await books.news()
        sink.kill()
        assert await sink.wait() == -9
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    await assert_books_are_right(books, skus=400)


async def test_two_sinks_share_the_partitions(
    broker: str, publisher: Publisher, books: Books
) -> None:
    publisher.publish(shop(50))
    async with running_sink(broker, books.url, batch_records=50):
        await books.news()
        async with running_sink(broker, books.url, batch_records=50):
            publisher.publish(shop(100)[400:])
            await books.reached(publisher.ends)
    await assert_books_are_right(books, skus=100)


async def test_a_sink_whose_offsets_were_moved_begins_again(
    broker: str, publisher: Publisher, books: Books
) -> None:
    """What a zombie sees when it wakes: the rows are there, the offset is past its batch."""
    publisher.publish(shop(1))
    health = NoisyHealth()
    async with running_sink(broker, books.url, health):
        await books.reached(publisher.ends)
        await books.connection.execute("update ullage.sink_offsets set next_offset = 0")
        publisher.publish(shop(2)[8:])
        await health.says("another sink moved an offset")
        await books.reached(publisher.ends)
    await assert_books_are_right(books, skus=2)


async def test_the_database_is_away_and_comes_back(
    broker: str, publisher: Publisher, tmp_path: Path
) -> None:
    server = LocalDatabase(tmp_path)
    server.start()
    server.wait()
    await migrate(server.url)
    health = NoisyHealth()
    publisher.publish(shop(10))
    async with running_sink(broker, server.url, health):
        await health.says("")
        server.stop()
        await health.says("PostgreSQL")
        publisher.publish(shop(20)[80:])
        again = LocalDatabase(tmp_path, urlsplit(server.url).port)
        again.start()
        try:
            again.wait()
            await _caught_up(again.url, publisher)
            await health.says("")
        finally:
            again.stop()


async def _caught_up(url: str, publisher: Publisher) -> None:
    connection = await asyncpg.connect(url)
    books = Books(url, connection)
    await books.listen()
    await books.reached(publisher.ends)
    await assert_books_are_right(books, skus=20)
    await connection.close()


async def test_it_waits_for_its_schema(
    broker: str, publisher: Publisher, fresh_database: str
) -> None:
    health = NoisyHealth()
    async with running_sink(broker, fresh_database, health):
        await health.says("run `ullage migrate`")
        await migrate(fresh_database)
        await health.says("")


async def test_it_waits_for_a_missing_topic(broker: str, books: Books) -> None:
    admin = AdminClient({"bootstrap.servers": broker})
    admin.delete_topics([topics.COGS.name])[topics.COGS.name].result()
    health = NoisyHealth()
    async with running_sink(broker, books.url, health):
        await health.says("topic cogs is missing: run `ullage topics`")


async def test_it_waits_for_kafka(books: Books) -> None:
    health = NoisyHealth()
    async with running_sink("127.0.0.1:9", books.url, health):
        await health.says("Kafka at 127.0.0.1:9 does not answer")


def changed(output: Output, **fields: object) -> Output:
    """The same record with other fields; None takes one away."""
    assert output.value is not None
    record = json.loads(output.value) | fields
    kept = {name: value for name, value in record.items() if value is not None}
    return output._replace(value=json.dumps(kept).encode())


RECEIVED = Book("SKU").receive(1, "1.00")
BROKEN = {
    "a field is missing": changed(RECEIVED[1], warehouse=None),
    "a number is no decimal": changed(RECEIVED[1], amount="one"),
    "a sequence no bigint holds": changed(RECEIVED[0], sequence=2**63),
    "money is NaN": changed(RECEIVED[1], amount="NaN"),
    "the type is unknown": changed(RECEIVED[1], type="invented"),
    "half a variance": changed(
        Book("SKU").count(3)[1], type="cost_variance", kind="rounding", currency="USD"
    ),
    "an identifier with U+0000": changed(RECEIVED[1], warehouse="\0"),
    "not JSON": RECEIVED[0]._replace(value=b"{"),
    "no value": RECEIVED[0]._replace(value=None),
    "a tombstone without its sequence": RECEIVED[2]._replace(value=None),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_a_record_that_does_not_fit_stops_the_sink(
    broker: str, publisher: Publisher, books: Books, broken: Output
) -> None:
    publisher.publish(shop(3))
    publisher.publish([broken])
    async with running_sink(broker, books.url) as sink:
        with pytest.raises(ContractBroken) as stopped:
            await sink.crashed()
    record = stopped.value.record
    assert record.topic == broken.topic
    assert publisher.ends[record.topic, record.partition] == record.offset + 1
    assert f"partition {record.partition}, offset {record.offset}" in str(stopped.value)
    assert await books.rows("select * from ullage.costs where sku = 'SKU'") == []


async def test_two_movements_of_one_number_stop_the_sink(
    broker: str, publisher: Publisher, books: Books
) -> None:
    other = changed(RECEIVED[0], id="00000000-0000-0000-0000-000000000001")
    publisher.publish([RECEIVED[0], other])
    async with running_sink(broker, books.url) as sink:
        with pytest.raises(BatchRefused, match=r"\(sku, sequence\)=\(SKU, 1\)"):
            await sink.crashed()
    assert await books.rows("select * from ullage.movements") == []


async def test_other_topics_of_the_same_names_are_refused(
    broker: str, publisher: Publisher, books: Books
) -> None:
    publisher.publish(shop(1))
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    await books.connection.execute("update ullage.sink_offsets set topic_id = 'another'")
    async with running_sink(broker, books.url) as sink:
        with pytest.raises(TopicReplaced, match="Give the sink a new database"):
            await sink.crashed()


async def test_an_offset_beyond_the_topic_is_refused(
    broker: str, publisher: Publisher, books: Books
) -> None:
    publisher.publish(shop(1))
    async with running_sink(broker, books.url):
        await books.reached(publisher.ends)
    await books.connection.execute("update ullage.sink_offsets set next_offset = 1000000")
    async with running_sink(broker, books.url) as sink:
        with pytest.raises(TopicReplaced, match="does not reach to offset 1000000"):
            await sink.crashed()
