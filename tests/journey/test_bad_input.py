"""Bad input through the real broker: each ends with a sentence, and the next one is taken."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Message, Producer

from tests.journey.workers import working
from ullage import topics
from ullage.cli.admin import create_topics

LARGEST = 10 * topics.MIB
ROOM = {"message.max.bytes": 13 * topics.MIB}


@pytest.fixture
def worker(kafka: str, tmp_path: Path) -> Iterator[str]:
    """Intake and ledger at work; the bootstrap servers."""
    create_topics(kafka, 8)
    with working(kafka, tmp_path, "bad", "intake", "ledger") as brokers:
        yield brokers


def test_each_ends_with_a_sentence_and_the_next_is_taken(worker: str) -> None:
    sku = f"bad-{uuid4().hex[:8]}"
    good = {
        "id": "good",
        "type": "stock_pull",
        "source": "wms",
        "effective_at": "2026-10-01T10:00:00Z",
        "sku": sku,
        "warehouse": "W",
        "on_hand": 5,
    }
    said = {
        "not JSON": b"stock?",
        "not UTF-8": b'{"sku":"\xff"}',
        "field twice": b'{"id":"1","id":"2"}',
        "nested too deeply": b"[" * LARGEST,
        "not JSON (line 1 column 1)": b"x" * LARGEST,
        "NaN": event(good, on_hand=float("nan")),
        "1E+400": event(good).replace(b'"on_hand": 5', b'"on_hand": 1e400'),
        "at most 6 decimals": event(good, on_hand="0." + "1" * 30),
        "must not be empty": event(good, sku=""),
        "(300 characters)": event(good, sku="x" * 300),
        "must not be negative": event(good, on_hand=-5, pad="x" * (LARGEST - 400)),
        "one of item, stock_pull": event(good, type="stock_push"),
        "warehouse is missing": event({**good, "id": "w"}).replace(b"warehouse", b"storehouse"),
    }
    producer = Producer({"bootstrap.servers": worker, "partitioner": "murmur2_random"} | ROOM)
    for value in (*said.values(), event(good)):
        producer.produce(topics.STOCK_PULLS.name, value, sku)
    assert producer.flush(60) == 0

    sentences, applied = answers(worker, sku.encode(), len(said) + 1)
    assert applied == ["good"]
    del said["NaN"]  # to a JSON parser it is an unexpected word, and the sentence says so
    for words in said:
        assert any(words in sentence for sentence in sentences), words


def event(fields: dict[str, object], **changes: object) -> bytes:
    return json.dumps(fields | changes).encode()


def answers(brokers: str, key: bytes, expected: int) -> tuple[list[str], list[str]]:
    """Sentences of dead letters and rejections, and what the ledger applied, of one key."""
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": uuid4().hex,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "fetch.message.max.bytes": 13 * topics.MIB,
        }
    )
    consumer.subscribe([topics.DEAD_LETTERS.name, topics.REJECTIONS.name, topics.LEDGER.name])
    sentences: list[str] = []
    applied: list[str] = []
    try:
        while len(sentences) + len(applied) < expected:
            message = consumer.poll(60)
            assert message is not None, f"no more than {sentences} and {applied}"
            if message.key() == key:
                (applied if message.topic() == topics.LEDGER.name else sentences).append(
                    saying(message)
                )
    finally:
        consumer.close()
    return sentences, applied


def saying(message: Message) -> str:
    if message.topic() == topics.DEAD_LETTERS.name:
        return dict(message.headers() or [])["error"].decode()
    record = json.loads(message.value() or b"")
    return str(record["message" if message.topic() == topics.REJECTIONS.name else "source_id"])
