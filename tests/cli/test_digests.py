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
    """A broker of its own, a partition a test: nobody else writes there."""
    server = LocalBroker(tmp_path_factory.mktemp("digests"))
    try:
        server.start()
        server.wait()
        create_topics(server.bootstrap, 3)
        new = NewTopic(CHANGELOG.name, 3, config=CHANGELOG.config)
        admin = AdminClient({"bootstrap.servers": server.bootstrap})
        admin.create_topics([new])[CHANGELOG.name].result()
        yield server.bootstrap
    finally:
        server.stop()


def test_the_topics_are_what_the_ledger_wrote_and_a_replay_writes(
    ullage, broker: str, tmp_path: Path
) -> None:
    log = _log()
    _publish(broker, log, place=0)
    compared = _compared(ullage("check", "--digests", kafka=broker).stdout, place=0)
    assert [one for one in compared if not one.endswith(": same")] == []
    (tmp_path / "log.jsonl").write_bytes(b"".join((one.value or b"") + b"\n" for one in log))
    replayed = ullage("replay", "--log", "log.jsonl", "--out", "out").stderr.decode()
    assert [one.removesuffix(": same") for one in compared] == replayed.splitlines()[:6]
    assert "rejections 0: 1 records" in replayed
    assert "cogs 0: 20 records" in replayed


def test_what_the_ledger_did_not_write_is_found(ullage, broker: str) -> None:
    _publish(broker, _log(), place=1)
    _produce(broker, [Output(topics.COGS.name, b"A", FORGED)], place=1)
    refused = ullage("check", "--digests", kafka=broker)
    assert refused.returncode == 1
    assert b": 1 more are there, which the ledger did not write\n" in refused.stderr
    assert b"ullage: cogs 1: 20 records" in refused.stderr
    # It says it wrote one more: in the place of its record stands the forged one.
    state, _ = _run(_log(one_more=True))
    _produce(broker, [Output(CHANGELOG.name, KEY, state)], place=1)
    wrong = _compared(ullage("check", "--digests", kafka=broker).stderr, place=1)
    assert any("cogs 1: 21 records" in one and "are changed" in one for one in wrong)
    assert any("journals 1: " in one and "1 are missing" in one for one in wrong)


def test_a_log_begun_without_digests_says_from_where(ullage, broker: str) -> None:
    _publish(broker, _log(), place=2)
    late, _ = _run(_log(), begun=5)
    _produce(broker, [Output(CHANGELOG.name, KEY, late)], place=2)
    shown = _compared(ullage("check", "--digests", kafka=broker).stdout, place=2)
    assert all("since offset 5 of movements, where a version with" in one for one in shown)


def _compared(shown: bytes, place: int) -> list[str]:
    """The lines of one partition."""
    found = [one for one in shown.decode().splitlines() if f" {place}: " in one]
    assert found
    return found


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


def _publish(broker: str, log: list[Record], place: int) -> None:
    """Write a log, what the ledger has made of it, and its state."""
    state, outputs = _run(log)
    sent = [Output(one.topic, one.key, one.value) for one in log]
    _produce(broker, [*sent, *outputs, Output(CHANGELOG.name, KEY, state)], place)


def _produce(broker: str, records: list[Output], place: int) -> None:
    producer = Producer({"bootstrap.servers": broker})
    for one in records:
        producer.produce(one.topic, one.value, one.key, partition=place)
    assert producer.flush(30) == 0
