"""Examples of every input event, and records and a store to put them through a step."""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ullage import topics
from ullage.processors.intake import Intake
from ullage.step import Headers, Occurrence, Output, Record, Step

Json = dict[str, object]
SECOND = 1_000
FORWARDED_LATER = 3 * SECOND
"""How much later the broker dates what intake has passed on; it must not matter."""
RECORDED_MS = 1_791_194_100_000
"""2026-10-05T09:55:00Z."""

_SKU: Json = {"sku": "12345", "warehouse": "A"}
_ORDER: Json = {**_SKU, "quantity": "10", "order_id": "O1", "line_id": "1"}
_OF_SHIPMENT: Json = {"shipment_id": "S1"}
_FIELDS: dict[str, Json] = {
    "item": {"sku": "12345", "method": "fifo", "standard_cost": "5.00"},
    "stock_pull": {**_SKU, "on_hand": 188},
    "sale": {**_ORDER, "unit_price": "19.99"},
    "sale_return": _ORDER,
    "receipt": {
        **_OF_SHIPMENT,
        "receipt_id": "R1",
        "lines": [
            {"sku": "12345", "warehouse": "A", "quantity": 750, "unit_cost": "5.00"},
            {"sku": "12346", "warehouse": "A", "quantity": 375, "unit_cost": "12.00"},
            {"sku": "12347", "warehouse": "A", "quantity": 150, "unit_cost": "25.00"},
        ],
    },
    "landed_cost": {
        **_OF_SHIPMENT,
        "charges": [
            {"charge_id": "F1", "kind": "freight", "amount": "850.00", "basis": "unit"},
            {"charge_id": "D1", "kind": "duty", "amount": "480.00", "basis": "value"},
        ],
    },
    "cost_correction": {
        **_OF_SHIPMENT, "receipt_id": "R1", "sku": "12345", "unit_cost": "5.10",
    },
    "receipt_merge": {**_OF_SHIPMENT, "receipt_ids": ["R1", "R2"], "into": "R1"},
    "purchase_return": {**_OF_SHIPMENT, **_SKU, "receipt_id": "R1", "quantity": 5},
    "adjustment": {**_SKU, "mode": "quantity", "quantity": "-2", "reason": "found broken"},
    "defective_report": {**_SKU, "quantity": 2, "reason": "water"},
    "transfer": {"sku": "12345", "from_warehouse": "A", "to_warehouse": "B", "quantity": 150},
    "build": {
        "order_id": "M1",
        "consume": [{"sku": "12345", "warehouse": "A", "quantity": 2}],
        "produce": [{"sku": "12399", "warehouse": "A", "quantity": 1, "unit_cost": "9.50"}],
        "overhead": "1.25",
    },
    "policy": {"base_currency": "USD", "gl_mapping": {"cogs": "5000", "wip": None}},
    "period_close": {"period": "2026-10"},
    "rebuild": {"skus": ["12345"], "expected": {"12345": 8}},
}  # fmt: skip


def example(kind: str, **changes: object) -> Json:
    """A valid event of a type, with some fields changed; `...` leaves a field out."""
    event: Json = {
        "id": f"{kind}-1",
        "type": kind,
        "source": "shop",
        "effective_at": "2026-10-05T11:55:00+02:00",
        **_FIELDS[kind],
        **changes,
    }
    return {name: value for name, value in event.items() if value is not ...}


EXAMPLES = {kind: example(kind) for kind in _FIELDS}


def record(event: Json | bytes | None, **changes: object) -> Record:
    """An event as it stands in its topic, under its right key."""
    value = event if isinstance(event, bytes | None) else json.dumps(event).encode()
    kind = str(event["type"]) if isinstance(event, dict) else "sale"
    key = b"12345"
    if isinstance(event, dict):
        field = topics.key_of(kind)
        key = b"all" if field == "all" else str(event.get(field)).encode()
    made = Record(topics.TOPIC_OF_TYPE[kind].name, 0, 7, RECORDED_MS, key, value)
    return made._replace(**changes)


class MemoryStore(dict[bytes, bytes]):
    """A partition's store as a dictionary."""

    def put(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.pop(key, None)
        else:
            self[key] = value


class Published(NamedTuple):
    """What a step said, by where it goes."""

    movements: list[Json]
    rejections: list[Json]
    dead_letters: list[Output]
    occurrences: list[Occurrence]
    outputs: list[Output]


def run(step: Step, records: Iterable[Record], store: MemoryStore | None = None) -> Published:
    """Put records through a step, in one batch.

    Records of an input topic that the step does not read go through intake first; what intake
    refuses is said too.
    """
    taken: list[Record] = []
    said: list[Output | Occurrence] = []
    for one in records:
        if one.topic in step.inputs or one.topic not in Intake.inputs:
            taken.append(one)
        else:
            taken += _passed_on(one, step, said)
    said += step.run(MemoryStore() if store is None else store, taken)
    outputs = [one for one in said if isinstance(one, Output)]
    return Published(
        [body(one) for one in outputs if one.topic == "movements"],
        [body(one) for one in outputs if one.topic == "rejections"],
        [one for one in outputs if one.topic == "dead-letters"],
        [one for one in said if isinstance(one, Occurrence)],
        outputs,
    )


def _passed_on(one: Record, step: Step, said: list[Output | Occurrence]) -> Iterator[Record]:
    for made in Intake().run(MemoryStore(), [one]):
        if isinstance(made, Occurrence) or made.topic in ("rejections", "dead-letters"):
            said.append(made)
        elif made.topic in step.inputs:
            place = (made.topic, 0, one.offset, one.timestamp + FORWARDED_LATER)
            yield Record(*place, made.key, made.value, made.headers)


def body(output: Output) -> Json:
    """The JSON object of an output."""
    read: object = json.loads(output.value or b"null")
    assert isinstance(read, dict)
    return read


def header(headers: Headers, name: str) -> str:
    """The one value of a header."""
    (value,) = (value for key, value in headers if key == name)
    return value.decode()
