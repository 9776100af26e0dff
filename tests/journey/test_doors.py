"""Documents through the real broker: each processor at work on its log, answers come back."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer

from tests.journey.workers import working
from tests.processors.events import Json, example
from ullage import topics
from ullage.cli.admin import create_topics
from ullage.cli.policy import SOURCE

PARTITIONS = 8
KEEP_MONTHS = "36"


@pytest.fixture
def worker(kafka: str, tmp_path: Path) -> Iterator[str]:
    """All processors but the sink, with a policy set; the bootstrap servers."""
    create_topics(kafka, PARTITIONS)
    steps = ("intake", "shipments", "builds", "ledger")
    months = {"ULLAGE_KEEP_MONTHS": KEEP_MONTHS}
    with working(kafka, tmp_path, "doors", *steps, **months) as brokers:
        yield brokers


def test_documents_become_movements_and_a_policy_is_everywhere(worker: str) -> None:
    name = uuid4().hex
    producer = Producer({"bootstrap.servers": worker, "partitioner": "murmur2_random"})
    for event in documents(name):
        kind = str(event["type"])
        key = str(event[topics.key_of(kind)])
        producer.produce(topics.TOPIC_OF_TYPE[kind].name, json.dumps(event), key)
    assert producer.flush(60) == 0

    found = movements(worker, name, 4 + PARTITIONS)
    of = {str(one["type"]): one for one, _ in found}
    assert [share["charge_id"] for share in of["receipt"]["charges"]] == ["F1", "D1"]  # type: ignore[attr-defined]
    produced = {
        one["source_id"]: one["cost"] for one, _ in found if one["type"] == "production"
    }
    assert produced["build-1"] == "1.25"
    # No order is promised across topics: the component may be consumed before it is received.
    assert Decimal(str(produced["b2"])) >= Decimal("1.25")
    assert of["consumption"]["order_id"] == name
    assert of["policy"]["keep_months"] == int(KEEP_MONTHS)
    copied = sorted(place for one, place in found if one["type"] == "policy")
    assert copied == list(range(PARTITIONS))


def documents(name: str) -> list[Json]:
    """Charges, a receipt, and a build without and one with a component."""
    shipment, order = {"shipment_id": name, "source": name}, {"order_id": name, "source": name}
    line: Json = {"sku": name, "warehouse": "A", "quantity": 4, "unit_cost": "2.50"}
    return [
        example("landed_cost", **shipment),
        example("receipt", **shipment, lines=[line]),
        example(
            "build",
            **order,
            consume=[],
            produce=[{**line, "sku": f"{name}-p", "unit_cost": None}],
        ),
        example("build", **order, id="b2", consume=[{**line, "quantity": 2}]),
    ]


def movements(brokers: str, source: str, expected: int) -> list[tuple[Json, int]]:
    """Movements of a source and of the settings' policy, and the partition of each."""
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": uuid4().hex,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([topics.MOVEMENTS.name])
    found: list[tuple[Json, int]] = []
    try:
        while len(found) < expected:
            message = consumer.poll(60)
            assert message is not None, f"no more than {found}"
            movement = json.loads(message.value() or b"")
            if movement.get("source") in (source, SOURCE):
                found.append((movement, message.partition() or 0))
    finally:
        consumer.close()
    return found
