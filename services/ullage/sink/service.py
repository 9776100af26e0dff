"""The sink as a service: the output topics of Kafka in, the tables of PostgreSQL out."""

import asyncio
from contextlib import suppress

import asyncpg
import structlog
from confluent_kafka import KafkaException
from mode import Service

from ullage.health import Health
from ullage.sink import metrics
from ullage.sink.errors import NotReady, SinkError
from ullage.sink.session import Session, SinkConfig, open_session

PART = "sink"
"""The sink's name in Health."""

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.2, 5.0
_STOP_SECONDS = 10.0

_AWAY = (
    NotReady,
    KafkaException,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
"""What a later try may find healed."""

log = structlog.get_logger("ullage.sink")


class SinkService(Service):
    """Reads from the stored offsets, writes batch by batch, and waits while a side is away.

    Whatever goes wrong ends the session: the consumer leaves, and the next session begins where
    the database stands. A record that does not fit the contract crashes the service.
    """

    def __init__(self, config: SinkConfig, health: Health) -> None:
        super().__init__()
        self._config, self._health = config, health
        self._wait_seconds = _FIRST_WAIT_SECONDS
        self._idle = asyncio.Event()

    async def on_stop(self) -> None:
        """Let the batch in hand finish: mode would cancel it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _STOP_SECONDS)

    @Service.task
    async def _run(self) -> None:
        try:
            while not self.should_stop:
                await self._try_session()
        except SinkError as reason:
            self._health.wait(PART, str(reason))
            log.error("sink stopped", reason=str(reason))
            raise
        finally:
            self._idle.set()

    async def _try_session(self) -> None:
        self._health.wait(PART, self._health.waiting.get(PART) or "connecting")
        try:
            async with open_session(self._config) as session:
                while not self.should_stop:
                    await session.turn()
                    self._tell(session)
        except _AWAY as reason:
            await self._wait(_sentence(reason))

    async def _wait(self, reason: str) -> None:
        self._health.wait(PART, reason)
        metrics.WAITS.inc()
        log.warning("sink waits", reason=reason, seconds=self._wait_seconds)
        await self.sleep(self._wait_seconds)
        self._wait_seconds = min(2 * self._wait_seconds, _LONGEST_WAIT_SECONDS)

    def _tell(self, session: Session) -> None:
        if trouble := session.reader.trouble.sentence:
            self._health.wait(PART, trouble)
        elif session.watch.sentence:
            self._alarm(session.watch.sentence)
        elif session.reader.placed:
            if self._health.waiting.get(PART):
                log.info("sink reads", partitions=session.reader.placed)
            self._health.ready(PART)
            self._wait_seconds = _FIRST_WAIT_SECONDS

    def _alarm(self, sentence: str) -> None:
        """Not ready, and said in the log once: the books are wrong, and still written."""
        if self._health.waiting.get(PART) != sentence:
            log.error("books wrong", reason=sentence)
        self._health.wait(PART, sentence)


def _sentence(reason: Exception) -> str:
    if isinstance(reason, NotReady):
        return str(reason)
    side = "Kafka" if isinstance(reason, KafkaException) else "PostgreSQL"
    return f"{side} is away: {reason or type(reason).__name__}"
