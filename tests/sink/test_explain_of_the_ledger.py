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
