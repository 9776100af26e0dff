"""Batches of the ledger: however the log is cut, aborted and taken up again, the same bytes."""

import random
from collections.abc import Callable

import pytest

from tests.processors.events import MemoryStore, example
from tests.processors.service import Service
from tests.processors.test_journals import history
from ullage.processors.ledger.step import Ledger
from ullage.step import Output, Record

Kept = dict[tuple[str, bytes], tuple[bytes | None, object]]


class Overlay(MemoryStore):
    """What a batch changes over what is committed, as the engine has it."""

    def __init__(self, committed: MemoryStore) -> None:
        super().__init__()
        self.committed, self.dirty = committed, dict[bytes, bytes | None]()

    def get(self, key: bytes) -> bytes | None:  # type: ignore[override]
        return self.dirty[key] if key in self.dirty else self.committed.get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        self.dirty[key] = value

    def commit(self) -> None:
        for key, value in self.dirty.items():
            self.committed.put(key, value)


@pytest.fixture(scope="module", params=range(3))
def log(request: pytest.FixtureRequest) -> list[Record]:
    """Every kind of movement, journals held and released, a policy now and then."""
    service = Service()
    for count, event in enumerate(history(120, random.Random(request.param))):
        if count % 30 == 10:
            mapping = {"inventory": None} if count % 60 == 10 else {}
            service.send(example("policy", id=f"p{count}", gl_mapping=mapping))
        service.send(event)
    return service.log


Take = Callable[[Ledger, MemoryStore, list[Record]], list[Output]]


def played(log: list[Record], size: int, take: Take) -> tuple[list[Output], Kept, MemoryStore]:
    """Records of the event topics in order, the last value of each compacted key, the state."""
    ledger, store, events, kept = Ledger(), MemoryStore(), list[Output](), Kept()
    for start in range(0, len(log), size):
        for output in take(ledger, store, log[start : start + size]):
            if output.topic in ("snapshots", "cost-layers"):
                kept[output.topic, output.key or b""] = (output.value, output.headers)
            else:
                events.append(output)
    return events, kept, store


def committed(ledger: Ledger, store: MemoryStore, records: list[Record]) -> list[Output]:
    overlay = Overlay(store)
    said = [one for one in ledger.run(overlay, records) if isinstance(one, Output)]
    overlay.commit()
    return said


def aborted_once(ledger: Ledger, store: MemoryStore, records: list[Record]) -> list[Output]:
    """A batch whose transaction is aborted, another cut of it that fails, then all of it."""
    list(ledger.run(Overlay(store), records))
    half = ledger.run(Overlay(store), iter(records[: len(records) // 2 + 1]))
    next(half)
    half.close()
    return committed(ledger, store, records)


def test_any_cut_of_the_log_gives_the_same_bytes(log: list[Record]) -> None:
    whole = played(log, len(log), committed)
    assert len(whole[0]) > len(log)
    assert played(log, 1, committed) == whole
    assert played(log, 7, committed) == whole


def test_an_aborted_batch_leaves_nothing_behind(log: list[Record]) -> None:
    assert played(log, 7, aborted_once) == played(log, 7, committed)


def test_a_book_is_taken_from_the_store_it_is_in(log: list[Record]) -> None:
    """A partition that was away has moved on: what was decoded of it is not used."""
    workers, store = (Ledger(), Ledger()), MemoryStore()
    alone, its_store = Ledger(), MemoryStore()
    for turn, start in enumerate(range(0, len(log), 10)):
        records = log[start : start + 10]
        said = committed(workers[turn % 2], store, records)
        assert said == committed(alone, its_store, records)
