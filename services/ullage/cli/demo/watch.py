"""What the service says about events: its output topics, read as they are committed."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Message, TopicPartition

from ullage import topics
from ullage.cli import cluster
from ullage.cli.failure import Refused

OUTPUTS = (
    topics.LEDGER,
    topics.COGS,
    topics.COSTS,
    topics.VARIANCES,
    topics.JOURNALS,
    topics.SNAPSHOTS,
    topics.COST_LAYERS,
    topics.REJECTIONS,
)
PATIENCE_SECONDS = 60.0

_SEPARATOR = "\x1f"  # between SKU and layer in the keys of `cost-layers`


class Stock(msgspec.Struct, frozen=True):
    """One warehouse of a SKU, as its snapshot tells it."""

    expected: str
    estimated: str
    variance: str | None = None


class Said(msgspec.Struct, frozen=True):
    """An output record, as far as it matters here; each type has some of the fields."""

    type: str
    sku: str = ""
    source_id: str = ""
    sequence: int = 0
    amount: str = "0"
    status: str = ""
    on_hand: str = "0"
    open_layers: int = 0
    stock: tuple[Stock, ...] = ()
    received_at: str = ""
    quantity: str = "0"
    unit_cost: str = "0"


@dataclass(slots=True)
class Book:
    """What has been said of one SKU so far."""

    snapshot: Said | None = None
    layers: dict[str, Said] = field(default_factory=dict)
    records: list[Said] = field(default_factory=list)


_SAID = msgspec.json.Decoder(Said)


class Watch:
    """Reads all the sink reads, from the start, and knows which events have been answered."""

    def __init__(self, bootstrap: str, still_well: Callable[[], None]) -> None:
        self.books: dict[str, Book] = defaultdict(Book)
        self.answered: set[tuple[str, str]] = set()
        """(event, SKU) that the ledger has applied or refused."""
        self.refused = 0
        self.latest: dict[tuple[str, int], int] = {}
        """Offset of the last record of each partition that had one."""
        self._still_well = still_well
        self._consumer = cluster.committed_reader(bootstrap)
        counts = cluster.partition_counts(bootstrap)
        places = [(topic.name, n) for topic in OUTPUTS for n in range(counts[topic.name])]
        self._consumer.assign([TopicPartition(*place, OFFSET_BEGINNING) for place in places])
        unread = set(places)
        self._until(lambda message: unread.discard(_place(message)), lambda: not unread)

    def wait(self, done: Callable[[], bool]) -> None:
        """Read on until what was said is enough. Raises Refused after a minute of silence."""
        self._until(lambda message: None, done)

    def wait_at_most(self, seconds: float, done: Callable[[], bool]) -> None:
        """Read on until it is enough or time is over."""
        over = time.monotonic() + seconds
        self.wait(lambda: done() or time.monotonic() > over)

    def close(self) -> None:
        self._consumer.close()

    def _until(self, at_end: Callable[[Message], None], done: Callable[[], bool]) -> None:
        heard = time.monotonic()
        while not done():
            messages = self._consumer.consume(num_messages=1000, timeout=0.02)
            for message in messages:
                if cluster.at_end(message):
                    at_end(message)
                else:
                    self._note(message)
                    heard = time.monotonic()
            if not messages:
                self._still_well()
            if time.monotonic() - heard > PATIENCE_SECONDS:
                raise Refused(
                    "the service does not answer; see the workers' logs, then try again"
                )

    def _note(self, message: Message) -> None:
        topic, partition = _place(message)
        self.latest[topic, partition] = message.offset() or 0
        value = message.value()
        if topic == topics.COST_LAYERS.name:
            sku, _, layer = (message.key() or b"").decode().partition(_SEPARATOR)
            self._note_layer(sku, layer, value)
        elif value is not None:
            self._note_record(topic, _SAID.decode(value))

    def _note_layer(self, sku: str, layer: str, value: bytes | None) -> None:
        if value is None:
            self.books[sku].layers.pop(layer, None)
        else:
            self.books[sku].layers[layer] = _SAID.decode(value)

    def _note_record(self, topic: str, said: Said) -> None:
        book = self.books[said.sku]
        if topic == topics.SNAPSHOTS.name:
            book.snapshot = said
        else:
            book.records.append(said)
        if topic in (topics.LEDGER.name, topics.REJECTIONS.name):
            self.answered.add((said.source_id, said.sku))
            self.refused += topic == topics.REJECTIONS.name


def _place(message: Message) -> tuple[str, int]:
    return message.topic() or "", message.partition() or 0
