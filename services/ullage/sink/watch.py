"""The proof of a running sink: looked at every second, told to Prometheus and to Health."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from time import monotonic

import asyncpg

from ullage.sink import metrics, proof
from ullage.sink.caught_up import Ends
from ullage.sink.projection import Partition

_PAUSE_SECONDS = 1.0


class Watch:
    """Judges by the database's clock: several sinks, of some partitions each, agree."""

    def __init__(self, brokers: str, grace_seconds: float) -> None:
        self.sentence = ""
        """What is wrong with the books, for an operator; empty when nothing is."""
        self._ends, self._grace = Ends(brokers), timedelta(seconds=grace_seconds)
        self._changed: set[str] = set()
        self._next = monotonic()

    @property
    def is_due(self) -> bool:
        return monotonic() >= self._next

    def note(self, skus: Iterable[str]) -> None:
        """Remember whose state was written, to hold it against the last movement."""
        self._changed.update(skus)

    async def look(
        self, connection: asyncpg.Connection, written: Mapping[Partition, int]
    ) -> None:
        """Look at the books; `written` says how far each partition of this sink is."""
        self._next = monotonic() + _PAUSE_SECONDS
        if self._changed:
            await proof.hold_states(connection, self._changed)
            self._changed.clear()
        await self._ask_how_far(connection, written)
        found = await proof.look(connection, self._grace)
        self.sentence = found.sentence
        _tell(found)

    async def _ask_how_far(
        self, connection: asyncpg.Connection, written: Mapping[Partition, int]
    ) -> None:
        if self._ends.is_asking(written) and (at := self._ends.reached(written)):
            await proof.note_caught_up(connection, written, at)
        if written and not self._ends.is_asking(written):
            self._ends.ask(written, await connection.fetchval("select now()"))


def _tell(found: proof.Proof) -> None:
    """Prometheus takes floats; the figures that count are in the database."""
    metrics.DIFFERENCE_LARGEST.set(float(found.largest))
    metrics.DIFFERENCE.set(float(found.overall))
    metrics.SKUS_WRONG.set(found.wrong)
    if found.until is not None:
        metrics.PROVEN_UNTIL.set(found.until.timestamp())
