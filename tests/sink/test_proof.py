"""The sink proves the books while it writes them, and says when they do not add up."""

import json
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.sink.harness import Books
from tests.sink.history import History
from tests.sink.published import Book
from tests.sink.test_check import story
from tests.sink.test_check_of_the_ledger import movements, published
from ullage import topics
from ullage.engine.store import MemoryStore
from ullage.sink import proof
from ullage.sink.projection import project
from ullage.sink.proof import Proof
from ullage.sink.write import stage, write
from ullage.step import Output, Record

NO_GRACE = timedelta(0)
SOUND = (Decimal(0), Decimal(0), 0)


def records_of(outputs: list[Output]) -> list[Record]:
    return [
        Record(output.topic, 0, number, 0, output.key, output.value, output.headers)
        for number, output in enumerate(outputs)
    ]


def forged(output: Output, **fields: object) -> Output:
    """The same record with other fields."""
    return output._replace(value=json.dumps(json.loads(output.value or b"") | fields).encode())


class Desk:
    """A sink's transactions by hand, and a look at the proof after them."""

    def __init__(self, books: Books) -> None:
        self.books, self.connection = books, books.connection

    async def take(self, outputs: list[Output]) -> None:
        batch = project(records_of(outputs))
        await write(self.connection, batch, {})
        if batch.skus:
            await proof.hold_states(self.connection, batch.skus)

    async def look(self) -> Proof:
        """As if everything had been read for a while."""
        await self.connection.execute(
            "insert into ullage.sink_offsets values ('ledger', 0, 'id', 0, "
            "clock_timestamp(), clock_timestamp() + interval '1 hour') "
            "on conflict (topic, partition) do nothing;"
            "update ullage.unproven set since = clock_timestamp() + interval '1 minute'"
        )
        return await proof.look(self.connection, NO_GRACE)

    async def open(self) -> int:
        return len(await self.books.rows("select * from ullage.unproven"))


@pytest.fixture
async def desk(books: Books) -> Desk:
    await stage(books.connection)
    return Desk(books)


def figures(found: Proof) -> tuple[Decimal, Decimal, int]:
    return found.largest, found.overall, found.wrong


async def test_records_that_come_apart_are_proven_when_all_are_there(desk: Desk) -> None:
    book = Book("A")
    outputs = book.receive(10, "3.00") + book.sell(4)
    cost = [output for output in outputs if output.topic == topics.COSTS.name]
    await desk.take(cost)
    assert await desk.open() == 1
    await desk.take([output for output in outputs if output not in cost])
    assert await desk.open() == 0


async def test_one_by_one_in_any_order_and_twice(desk: Desk) -> None:
    outputs = story()
    random.Random(3).shuffle(outputs)
    for output in outputs:
        await desk.take([output])
    await desk.take(outputs)
    assert figures(await desk.look()) == SOUND
    assert await desk.open() == 0


@pytest.mark.parametrize("seed", range(2))
async def test_every_history_is_proven_batch_by_batch(
    desk: Desk, tmp_path: Path, seed: int
) -> None:
    log = movements(list(History(seed).events(300)), tmp_path / "events.jsonl")
    store = MemoryStore()
    for start in range(0, len(log), 40):
        batch = project(published(store, log[start : start + 40]))
        await write(desk.connection, batch, {})
        await proof.hold_states(desk.connection, batch.skus)
        assert await desk.open() == 0


async def test_a_forged_cost_is_a_difference(desk: Desk) -> None:
    book = Book("A")
    received, sold = book.receive(10, "3.00"), book.sell(4)
    await desk.take(received + sold + Book("B").receive(1, "1.00"))
    cogs = next(output for output in sold if output.topic == topics.COGS.name)
    await desk.take([forged(cogs, id="forged", amount="0.01")])
    found = await desk.look()
    assert figures(found) == (Decimal("0.01"), Decimal("-0.01"), 1)
    assert found.sku == "A"
    await desk.take([forged(cogs, id="another", sequence=9, amount="-0.01")])
    found = await desk.look()
    assert figures(found) == (Decimal("0.02"), Decimal(0), 1)


async def test_what_does_not_follow_from_the_movement_before_is_a_difference(
    desk: Desk,
) -> None:
    book = Book("A")
    await desk.take(book.receive(10, "3.00"))
    book.layers = []
    await desk.take(book.receive(5, "1.00"))
    assert figures(await desk.look()) == (Decimal(30), Decimal(30), 1)


@pytest.mark.parametrize("sequence", [2, 7])
async def test_a_state_that_no_movement_left_is_a_difference(desk: Desk, sequence: int) -> None:
    book = Book("A")
    await desk.take(book.receive(10, "3.00") + book.sell(4))
    state = next(output for output in book.count(6) if output.topic == topics.SNAPSHOTS.name)
    await desk.take([forged(state, sequence=sequence, value="18.01")])
    found = await desk.look()
    assert figures(found) == (
        (Decimal("0.01"), Decimal("-0.01"), 1) if sequence == 7 else SOUND
    )


async def test_what_was_put_right_is_no_difference_any_more(desk: Desk) -> None:
    sold = Book("A").receive(10, "3.00")
    await desk.take(sold)
    cost = next(output for output in sold if output.topic == topics.COSTS.name)
    await desk.take([forged(cost, id="forged")])
    assert (await desk.look()).wrong == 1
    await desk.connection.execute("delete from ullage.costs where id = 'forged'")
    assert figures(await desk.look()) == SOUND
    assert await desk.open() == 0


async def test_nothing_is_judged_before_everything_was_read(desk: Desk) -> None:
    sold = Book("A").receive(10, "3.00")
    await desk.take([output for output in sold if output.topic == topics.COSTS.name])
    await desk.connection.execute(
        "insert into ullage.sink_offsets values ('ledger', 0, 'id', 0, null, null), "
        "('costs', 0, 'id', 0, now(), now() + interval '1 hour')"
    )
    found = await proof.look(desk.connection, NO_GRACE)
    assert (figures(found), found.until) == (SOUND, None)
