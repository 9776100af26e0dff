"""What is simulated: steps, their topics, and what comes in."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from tests.processors.events import Json, example, record
from tests.processors.service import Service
from tests.processors.test_journals import history
from tests.simulation.broker import Broker
from tests.simulation.log import partition_of
from ullage import topics
from ullage.processors.builds.step import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger.step import Ledger
from ullage.processors.policies import LOGS
from ullage.processors.shipments.step import Shipments
from ullage.step import Occurrence, Output, Record, Step, Store

Feed = Iterator[tuple[str, bytes | None, bytes]]
"""Topic, key and value of what is sent next."""


@dataclass(frozen=True)
class Story:
    """One cast: who runs, on what topics, and what comes in."""

    name: str
    topics: dict[str, int]
    fed: frozenset[str]
    compacted: frozenset[str]
    known_by_id: frozenset[str]
    steps: tuple[Callable[[], Step], ...]
    feed: Callable[[Random], Feed]
    actions: int
    burst: int
    batch: int
    has_sink: bool = False

    @property
    def outputs(self) -> list[str]:
        """Topics that only steps write to."""
        return [topic for topic in self.topics if topic not in self.fed]

    def prepare(self, broker: Broker) -> None:
        for name, partitions in self.topics.items():
            broker.create(name, partitions, name in self.compacted)

    def send(self, broker: Broker, topic: str, key: bytes | None, value: bytes) -> None:
        logs = broker.topics[topic]
        log = logs[partition_of(key, len(logs))]
        log.append(broker.clock.milliseconds, key, value)


class Tally:
    """Adds up numbers by key; a sum that seven divides is forgotten.

    It keeps the sums it has made, with the bytes it wrote, as the ledger keeps its books.
    """

    name = "tally"
    keeps_state = True
    state_format = 1

    def __init__(self) -> None:
        self.inputs: tuple[str, ...] = ("left", "right")
        self._made: dict[bytes, tuple[bytes, int]] = {}

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        for one in records:
            key, value = one.key or b"", one.value or b""
            if not value.isdigit():
                yield Output("dead", None, value, (("at", b"%d" % one.offset),), 1)
                yield Occurrence("dead_letter", None, "not a number")
                continue
            total = self._sum(key, store.get(key)) + int(value)
            written = b"%d" % total
            self._made[key] = written, total
            store.put(key, written if total % 7 else None)
            said = b"%s-%d:%d %d" % (one.topic.encode(), one.partition, one.offset, total)
            yield Output("sums", key, said)
            yield Output("latest", b"%s of %s" % (key, one.topic.encode()), said)

    def _sum(self, key: bytes, stored: bytes | None) -> int:
        kept, total = self._made.get(key, (None, 0))
        return total if kept == stored else int(stored or b"0")


def _numbers(chance: Random) -> Feed:
    """Numbers for a few keys; now and then something that is none."""
    while True:
        value = b"x" if chance.random() < 0.05 else b"%d" % chance.randrange(1, 9)
        yield chance.choice(("left", "right")), b"k%d" % chance.randrange(6), value


def _events(chance: Random) -> Feed:
    """A small shop's events: some come again, one in other words, some are no events."""
    sent: list[tuple[str, bytes | None, bytes]] = []
    for event in history(1_000, chance):
        sent.append(_as_sent(event))
        yield sent[-1]
        drawn = chance.random()
        if drawn < 0.1:
            yield chance.choice(sent)
        elif drawn < 0.14:
            yield _as_sent({**event, "effective_at": "2026-10-04T11:55:00+02:00"})
        elif drawn < 0.18:
            yield sent[-1][0], sent[-1][1], b'{"id": "half an ev'
        elif drawn < 0.22:
            mapping: Json = {"inventory": chance.choice([None, "1400"])}
            yield _as_sent(example("policy", id=f"p{len(sent)}", gl_mapping=mapping))


@cache
def _made(number: int) -> list[Record]:
    """A log of movements as the other processors write it."""
    service, chance = Service(), Random(number)
    for count, event in enumerate(history(60, chance)):
        if count % 20 == 10:
            mapping: Json = {"inventory": None} if count % 40 == 10 else {}
            service.send(example("policy", id=f"p{count}", gl_mapping=mapping))
        service.send(event)
    return service.log


def _movements(chance: Random) -> Feed:
    """Movements of that shop, over and over; each comes again now and then."""
    while True:
        for one in _made(chance.randrange(8)):
            yield one.topic, one.key, one.value or b""
            if chance.random() < 0.1:
                yield one.topic, one.key, chance.choice((one.value or b"", b"no movement"))


def _as_sent(event: Json) -> tuple[str, bytes | None, bytes]:
    made = record(event)
    return made.topic, made.key, json.dumps(event).encode()


TALLY = Story(
    "tally",
    {"left": 2, "right": 2, "sums": 3, "latest": 2, "dead": 3},
    frozenset({"left", "right"}),
    frozenset({"latest"}),
    frozenset({"sums"}),
    (Tally,),
    _numbers,
    actions=70,
    burst=5,
    batch=7,
)

_PARTITIONS = {topic.name: 2 if topic.partitioned else 1 for topic in topics.ALL}

SHOP = Story(
    "shop",
    _PARTITIONS,
    frozenset(topic.name for topic in topics.INPUTS),
    frozenset({topics.SNAPSHOTS.name, topics.COST_LAYERS.name}),
    frozenset(
        topic.name
        for topic in (
            topics.LEDGER, topics.COGS, topics.COSTS, topics.VARIANCES, topics.JOURNALS,
        )
    ),
    (
        lambda: Intake({log.name: _PARTITIONS[log.name] for log in LOGS}),
        Shipments,
        Builds,
        Ledger,
    ),
    _events,
    actions=240,
    burst=1,
    batch=40,
    has_sink=True,
)  # fmt: skip
_WRITES = (*topics.OUTPUTS, topics.BUILDS_LOG, topics.MOVEMENTS)

LEDGER = replace(
    SHOP,
    name="ledger",
    topics={topic.name: _PARTITIONS[topic.name] for topic in _WRITES},
    fed=frozenset({topics.MOVEMENTS.name}),
    steps=(Ledger,),
    feed=_movements,
    actions=80,
    burst=4,
    batch=7,
)
STORIES = {story.name: story for story in (TALLY, LEDGER, SHOP)}
