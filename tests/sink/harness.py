"""What the sink's tests share: a publisher, the books to look at, and news to wait for."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import asyncpg
from confluent_kafka import Message, Producer

from ullage import topics
from ullage.health import Health
from ullage.sink.projection import Partition, project
from ullage.sink.proof import GRACE_SECONDS
from ullage.sink.service import PART, SinkService
from ullage.sink.session import SinkConfig
from ullage.sink.write import stage, write
from ullage.step import Output, Record

PATIENCE_SECONDS = 60
TABLES = (
    "movements", "cogs", "costs", "receipts", "charges", "charge_shares", "draws",
    "variances", "journals", "journal_lines", "rejections", "skus", "stock", "cost_layers",
)  # fmt: skip
"""Tables that hold books."""

_TELL = """
create or replace function public.tell() returns trigger language plpgsql as $$
begin
    perform pg_notify('advanced', '');
    return null;
end $$;
create or replace trigger tell after update on ullage.sink_offsets
    execute function public.tell();
"""


class Publisher:
    """Writes records as the ledger does, and knows where they went."""

    def __init__(self, brokers: str) -> None:
        self.ends: dict[Partition, int] = {}
        self._producer = Producer(
            {
                "bootstrap.servers": brokers,
                "partitioner": "murmur2_random",
                "transactional.id": "published-by-hand",
                "message.max.bytes": topics.REJECTIONS.max_bytes,
            }
        )
        self._producer.init_transactions()

    def publish(self, outputs: Iterable[Output], commit: bool = True) -> None:
        """Write in one transaction, each key to its partition."""
        self._producer.begin_transaction()
        for output in outputs:
            self._producer.produce(
                output.topic,
                output.value,
                output.key,
                headers=list(output.headers),
                on_delivery=self._delivered,
            )
        self._producer.flush()
        (self._producer.commit_transaction if commit else self._producer.abort_transaction)()

    def _delivered(self, error: object, message: Message) -> None:
        assert error is None
        self.ends[message.topic(), message.partition()] = message.offset() + 1


class Books:
    """The database of one test, and the news that the sink has written to it."""

    def __init__(self, url: str, connection: asyncpg.Connection) -> None:
        self.url, self.connection = url, connection
        self._news = asyncio.Event()

    async def listen(self) -> None:
        await self.connection.execute(_TELL)
        await self.connection.add_listener("advanced", lambda *_: self._news.set())

    async def empty(self) -> None:
        for table in (*TABLES, "drained_layers", "sink_offsets", "unproven"):
            await self.connection.execute(f"delete from ullage.{table}")

    async def reached(self, ends: dict[Partition, int]) -> None:
        """Wait until everything before these offsets is written."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self._are_at(ends):
                await self.news()

    async def news(self) -> None:
        """Wait until the sink has written once more."""
        await self._news.wait()
        self._news.clear()

    async def rows(self, query: str, *parameters: object) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await self.connection.fetch(query, *parameters)]

    async def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables."""
        return {
            table: await self.rows(f"select * from ullage.{table} order by 1, 2")
            for table in TABLES
        }

    async def _are_at(self, ends: dict[Partition, int]) -> bool:
        stored = await self.rows(
            "select topic, partition, next_offset from ullage.sink_offsets"
        )
        at = {(topic, partition): offset for topic, partition, offset in stored}
        return all(at.get(key, 0) >= end for key, end in ends.items())


async def fill(url: str, outputs: Iterable[Output]) -> None:
    """Write records into a migrated database as a sink would, without a broker."""
    records = [
        Record(output.topic, 0, number, 0, output.key, output.value, output.headers)
        for number, output in enumerate(outputs)
    ]
    await fill_records(url, records)


async def fill_records(url: str, records: list[Record]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await stage(connection)
        await write(connection, project(records), {})
    finally:
        await connection.close()


class NoisyHealth(Health):
    """Health that can be awaited."""

    __slots__ = ("_news",)

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def wait(self, part: str, reason: str) -> None:
        super().wait(part, reason)
        self._news.set()

    def ready(self, part: str) -> None:
        super().ready(part)
        self._news.set()

    async def says(self, words: str) -> None:
        """Wait until the sink says this; no words: until it is ready."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self._matches(words):
                self._news.clear()
                await self._news.wait()

    def _matches(self, words: str) -> bool:
        said = self.waiting.get(PART)
        return said is not None and (words in said if words else not said)


class WatchedSink(SinkService):
    """A sink whose crash can be awaited, as a worker does."""

    async def crashed(self) -> None:
        """Wait for the crash and raise its reason."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._crashed.wait()
        assert self._crash_reason is not None
        raise self._crash_reason


@asynccontextmanager
async def running_sink(
    brokers: str,
    database: str,
    health: Health | None = None,
    batch_records: int = 5_000,
    grace_seconds: float = GRACE_SECONDS,
) -> AsyncIterator[WatchedSink]:
    config = SinkConfig(brokers, database, batch_records, grace_seconds=grace_seconds)
    service = WatchedSink(config, health or Health())
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


def rejection(
    number: int, event: str, message: str = "No such thing.", movement: int | None = None
) -> Output:
    """A refused event, embedded as the text it came as; of a line, with its movement."""
    head = {
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "type": "rejection",
        "source_id": "E-1",
        "recorded_at": "2026-10-01T10:00:00Z",
        "code": 100,
        "name": "invalid_event",
        "message": message,
    }
    if movement is not None:
        head["movement_id"] = f"00000000-0000-0000-0001-{movement:012d}"
    return Output(
        topics.REJECTIONS.name,
        b"key",
        f'{json.dumps(head)[:-1]}, "event": {event}}}'.encode(),
    )
