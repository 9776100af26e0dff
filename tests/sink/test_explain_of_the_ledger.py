"""Every amount of any history is explained to 10^-6: all methods, pools and merge modes."""

import os
from pathlib import Path

import pytest

from tests.sink.harness import Books, fill_records
from tests.sink.history import History
from tests.sink.ledger import movements, published
from ullage.engine.store import MemoryStore
from ullage.sink.explain.facts import Entry
from ullage.sink.explain.forward import reached
from ullage.sink.explain.records import Records
from ullage.sink.explain.trace import Tracer

SEEDS, EVENTS = (12, 800) if os.environ.get("ULLAGE_SOAK") else (1, 250)
BROUGHT = ("received", "landed", "corrected", "produced")


@pytest.fixture(params=range(SEEDS))
async def records(
    request: pytest.FixtureRequest, books: Books, tmp_path: Path, merge: str
) -> Records:
    """The books of a history in which each method is kept in one pool and by warehouse."""
    history = History(request.param, merges=(merge,))
    log = movements(list(history.events(EVENTS)), tmp_path / "events.jsonl")
    await fill_records(books.url, published(MemoryStore(), log))
    return Records(books.connection)


@pytest.mark.parametrize("merge", ["never", "same_cost"])
async def test_every_amount_is_explained(records: Records) -> None:
    """And each source of value adds up to what went out of it and what is in stock."""
    tracer, entries = Tracer(records), await records.entries("true")
    assert len(entries) > 400
    lines = [await tracer.line(entry) for entry in entries]
    assert [line for line in lines if line.gap] == []
    lost = [entry for entry in entries if await unreached(tracer, entry)]
    assert lost == []


async def unreached(tracer: Tracer, entry: Entry) -> int:
    """What a record brought, less all that it reached."""
    if entry.type not in BROUGHT:
        return 0
    lines = reached(await tracer.history(entry.sku), [entry])
    return entry.amount - sum(line.micros for line in lines)


LATE_COMPONENT = (
    {"type": "policy", "unknown_items": "reject"},
    {"type": "item", "sku": "DESK"},
    {"type": "item", "sku": "LEG"},
    {"type": "receipt", "shipment_id": "S", "receipt_id": "R", "lines": [
        {"sku": "LEG", "warehouse": "A", "quantity": "8", "unit_cost": "5"}]},
    {"type": "build", "id": "B", "order_id": "B", "consume": [
        {"sku": "LEG", "warehouse": "A", "quantity": "4"},
        {"sku": "TOP", "warehouse": "A", "quantity": "1"}], "produce": [
        {"sku": "DESK", "warehouse": "A", "quantity": "1"}]},
    {"type": "item", "sku": "TOP"},
    {"type": "receipt", "shipment_id": "T", "receipt_id": "R", "lines": [
        {"sku": "TOP", "warehouse": "A", "quantity": "1", "unit_cost": "30"}]},
    {"type": "build", "id": "B", "order_id": "B", "consume": [
        {"sku": "LEG", "warehouse": "A", "quantity": "4"},
        {"sku": "TOP", "warehouse": "A", "quantity": "1"}], "produce": [
        {"sku": "DESK", "warehouse": "A", "quantity": "1"}]},
)  # fmt: skip
"""A desk of four legs; its top was refused, and is consumed when the build is sent again."""


async def test_a_component_that_came_late(books: Books, tmp_path: Path) -> None:
    """The goods stand at what was consumed in time; the rest is a difference of its own."""
    events = [
        {"id": f"e{n}", "source": "test", "effective_at": "2026-10-05T09:00:00Z"} | event
        for n, event in enumerate(LATE_COMPONENT)
    ]
    log = movements(events, tmp_path / "events.jsonl")
    await fill_records(books.url, published(MemoryStore(), log))
    tracer = Tracer(Records(books.connection))
    entries = await tracer.records.entries("true")
    told = {entry.type: await tracer.line(entry) for entry in entries}
    assert [line for line in told.values() if line.gap] == []
    assert told["produced"].micros == 20_000_000
    assert told["production_difference"].micros == 30_000_000
