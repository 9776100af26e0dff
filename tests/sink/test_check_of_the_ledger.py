"""The check holds over what the real ledger says of any history, at its end and half-way."""

import json
from pathlib import Path

import pytest

from tests.sink.harness import Books, fill_records
from tests.sink.history import History, Json
from ullage import topics
from ullage.cli.replay import replay
from ullage.engine.store import MemoryStore
from ullage.processors.ledger.step import Ledger
from ullage.sink.check import check
from ullage.sink.explain.line import MOST_ROUNDING, Line
from ullage.sink.explain.records import Records
from ullage.sink.explain.trace import Tracer
from ullage.sink.projection import INPUTS, project
from ullage.sink.write import stage, write
from ullage.step import Output, Record


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
        # A charge or a build spans SKUs: half-way through a document it is not whole.
        found = await check(books.url, settle_seconds=0)
        assert [one for one in found if one.subject.startswith("SKU")] == []
    assert await check(books.url, settle_seconds=0) == []
    applied = await books.rows("select count(*) > 300 from ullage.movements")
    assert applied == [(True,)]


async def explained(books: Books) -> list[Line]:
    """The trace of every record with money that is in the books."""
    records = Records(books.connection)
    tracer = Tracer(records)
    return [await tracer.line(entry) for entry in await records.entries("true")]


@pytest.mark.parametrize("seed", range(2))
async def test_every_amount_of_a_history_is_explained(
    books: Books, tmp_path: Path, seed: int
) -> None:
    """One pool a SKU: each record goes back to what made it, but for rounding."""
    history = History(seed, pools=("sku", "sku"))
    log = movements(list(history.events(300)), tmp_path / "events.jsonl")
    await fill_records(books.url, published(MemoryStore(), log))
    lines = await explained(books)
    assert [line for line in lines if abs(line.difference) > MOST_ROUNDING] == []
    assert len(lines) > 500
