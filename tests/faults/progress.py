"""How far the service has come: what has been sent, and what of it is applied and stored."""

import asyncio

import asyncpg
from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import KafkaError, RetriableError
from kafka.structs import OffsetAndMetadata

from tests.faults.history import INPUTS, Reader

GROUPS = {
    **dict.fromkeys(INPUTS, "ullage-intake"),
    "ullage-shipments": "ullage-shipments",
    "ullage-builds": "ullage-builds",
    "movements": "ullage-ledger",
}
"""Who reads a topic."""


class Progress:
    """Asks the groups, the sink's table and the log itself."""

    def __init__(self, brokers: str, database: str, reader: Reader) -> None:
        self._reader, self._database = reader, database
        self._admin = KafkaAdminClient(bootstrap_servers=brokers)

    def close(self) -> None:
        self._admin.close()

    def behind(self) -> str:
        """What has not got to its end; nothing: all has."""
        try:
            return self._late()
        except KafkaError as reason:
            return f"the broker does not answer: {reason!r}"

    def _late(self) -> str:
        ends = self._reader.log_ends()
        if not self._reader.read_to(ends):
            return "records are unread or in open transactions"
        wanted, applied = dict(self._reader.ends), self._applied()
        late = {
            str(place): (applied.get(place, 0), end)
            for place, end in wanted.items()
            if place.topic != "dead-letters" and applied.get(place, 0) < end
        }
        if late:
            return f"not applied up to its end: {late}"
        return "" if self._reader.log_ends() == ends else "more has come meanwhile"

    def _applied(self) -> dict[TopicPartition, int]:
        """How far each reader has come, by its own word: groups, and the sink's table."""
        applied = dict(asyncio.run(_sunk(self._database)))
        for group in dict.fromkeys(GROUPS.values()):
            for place, offset in self._offsets(group).items():
                if GROUPS.get(place.topic) == group:
                    applied[place] = offset.offset
        return applied

    def _offsets(self, group: str) -> dict[TopicPartition, OffsetAndMetadata]:
        try:
            return self._admin.list_group_offsets(group)[group]
        except RetriableError:  # a broker just started has yet to choose a coordinator
            return {}


async def _sunk(url: str) -> list[tuple[TopicPartition, int]]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select topic, partition, next_offset from ullage.sink_offsets"
        )
    finally:
        await connection.close()
    return [(TopicPartition(topic, number), end) for topic, number, end in rows]
