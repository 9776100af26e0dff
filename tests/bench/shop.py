"""A month of a shop as movements: what the benchmarks of the kernel and the ledger play."""

import json
import random
from collections.abc import Iterable, Iterator

from ullage import topics
from ullage.engine.store import MemoryStore
from ullage.processors.intake import Intake
from ullage.processors.shipments.step import Shipments
from ullage.step import Occurrence, Output, Record

BEGAN_MS = 1_790_812_800_000
MIX = {"receipt": 10, "stock_pull": 5, "sale": 85}


def events(number: int, skus: int, seed: int = 1) -> Iterator[tuple[str, str, bytes]]:
    """Topic, key and value of input events: one receipt of 20 to about nine sales of 2."""
    chance = random.Random(seed)
    kinds, weights = list(MIX), list(MIX.values())
    for count in range(number):
        sku = f"SKU-{chance.randrange(skus):05}"
        kind = chance.choices(kinds, weights)[0]
        event = {
            "id": f"e{count}",
            "type": kind,
            "source": "shop",
            "effective_at": f"2026-10-{1 + count * 30 // number:02}T10:00:00Z",
        }
        event |= _PARTICULARS[kind](sku, count, chance)
        yield (
            topics.TOPIC_OF_TYPE[kind].name,
            str(event[topics.key_of(kind)]),
            json.dumps(event).encode(),
        )


def _receipt(sku: str, count: int, chance: random.Random) -> dict[str, object]:
    line = {
        "sku": sku,
        "warehouse": "W1",
        "quantity": 20,
        "unit_cost": f"{chance.randrange(100, 900) / 100:.2f}",
    }
    return {"shipment_id": f"S{count}", "receipt_id": f"R{count}", "lines": [line]}


def _pull(sku: str, count: int, chance: random.Random) -> dict[str, object]:
    return {"sku": sku, "warehouse": "W1", "on_hand": chance.randrange(40)}


def _sale(sku: str, count: int, chance: random.Random) -> dict[str, object]:
    order = {"order_id": f"O{count}", "line_id": "1", "unit_price": "9.99"}
    return {"sku": sku, "warehouse": "W1", "quantity": 2} | order


_PARTICULARS = {"receipt": _receipt, "stock_pull": _pull, "sale": _sale}


def movements(number: int, skus: int) -> list[Record]:
    """The same as the log has them, taken through intake and shipments."""
    intake, shipments, kept = Intake(), Shipments(), MemoryStore()
    log: list[Record] = []
    for offset, (topic, key, value) in enumerate(events(number, skus)):
        record = Record(topic, 0, offset, BEGAN_MS + offset, key.encode(), value)
        made = _only(intake.run(kept, (record,)))
        if made.topic == topics.SHIPMENTS_LOG.name:
            made = _only(shipments.run(kept, (_written(record, made),)))
        assert made.topic == topics.MOVEMENTS.name, made
        log.append(_written(record, made)._replace(offset=len(log)))
    return log


def _only(outputs: Iterable[Output | Occurrence]) -> Output:
    (made,) = outputs
    assert isinstance(made, Output), made
    return made


def _written(record: Record, made: Output) -> Record:
    """An output as the record it becomes, of the time of the one it was made from."""
    place = (made.topic, 0, record.offset, record.timestamp)
    return Record(*place, made.key, made.value, made.headers)
