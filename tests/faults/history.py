"""What a run has left: every committed record of every topic, and every row of the tables.

Read with kafka-python and plain SQL; nothing of the service is imported here.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import asyncpg
from kafka import KafkaConsumer, TopicPartition

Json = dict[str, object]
Row = dict[str, object]

INPUTS = (
    "items", "wms.stock-pulls", "sales", "inventory", "purchasing", "manufacturing", "control",
)  # fmt: skip
EVENT_TOPICS = ("ledger", "cogs", "costs", "variances", "journals", "rejections")
COMPACTED = ("snapshots", "cost-layers")
INTERNAL = ("movements", "ullage-shipments", "ullage-builds")
TOPICS = (*INPUTS, *INTERNAL, *EVENT_TOPICS, *COMPACTED, "dead-letters")
TABLES = (
    "movements", "cogs", "costs", "variances", "journals", "journal_lines", "rejections",
    "receipts", "charge_shares", "draws", "skus", "stock", "cost_layers",
)  # fmt: skip
_LARGE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """A record where it stands; of a large value only its digest is kept."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str]
    body: Json = field(default_factory=dict)
    """The JSON object in the value, numbers exact; empty where there is none."""

    @property
    def place(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset

    @property
    def trace(self) -> str:
        """What every record made of one input record shares."""
        return self.headers.get("traceparent", "")

    def text(self, name: str) -> str:
        return str(self.body[name])

    def number(self, name: str) -> Decimal:
        return Decimal(str(self.body[name]))


@dataclass(slots=True)
class History:
    """Records of each topic, in the order of each partition, and rows of each table."""

    topics: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, *names: str) -> Iterator[Record]:
        for name in names:
            yield from self.topics[name]

    def last(self, topic: str) -> dict[bytes | None, Record]:
        """What compaction would leave: the last value of each key, no tombstones."""
        found = {record.key: record for record in self.topics[topic]}
        return {key: record for key, record in found.items() if record.value is not None}


class Reader:
    """Reads on from where it stood; committed records only."""

    def __init__(self, brokers: str) -> None:
        self.history = History()
        self.ends: dict[TopicPartition, int] = {}
        """Of each partition, the offset after its last committed record."""
        self._plain = KafkaConsumer(bootstrap_servers=brokers)
        self._committed = KafkaConsumer(
            bootstrap_servers=brokers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            check_crcs=False,  # 1.5 s of Python for each of the records of 10 MB
            fetch_max_wait_ms=20,
            max_poll_records=10_000,
        )
        self._places = [
            TopicPartition(topic, number)
            for topic in TOPICS
            for number in sorted(self._plain.partitions_for_topic(topic))
        ]
        self._committed.assign(self._places)

    def log_ends(self) -> dict[TopicPartition, int]:
        """Where the partitions end, open transactions included."""
        return dict(self._plain.end_offsets(self._places))

    def read_to(self, ends: dict[TopicPartition, int]) -> bool:
        """Read what there is; say whether all up to these ends is read and none of it open."""
        for records in self._committed.poll(timeout_ms=50).values():
            for record in records:
                self._note(record)
        return all(self._committed.position(place) >= ends[place] for place in self._places)

    def close(self) -> None:
        self._plain.close()
        self._committed.close()

    def _note(self, record: object) -> None:
        headers = {name: value.decode(errors="replace") for name, value in record.headers}
        body = _object(record.value) if record.topic not in (*INPUTS, "dead-letters") else {}
        self.history.topics[record.topic].append(
            Record(
                record.topic, record.partition, record.offset, record.key,
                _short(record.value), headers, body,
            )
        )  # fmt: skip
        self.ends[TopicPartition(record.topic, record.partition)] = record.offset + 1


def _object(value: bytes | None) -> Json:
    # Python's own integers refuse the long ones that a rejected event may quote.
    read = json.loads(value, parse_float=Decimal, parse_int=Decimal) if value else {}
    if len(value or b"") > _LARGE_BYTES:
        read.pop("event", None)
    return read


def _short(value: bytes | None) -> bytes | None:
    if value is None or len(value) <= _LARGE_BYTES:
        return value
    return b"%d bytes of sha256 %s" % (len(value), hashlib.sha256(value).hexdigest().encode())


async def read_tables(url: str) -> dict[str, list[Row]]:
    """Every row of the tables that hold books."""
    connection = await asyncpg.connect(url)
    try:
        return {
            table: [
                dict(row) for row in await connection.fetch(f"select * from ullage.{table}")
            ]
            for table in TABLES
        }
    finally:
        await connection.close()
