"""The check holds over what the real ledger says of any history, at its end and half-way."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sink.harness import Books
from ullage import topics
from ullage.cli.replay import replay
from ullage.engine.store import MemoryStore
from ullage.processors.ledger import Ledger
from ullage.sink.check import check
from ullage.sink.projection import INPUTS, project
from ullage.sink.write import stage, write
from ullage.step import Output, Record

Json = dict[str, object]

WAREHOUSES = ("Oslo", "Bergen")
KINDS = {
    "receipt": 4, "sale": 8, "stock_pull": 3, "transfer": 2, "defective_report": 1,
    "adjustment": 2,
}  # fmt: skip


class History:
    """Random events of a few SKUs: sold before received, counted wrong, moved, adjusted."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._methods = {f"SKU-{n}": self._settings(n) for n in range(6)}

    def events(self, count: int) -> Iterator[Json]:
        for number, (sku, settings) in enumerate(self._methods.items()):
            yield self._event("item", f"I{number}") | {"sku": sku} | settings
        for number in range(count):
            kind = self._chance.choices(list(KINDS), list(KINDS.values()))[0]
            sku = self._chance.choice(list(self._methods))
            yield self._event(kind, f"E{number}") | getattr(self, f"_{kind}")(sku, number)

    def _settings(self, number: int) -> Json:
        return {
            "method": ("fifo", "lifo", "wac")[number % 3],
            "cost_pool": ("sku", "warehouse")[number // 3],
            "layer_merge": self._chance.choice(("never", "same_cost")),
            "standard_cost": "2.345678",
        }

    def _event(self, kind: str, event_id: str) -> Json:
        return {
            "type": kind,
            "id": event_id,
            "source": "shop",
            "effective_at": "2026-10-01T10:00:00Z",
        }

    def _units(self) -> str:
        return f"{self._chance.randint(1, 9000) / 1000}"

    def _receipt(self, sku: str, number: int) -> Json:
        line = {
            "sku": sku,
            "warehouse": self._chance.choice(WAREHOUSES),
            "quantity": f"{self._chance.randint(1, 20)}",
            "unit_cost": f"{self._chance.choice((1, 2.5, 3.333333, 0, 7.1))}",
        }
        return {"shipment_id": f"S{number}", "receipt_id": f"R{number}", "lines": [line]}

    def _sale(self, sku: str, number: int) -> Json:
        return self._defective_report(sku, number) | {"order_id": f"O{number}", "line_id": "1"}

    def _stock_pull(self, sku: str, number: int) -> Json:
        warehouse = self._chance.choice(WAREHOUSES)
        return {"sku": sku, "warehouse": warehouse, "on_hand": self._units()}

    def _transfer(self, sku: str, number: int) -> Json:
        there, here = self._chance.sample(WAREHOUSES, 2)
        return {
            "sku": sku,
            "from_warehouse": there,
            "to_warehouse": here,
            "quantity": self._units(),
        }

    def _defective_report(self, sku: str, number: int) -> Json:
        warehouse = self._chance.choice(WAREHOUSES)
        return {
            "sku": sku,
            "warehouse": warehouse,
            "quantity": self._units(),
            "reason": "broken",
        }

    def _adjustment(self, sku: str, number: int) -> Json:
        mode = self._chance.choice(("quantity", "value", "quantity_and_value"))
        sign = self._chance.choice(("", "-"))
        event: Json = {"sku": sku, "warehouse": self._chance.choice(WAREHOUSES), "mode": mode}
        if mode != "value":
            event["quantity"] = sign + self._units()
        if mode != "quantity":
            event["value"] = sign + self._units()
        return event | {"reason": "recount"}


def movements(events: list[Json], place: Path) -> list[Record]:
    """The log of a history, one partition."""
    place.write_text("".join(json.dumps(event) + "\n" for event in events))
    outputs: list[Output] = []
    replay([place], outputs.append)
    log = [output for output in outputs if output.topic == topics.MOVEMENTS.name]
    return [
        Record(output.topic, 0, number, 0, output.key, output.value, output.headers)
        for number, output in enumerate(log)
    ]


def published(store: MemoryStore, batch: list[Record]) -> list[Record]:
    """What the sink reads of one batch of the ledger."""
    told = [output for output in Ledger().run(store, batch) if isinstance(output, Output)]
    return [
        Record(output.topic, 0, number, 0, output.key, output.value, output.headers)
        for number, output in enumerate(told)
        if output.topic in INPUTS
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_every_history_leaves_healthy_books(
    books: Books, tmp_path: Path, seed: int
) -> None:
    log = movements(list(History(seed).events(400)), tmp_path / "events.jsonl")
    await stage(books.connection)
    store = MemoryStore()
    for start in range(0, len(log), 40):
        records = published(store, log[start : start + 40])
        await write(books.connection, project(records), {})
        assert await check(books.url, settle_seconds=0) == []
    applied = await books.rows("select count(*) > 300 from ullage.movements")
    assert applied == [(True,)]
