"""`check --digests` and `replay --log` give the same figures, and find what was changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.processors.events import example
from tests.processors.service import Service
from ullage import topics
from ullage.cli.admin import create_topics
from ullage.engine.store import MemoryStore
from ullage.local import LocalBroker
from ullage.processors.ledger.digests import KEY
from ullage.processors.ledger.step import Ledger
from ullage.step import Output, Record

CHANGELOG = topics.changelog_of(Ledger.name, topics.MOVEMENTS.name)
FORGED = b'{"id": "forged"}'


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of its own: what the ledger has written there is nobody else's."""
    server = LocalBroker(tmp_path_factory.mktemp("digests"))
    try:
        server.start()
        server.wait()
        create_topics(server.bootstrap, 1)
        new = NewTopic(CHANGELOG.name, 1, config=CHANGELOG.config)
        AdminClient({"bootstrap.servers": server.bootstrap}).create_topics([new])[
            CHANGELOG.name
        ].result()
        yield server.bootstrap
    finally:
        server.stop()


def test_the_topics_are_what_the_ledger_wrote_and_a_replay_writes(
    ullage, broker: str, tmp_path: Path
) -> None:
    log = _log()
    state, outputs = _run(log)
    sent = [Output(one.topic, one.key, one.value) for one in log]
    _produce(broker, [*sent, *outputs, Output(CHANGELOG.name, KEY, state)])
    found = ullage("check", "--digests", kafka=broker)
    assert found.returncode == 0, found.stderr
    compared = found.stdout.decode().splitlines()
    assert [one for one in compared if not one.endswith(": same")] == []
    assert len(compared) == 6

    dump = ullage("tail", "movements", "--from-start", kafka=broker).stdout
    (tmp_path / "log.jsonl").write_bytes(dump)
    replayed = ullage("replay", "--log", "log.jsonl", "--out", "out").stderr.decode()
    assert [one.removesuffix(": same") for one in compared] == replayed.splitlines()[:6]
    assert "rejections 0: 1 records" in replayed
    assert "cogs 0: 20 records" in replayed

    _produce(broker, [Output(topics.COGS.name, b"A", FORGED)])
    refused = ullage("check", "--digests", kafka=broker)
    assert refused.returncode == 1
    assert b": 1 more are there, which the ledger did not write\n" in refused.stderr
    assert b"ullage: cogs 0: 20 records" in refused.stderr

    # The ledger says it wrote one more: in the place of its record stands the forged one.
    state, _ = _run(_log(one_more=True))
    _produce(broker, [Output(CHANGELOG.name, KEY, state)])
    refused = ullage("check", "--digests", kafka=broker)
    assert b"cogs 0: 21 records" in refused.stderr
    assert b": records are changed\n" in refused.stderr
    assert b": 1 are missing\n" in refused.stderr

    late, _ = _run(log, begun=5)
    _produce(broker, [Output(CHANGELOG.name, KEY, late)])
    found = ullage("check", "--digests", kafka=broker)
    assert found.returncode == 0
    assert found.stdout.count(b"since offset 5 of movements, where a version with") == 6


def _log(*, one_more: bool = False) -> list[Record]:
    """A receipt, sales, one of them refused, and a refused policy."""
    service = Service()
    service.send(
        example("receipt"),
        example("item", sku="strict", id="I-1", negative_stock="reject"),
        example("sale", sku="strict", id="S-0"),
        *(example("sale", id=f"S-{n}", line_id=f"{n}") for n in range(1, 21 + one_more)),
        example("policy", id="P-3", base_currency="EUR"),
    )
    return service.log


def _run(log: list[Record], begun: int = 0) -> tuple[bytes, list[Output]]:
    """The ledger's digests of a log, and what it has written of it."""
    store = MemoryStore()
    made = list(Ledger().run(store, log[begun:]))
    state = store.get(KEY)
    assert state is not None
    written = [one for one in made if isinstance(one, Output)]
    return state, [one for one in written if one.topic != topics.MOVEMENTS.name]


def _produce(broker: str, records: list[Output]) -> None:
    producer = Producer({"bootstrap.servers": broker})
    for one in records:
        producer.produce(one.topic, one.value, one.key)
    assert producer.flush(30) == 0
