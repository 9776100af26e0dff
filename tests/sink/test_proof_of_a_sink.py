"""A running sink proves the books: a cent is an alarm, and no fault is."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from prometheus_client import REGISTRY

from tests.sink.harness import PATIENCE_SECONDS, Books, NoisyHealth, Publisher, running_sink
from tests.sink.published import Book
from tests.sink.test_faults import crashing_sink, shop
from tests.sink.test_proof import forged
from ullage import topics
from ullage.engine.port import OperatorPort
from ullage.health import Health

GRACE_SECONDS = 2.0


class Witness(NoisyHealth):
    """Keeps everything that was said of the books."""

    __slots__ = ("alarms",)

    def __init__(self) -> None:
        super().__init__()
        self.alarms: list[str] = []

    def wait(self, part: str, reason: str) -> None:
        if "do not add up" in reason:
            self.alarms.append(reason)
        super().wait(part, reason)


@asynccontextmanager
async def served(health: Health) -> AsyncIterator[str]:
    """The operator's pages of a process with this health."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    pages = OperatorPort(health, port)
    await pages.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await pages.stop()


async def test_a_cent_is_an_alarm_until_it_is_put_right(
    broker: str, publisher: Publisher, books: Books
) -> None:
    book, health = Book("A"), NoisyHealth()
    sold = book.receive(10, "3.00") + book.sell(4)
    cogs = next(output for output in sold if output.topic == topics.COGS.name)
    sink = running_sink(broker, books.url, health, grace_seconds=GRACE_SECONDS)
    async with served(health) as pages, sink, aiohttp.ClientSession() as client:
        publisher.publish(sold + shop(3))
        await health.says("")
        publisher.publish([forged(cogs, id="forged", amount="0.01")])
        await health.says("what was booked of A and its value differ by 0.01")
        async with client.get(f"{pages}/ready") as answer:
            assert answer.status == 503
            assert "run `ullage check`" in (await answer.json())["waiting"]["sink"]
        assert REGISTRY.get_sample_value("ullage_sink_difference_largest") == 0.01
        assert REGISTRY.get_sample_value("ullage_sink_difference") == -0.01
        assert REGISTRY.get_sample_value("ullage_sink_skus_wrong") == 1
        publisher.publish(shop(5)[24:])
        await books.reached(publisher.ends)
        await books.connection.execute("delete from ullage.cogs where id = 'forged'")
        await health.says("")
        async with client.get(f"{pages}/ready") as answer:
            assert answer.status == 200
    assert await books.rows("select count(*) from ullage.skus") == [(6,)]


async def test_no_fault_is_an_alarm(broker: str, publisher: Publisher, books: Books) -> None:
    """Torn batches, a kill, a second sink, offsets moved back: differences that pass."""
    records = shop(150)
    random.Random(5).shuffle(records)
    publisher.publish(records)
    killed = await crashing_sink(broker, books.url, "inside", "3")
    assert await killed.wait() == -9
    health = Witness()
    async with running_sink(broker, books.url, health, 37, grace_seconds=0.5):
        await books.news()
        async with running_sink(broker, books.url, health, 37, grace_seconds=0.5):
            publisher.publish(shop(300)[1200:])
            await books.reached(publisher.ends)
        await books.connection.execute("update ullage.sink_offsets set next_offset = 0")
        publisher.publish(shop(301)[2400:])
        await health.says("another sink moved an offset")
        await books.reached(publisher.ends)
        await proven(books)
    assert health.alarms == []


async def proven(books: Books) -> None:
    """Wait until everything written by now is proven: up to date for longer than the grace."""
    [(now,)] = await books.rows("select now()")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await books.rows(
            "select from ullage.sink_offsets "
            "where caught_up_at is null "
            "or caught_up_at < $1::timestamptz + interval '2 seconds'",
            now,
        ):
            await books.news()
    assert await books.rows("select * from ullage.unproven") == []
