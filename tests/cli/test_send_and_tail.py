"""Lines in, the same bytes out, each in the topic of its type and the partition of its key."""

import base64
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer
from kafka import KafkaConsumer, TopicPartition
from kafka.partitioner import murmur2

ODD = '{"type": "sale",  "sku": "%s", "quantity": 1e400, "id":"é"}'


def test_lines_arrive_as_they_are(ullage, topics: str, tmp_path: Path) -> None:
    sku = f"SKU-{uuid.uuid4().hex}"
    line = ODD % sku
    (tmp_path / "events.jsonl").write_text(f"{line}\n\n   \r\n{line}\r\n")
    sent = ullage("send", "events.jsonl", kafka=topics)
    assert sent.returncode == 0, sent.stderr
    assert b"sent 2 events" in sent.stdout
    read = ullage("tail", "sales", "--from-start", kafka=topics)
    assert read.returncode == 0, read.stderr
    assert [found for found in read.stdout.decode().splitlines() if sku in found] == [line] * 2


def test_keys_go_where_other_clients_put_them(ullage, topics: str) -> None:
    orders = [f"ORDER-{uuid.uuid4().hex}" for _ in range(20)]
    builds = "\n".join(json.dumps({"type": "build", "order_id": order}) for order in orders)
    policy = '\n{"type": "policy"}'
    assert ullage("send", "-", kafka=topics, said=(builds + policy).encode()).returncode == 0
    for order in orders:
        partition = (murmur2(order.encode()) & 0x7FFFFFFF) % 3
        assert order in _keys(topics, "manufacturing", partition)
    assert "all" in _keys(topics, "control", 0)


def test_a_line_without_a_topic_sends_nothing(ullage, topics: str) -> None:
    sku = f"SKU-{uuid.uuid4().hex}"
    lines = f'{{"type": "sale", "sku": "{sku}"}}\n{{"type": "sail", "sku": "{sku}"}}\n'
    refused = ullage("send", "-", kafka=topics, said=lines.encode())
    assert refused.returncode == 1
    assert b"-, line 2 has the type 'sail'" in refused.stderr
    assert b"nothing was sent" in refused.stderr
    assert sku.encode() not in ullage("tail", "sales", "--from-start", kafka=topics).stdout


def test_tail_shows_what_is_no_json(ullage, topics: str) -> None:
    producer = Producer({"bootstrap.servers": topics})
    producer.produce("dead-letters", b"\xff\x00", b"K", headers={"error": b"not UTF-8"})
    producer.produce("dead-letters", b'{"id": 1}', b"K", headers={"error": b"no source"})
    producer.produce("snapshots", None, b"gone")
    producer.produce("snapshots", b'{\n"sku":\r\n"A"}', b"A")
    producer.flush()
    dead = _lines(ullage("tail", "dead-letters", "--from-start", kafka=topics).stdout)
    assert {
        "key": "K",
        "value_base64": base64.b64encode(b"\xff\x00").decode(),
        "headers": {"error": "not UTF-8"},
    } in dead
    assert {"key": "K", "value": '{"id": 1}', "headers": {"error": "no source"}} in dead
    snapshots = _lines(ullage("tail", "snapshots", "--from-start", kafka=topics).stdout)
    assert {"key": "gone", "value": None, "headers": {}} in snapshots
    assert {"sku": "A"} in snapshots


def test_tail_leaves_out_what_was_not_committed(ullage, topics: str) -> None:
    producer = Producer({"bootstrap.servers": topics, "transactional.id": uuid.uuid4().hex})
    producer.init_transactions()
    producer.begin_transaction()
    producer.produce("costs", b'{"id": "aborted"}', b"A")
    producer.flush()
    producer.abort_transaction()
    producer.begin_transaction()
    producer.produce("costs", b'{"id": "committed"}', b"A")
    producer.commit_transaction()
    producer.begin_transaction()
    producer.produce("costs", b'{"id": "open"}', b"A")
    producer.flush()
    read = ullage("tail", "costs", "--from-start", kafka=topics)
    producer.abort_transaction()
    assert _lines(read.stdout) == [{"id": "committed"}]


@pytest.fixture
def following(topics: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A reader of items that waits for more; gone when its test is over."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "ullage.cli", "tail", "items", "--from-start", "--follow"],
        env=os.environ | {"ULLAGE_KAFKA": topics},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
    )
    with reader:
        yield reader
        reader.kill()


def test_follow_waits_for_more_until_ctrl_c(
    ullage, topics: str, following: subprocess.Popen[bytes]
) -> None:
    assert following.stdout is not None
    for number in range(2):
        line = f'{{"type": "item", "sku": "{number}"}}'.encode()
        assert ullage("send", "-", kafka=topics, said=line).returncode == 0
        assert following.stdout.readline() == line + b"\n"
    following.send_signal(signal.SIGINT)
    assert following.wait(timeout=30) == 0


def test_a_topic_that_is_not_there(ullage, topics: str) -> None:
    refused = ullage("tail", "movement", kafka=topics)
    assert refused.returncode == 1
    assert refused.stderr == (
        b"ullage: topic movement is not on the cluster; did you mean movements?\n"
    )


def _lines(printed: bytes) -> list[object]:
    return [json.loads(line) for line in printed.splitlines()]


def _keys(bootstrap: str, topic: str, partition: int) -> set[str]:
    """Keys of a partition, read by another client than the one that wrote."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, consumer_timeout_ms=1_000)
    assigned = TopicPartition(topic, partition)
    consumer.assign([assigned])
    consumer.seek_to_beginning(assigned)
    end = consumer.end_offsets([assigned])[assigned]
    keys = set()
    while consumer.position(assigned) < end:
        for records in consumer.poll(timeout_ms=500).values():
            keys |= {record.key.decode() for record in records}
    consumer.close()
    return keys
