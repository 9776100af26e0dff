"""One connection and one consumer, from the stored offsets to the first failure."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import ParamSpec, TypeVar

import asyncpg

from ullage.sink import metrics
from ullage.sink.errors import NotReady
from ullage.sink.migrate import require_migrated
from ullage.sink.offsets import stored_offsets
from ullage.sink.projection import INPUTS, Projection, project
from ullage.sink.proof import GRACE_SECONDS
from ullage.sink.reader import GROUP, Batch, Reader, topic_ids
from ullage.sink.refusal import REFUSED, name_refused
from ullage.sink.watch import Watch
from ullage.sink.write import stage, write

_CONNECT_SECONDS, _STATEMENT_SECONDS = 5.0, 60.0

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SinkConfig:
    """Where the sink reads and writes; a batch closes when it is full or old enough.

    `grace_seconds`: how long a difference must last to be one (see `proof`).
    """

    brokers: str
    database: str
    batch_records: int = 5_000
    batch_seconds: float = 0.05
    group: str = GROUP
    grace_seconds: float = GRACE_SECONDS


class Session:
    """Reads and writes batch by batch. Whatever it raises ends it; nothing is half done."""

    def __init__(
        self,
        config: SinkConfig,
        thread: ThreadPoolExecutor,
        database: asyncpg.Connection,
        reader: Reader,
        ids: dict[str, str],
    ) -> None:
        self.reader, self.watch = reader, Watch(config.brokers, config.grace_seconds)
        self._config, self._thread = config, thread
        self._database, self._topic_ids = database, ids
        self._reading = asyncio.ensure_future(self._read())

    async def turn(self) -> None:
        """Take the batch read meanwhile, begin to read the next, and write."""
        batch, projection = await self._reading
        if self.reader.unplaced:
            await self._place()
        self._reading = asyncio.ensure_future(self._read())
        if batch.records:
            with self.reader.writing():
                await self._write(batch, projection)
        await _on(self._thread, self.reader.written, batch)
        await self._measure_lag()
        if self.watch.is_due:
            await self.watch.look(self._database, await _on(self._thread, self.reader.reached))

    async def stop_reading(self) -> None:
        """Drop what was read but not written: the next session reads it again."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> tuple[Batch, Projection]:
        if self._database.is_closed():
            raise NotReady("PostgreSQL closed the connection")
        return await _on(self._thread, self._read_and_project)

    def _read_and_project(self) -> tuple[Batch, Projection]:
        batch = self.reader.read(self._config.batch_records, self._config.batch_seconds)
        return batch, project(batch.records)

    async def _place(self) -> None:
        waiting = sorted(self.reader.unplaced)
        offsets = await stored_offsets(self._database, waiting, self._topic_ids)
        await _on(self._thread, self.reader.place, offsets)

    async def _write(self, batch: Batch, projection: Projection) -> None:
        started = perf_counter()
        try:
            changed = await write(self._database, projection, batch.advances)
        except REFUSED as reason:
            raise await name_refused(self._database, batch.records, reason) from reason
        self.watch.note(projection.skus)
        metrics.BATCH_SECONDS.observe(perf_counter() - started)
        metrics.BATCH_RECORDS.observe(len(batch.records))
        for topic, records in Counter(record.topic for record in batch.records).items():
            metrics.RECORDS.labels(topic).inc(records)
        for table, rows in changed.items():
            metrics.ROWS.labels(table).inc(rows)

    async def _measure_lag(self) -> None:
        for (topic, partition), lag in (await _on(self._thread, self.reader.lags)).items():
            metrics.LAG.labels(topic, partition).set(lag)


@asynccontextmanager
async def open_session(config: SinkConfig) -> AsyncIterator[Session]:
    """Connect both sides; raises NotReady, or what asyncpg raises, while one is away."""
    database = await asyncpg.connect(
        config.database,
        timeout=_CONNECT_SECONDS,
        command_timeout=_STATEMENT_SECONDS,
        # Plans are made for tables as they are: a kept one may be of when they were empty.
        statement_cache_size=0,
    )
    try:
        await require_migrated(database)
        await stage(database)
        with ThreadPoolExecutor(1, "sink-reader") as thread:
            ids = await _on(thread, topic_ids, config.brokers, INPUTS)
            reader = await _on(thread, Reader, config.brokers, INPUTS, group=config.group)
            session = Session(config, thread, database, reader, ids)
            try:
                yield session
            finally:
                await session.stop_reading()
                await _on(thread, reader.close)
    finally:
        # A connection to a server that is gone cannot be closed politely.
        database.terminate()


async def _on(
    thread: ThreadPoolExecutor, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call what blocks on the reader's thread; librdkafka's callbacks run there too."""
    return await asyncio.get_running_loop().run_in_executor(
        thread, lambda: call(*args, **kwargs)
    )
