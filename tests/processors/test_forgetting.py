"""What is too old to be remembered goes from the store, and nobody can tell (domain 7)."""

import random
from datetime import UTC, datetime

import pytest

from tests.processors.events import Json, MemoryStore, body, example, record, run
from tests.processors.service import Service
from tests.processors.test_ledger import received
from ullage.processors.intake import Intake
from ullage.processors.ledger import remembered
from ullage.processors.ledger.step import Ledger
from ullage.step import Occurrence, Output, Record

Said = list[Output | Occurrence]


def dated(month: int, day: int = 1) -> datetime:
    """A day of a month, counted from January 2026 as 0."""
    return datetime(2026 + month // 12, month % 12 + 1, day, tzinfo=UTC)


def in_log(events: list[tuple[datetime, Json]]) -> list[Record]:
    """Events learnt at the times given, as the ledger finds them."""
    log = []
    for learnt, event in events:
        came = record(event, timestamp=int(learnt.timestamp() * 1_000))
        made = run(Intake(), [came]).outputs[0]  # a policy has a copy for each partition
        log.append(Record("movements", 0, len(log), 0, made.key, made.value, made.headers))
    return log


def on(kind: str, when: datetime, name: str, **fields: object) -> tuple[datetime, Json]:
    return when, example(kind, id=name, effective_at=when.isoformat(), **fields)


def sold(when: datetime, order: str, name: str = "") -> tuple[datetime, Json]:
    return on("sale", when, name or f"sale-{order}", order_id=order, quantity=1)


def two_months() -> tuple[datetime, Json]:
    return dated(0), example("policy", id="p", keep_months=2)


def play(log: list[Record], size: int) -> tuple[Said, MemoryStore]:
    """What the ledger says but for the compacted topics, and the store that is left."""
    ledger, store, said = Ledger(), MemoryStore(), Said()
    for start in range(0, len(log), size):
        for one in ledger.run(store, log[start : start + size]):
            if isinstance(one, Occurrence) or one.topic not in ("snapshots", "cost-layers"):
                said.append(one)
    return said, store


def kept(store: MemoryStore, kind: bytes) -> int:
    return sum(key.startswith(kind) for key in store)


def test_ids_and_order_lines_older_than_keep_months_go() -> None:
    """Ten sales a month for two years, two months kept: those of three months are there."""
    events = [two_months()]
    for month in range(24):
        events += [sold(dated(month, day), f"{month}-{day}") for day in range(1, 11)]
    _, store = play(in_log(events), 7)
    assert (kept(store, b"l"), kept(store, b"t")) == (30, 2)
    assert kept(store, b"i") == 30 + 1  # and the policy's


def test_an_order_line_that_was_sold_again_stays() -> None:
    """Of two lines of January one is sold again in March: in April that one is known."""
    events = [two_months(), sold(dated(0), "A"), sold(dated(0), "B")]
    events += [sold(dated(2), "A", "again"), sold(dated(3, 2), "C"), sold(dated(3, 2), "D")]
    _, store = play(in_log(events), 1)
    lines = [key.split(b"\x1f")[1] for key in store if key.startswith(b"l")]
    assert lines == [b"A", b"C", b"D"]


def test_what_follows_a_receipt_line_is_known_for_ever() -> None:
    """It is never refused for its age: its id alone keeps it from being taken twice."""
    service = Service()
    service.send(received(1, 5), example("cost_correction", sku="12345", unit_cost="3"))
    correction = service.log[-1]
    sales = [sold(dated(10 + month), f"{month}") for month in range(30)]
    log = [*service.log, *in_log([two_months(), *sales]), correction]
    said, store = play(log, 8)
    assert [one.kind for one in said if isinstance(one, Occurrence)] == ["duplicate"]
    assert kept(store, b"l") == 3


def test_a_longer_memory_brings_nothing_back() -> None:
    """Nobody knows what was dropped: it is refused, 105, under a later policy too."""
    events = [two_months(), sold(dated(0), "A"), sold(dated(6), "B"), sold(dated(6), "C")]
    events.append((dated(6), example("policy", id="q", keep_months=24)))
    log = in_log([*events, sold(dated(0), "A"), sold(dated(0), "Z")])
    said, _ = play(log, 3)
    refused = [one for one in said if isinstance(one, Output) and one.topic == "rejections"]
    assert [body(one)["code"] for one in refused] == [105, 105]


@pytest.fixture(params=range(4))
def history(request: pytest.FixtureRequest) -> list[Record]:
    """Two years of sales and returns, some late, some sent again, some ids used again."""
    chance = random.Random(request.param)
    events = [two_months()]
    for count in range(400):
        now = dated(count // 16, 1 + count % 16)
        when = chance.choice([now, now, dated(max(count // 16 - chance.randrange(4), 0), 9)])
        order = f"{chance.randrange(max(count - 90, 0), count + 1)}"
        kind = chance.choice(["sale", "sale", "sale_return", "stock_pull"])
        fields = {} if kind == "stock_pull" else {"order_id": order, "quantity": 2}
        event = example(kind, id=f"e{count}", effective_at=when.isoformat(), **fields)
        events.append((now, event))
        if chance.random() < 0.3:
            events.append((now, chance.choice(events)[1]))
        if chance.random() < 0.1:
            again = f"e{chance.randrange(count + 1)}"
            events.append(on("stock_pull", now, again))
    return in_log(events)


def test_nobody_can_tell_what_is_gone(
    history: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same is said when nothing ever goes, and however the log is cut into batches."""
    said, store = play(history, 50)
    assert play(history, 1)[0] == said
    assert dict(play(history, len(history))[1]) == dict(store)
    monkeypatch.setattr(remembered, "AT_ONCE", 0)
    everything, all_of_it = play(history, 50)
    assert everything == said
    assert kept(store, b"i") < kept(all_of_it, b"i") // 2
