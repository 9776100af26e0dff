"""The local stack with its real parts: restarts, kills, Ctrl-C, and the errors people meet."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil
import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.conftest import running
from ullage.local import LocalBroker, stack

STARTER = Path(__file__).with_name("starter.py")
TOPIC = "kept"
LARGEST = 12 * 1024 * 1024


@contextmanager
def started(data: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A process that runs the stack, as a shell starts it: in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, str(STARTER), str(data)],
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        assert process.stdout is not None
        kafka, database = process.stdout.readline().split()
        yield process, kafka, database
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def write(kafka: str, database: str) -> None:
    """Leave a record and a row."""
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(TOPIC, 1)])[TOPIC].result(30)
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(TOPIC, b"a record")
    assert producer.flush(30) == 0
    asyncio.run(execute(database, "CREATE TABLE kept AS SELECT 'a row' AS what"))


def read(kafka: str, database: str) -> tuple[bytes | None, str]:
    """Read back what `write` left."""
    consumer = Consumer(
        {"bootstrap.servers": kafka, "group.id": "reader", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([TOPIC])
    record = consumer.poll(30)
    consumer.close()
    assert record is not None
    assert record.error() is None
    return record.value(), asyncio.run(execute(database, "SELECT what FROM kept"))


async def execute(url: str, statement: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_what_was_written_survives_a_restart(tmp_path: Path) -> None:
    # A comma ends a path in a broker's list of directories, a space one in a command.
    data = tmp_path / "a cask, and another"
    with stack(data) as first:
        write(first.kafka, first.database)
    with stack(data) as second:
        assert read(second.kafka, second.database) == (b"a record", "a row")


def test_any_cluster_id_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in 64 begins with a dash."""
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=b"\xfb" * 16))
    with running(LocalBroker(tmp_path)) as broker:
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        assert admin.describe_cluster().result(30).cluster_id.startswith("-")


def test_ctrl_c_stops_both_in_order(tmp_path: Path) -> None:
    with started(tmp_path) as (process, *_):
        family = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does: the whole group
        assert process.wait(60) == 0
    assert not [each for each in family if each.is_running()]
    assert (tmp_path / "kafka" / "records" / ".kafka_cleanshutdown").exists()
    assert "database system is shut down" in (tmp_path / "postgres.log").read_text()


@pytest.mark.parametrize(
    "victims",
    [
        pytest.param(lambda starter: [], id="starter"),
        pytest.param(lambda starter: starter.children(), id="starter-and-guards"),
        pytest.param(lambda starter: starter.children(recursive=True), id="all"),
    ],
)
def test_kill_9_leaves_no_orphan_and_the_next_start_works(
    tmp_path: Path, victims: Callable[[psutil.Process], list[psutil.Process]]
) -> None:
    with started(tmp_path) as (process, kafka, database):
        write(kafka, database)
        starter = psutil.Process(process.pid)
        family = starter.children(recursive=True)
        assert {"java", "postgres"} <= {each.name() for each in family}
        for each in [starter, *victims(starter)]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
    # At once, while those that were not killed may still be stopping.
    with stack(tmp_path) as again:
        assert not psutil.wait_procs(family, timeout=60)[1]
        assert read(again.kafka, again.database) == (b"a record", "a row")


def test_the_largest_refusal_fits_and_topics_are_never_made_by_accident(kafka: str) -> None:
    admin = AdminClient({"bootstrap.servers": kafka})
    topic = "local-largest"
    limit = {"max.message.bytes": str(LARGEST + 64 * 1024)}
    admin.create_topics([NewTopic(topic, 1, config=limit)])[topic].result(30)
    reports: list[object] = []
    producer = Producer({"bootstrap.servers": kafka, "message.max.bytes": 2 * LARGEST})
    producer.produce(topic, bytes(LARGEST), on_delivery=lambda error, _: reports.append(error))
    producer.flush(30)
    assert reports == [None]
    unheard_of = admin.list_topics("local-unheard-of", timeout=10).topics["local-unheard-of"]
    assert unheard_of.error is not None
