"""The running digest of what the ledger writes: one figure a topic, whatever the batches."""

from hashlib import sha256

import pytest

from tests.processors.events import example
from tests.processors.service import Service
from ullage import topics
from ullage.engine.store import MemoryStore
from ullage.processors.ledger.digests import (
    BLOCK,
    DIGESTED,
    KEY,
    Chain,
    Digests,
    is_digested,
    read_digests,
)
from ullage.processors.ledger.step import Ledger
from ullage.step import Output, Record


@pytest.fixture(scope="module")
def log() -> list[Record]:
    """Movements, a refusal, journals held and released, a refused policy."""
    service = Service()
    service.send(
        example("policy", id="P-1", gl_mapping={"cogs": None}),
        example("receipt"),
        example("item", sku="strict", id="I-1", negative_stock="reject"),
        example("sale", sku="strict", id="S-0"),
        *(example("sale", id=f"S-{n}", line_id=f"{n}") for n in range(1, 30)),
        example("policy", id="P-2", gl_mapping={"cogs": "5000"}),
        example("policy", id="P-3", base_currency="EUR"),
    )
    return service.log


def run(log: list[Record], size: int) -> tuple[Digests, list[Output]]:
    """The digests of a log taken in batches of a size, and what was written."""
    store, written = MemoryStore(), []
    for start in range(0, len(log), size):
        made = Ledger().run(store, log[start : start + size])
        written += [one for one in made if isinstance(one, Output)]
    state = store.get(KEY)
    assert state is not None
    return read_digests(state), written


def figure(written: list[Output], topic: str) -> tuple[int, str]:
    """The definition, put another way: blocks of lines, each hashed behind the one before."""
    of_topic = [one for one in written if one.topic == topic and is_digested(topic, one.key)]
    lines = [b"%b\n%b\n" % (one.key or b"", one.value or b"") for one in of_topic]
    digest, whole = b"", len(lines) // BLOCK * BLOCK
    for start in range(0, whole, BLOCK):
        digest = sha256(digest + b"".join(lines[start : start + BLOCK])).digest()
    return len(lines), sha256(digest + b"".join(lines[whole:])).hexdigest()


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_each_topic_has_its_figure_whatever_the_batches(log: list[Record], size: int) -> None:
    digests, written = run(log, size)
    assert digests.begun == log[0].offset
    for topic in DIGESTED:
        chain = digests.chains[topic]
        assert (chain.count, chain.figure) == figure(written, topic)


def test_refusals_and_released_journals_count_and_refused_policies_do_not(
    log: list[Record],
) -> None:
    digests, written = run(log, 7)
    rejections = [one for one in written if one.topic == topics.REJECTIONS.name]
    assert len(rejections) == 2
    assert digests.chains[topics.REJECTIONS.name].count == 1
    journals = [one for one in written if one.topic == topics.JOURNALS.name]
    assert sum(b'"releases"' in (one.value or b"") for one in journals) == 29
    assert digests.chains[topics.JOURNALS.name].count == len(journals)


def test_a_batch_that_is_run_again_counts_once(log: list[Record]) -> None:
    """An aborted transaction leaves the store as it was, and the step is run again."""
    store, ledger = MemoryStore(), Ledger()
    list(ledger.run(_Dropped(store), log[:10]))
    list(ledger.run(store, log[:10]))
    state = store.get(KEY)
    assert state is not None
    assert read_digests(state) == run(log[:10], 10)[0]


class _Dropped(MemoryStore):
    """What is put here is gone with the transaction."""

    def __init__(self, committed: MemoryStore) -> None:
        super().__init__()
        self._committed = committed

    def get(self, key: bytes) -> bytes | None:
        return super().get(key) or self._committed.get(key)


def test_a_log_that_an_earlier_version_began_says_from_where(log: list[Record]) -> None:
    store = MemoryStore()
    list(Ledger().run(store, log[:12]))
    store.put(KEY, None)
    list(Ledger().run(store, log[12:]))
    state = store.get(KEY)
    assert state is not None
    assert read_digests(state).begun == log[12].offset


def test_a_long_value_leaves_a_small_state_and_still_counts() -> None:
    long, other = Chain(), Chain()
    for chain, last in ((long, b"x"), (other, b"y")):
        for _ in range(BLOCK - 1):
            chain.add(b"A", b"x" * 10_000_000 + last)
    assert sum(map(len, long.lines)) < 1000
    assert long.figure != other.figure


def test_any_other_byte_order_or_number_is_another_figure(log: list[Record]) -> None:
    whole = run(log, 1000)[0].chains[topics.LEDGER.name]
    assert run(log[:-3], 1000)[0].chains[topics.LEDGER.name].figure != whole.figure
    first, second, *others = [one for one in log if b'"sale"' in (one.value or b"")]
    told = [run([*log[:4], *sales], 1000)[0].chains for sales in (
        [first, second, *others], [second, first, *others],
    )]  # fmt: skip
    assert told[0][topics.COGS.name].figure != told[1][topics.COGS.name].figure
