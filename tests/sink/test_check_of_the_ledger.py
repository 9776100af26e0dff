"""The check holds over what the real ledger says of any history, at its end and half-way."""

from pathlib import Path

import pytest

from tests.sink.harness import Books
from tests.sink.history import History
from tests.sink.ledger import movements, published
from ullage.engine.store import MemoryStore
from ullage.sink.check import check
from ullage.sink.projection import project
from ullage.sink.write import stage, write


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
