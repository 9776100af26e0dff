"""The verifier sees what it is there to see: a history broken in one place."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.faults.cluster import Cluster
from tests.faults.history import History, Record
from tests.faults.verify import CHECKS, complaints
from tests.faults.verify_books import oracle_skus

Break = Callable[[History], None]
Pick = Callable[[Record], bool]
NAMED = {check.__name__: check for check in CHECKS}


@pytest.fixture(scope="module")
def whole(cluster: Cluster) -> History:
    """A copy: what the cluster reads later is not in it."""
    cluster.send(cluster.trade.records(1_000))
    cluster.drained("no fault")
    return _copy(cluster.history())


def test_a_whole_history_is_right(whole: History) -> None:
    assert complaints(whole) == []
    assert len(oracle_skus(whole)) >= 20
    for topic in ("dead-letters", "rejections", "ullage-builds", "cost-layers"):
        assert whole.topics[topic], topic


def drop(topic: str, pick: Pick = lambda record: True) -> Break:
    def break_it(history: History) -> None:
        history.topics[topic].remove(next(filter(pick, history.of(topic))))

    return break_it


def double(topic: str, pick: Pick = lambda record: True) -> Break:
    """The same again, further on."""

    def break_it(history: History) -> None:
        record = next(filter(pick, history.of(topic)))
        history.topics[topic].append(replace(record, offset=10**9))

    return break_it


def change(topic: str, pick: Pick = lambda record: True, **fields: object) -> Break:
    def break_it(history: History) -> None:
        records = history.topics[topic]
        place, record = next((n, one) for n, one in enumerate(records) if pick(one))
        body = {**record.body, **fields}
        for name, value in fields.items():
            if value == "a cent":
                body[name] = str(record.number(name) + Decimal("0.01"))
        records[place] = replace(record, body=body)

    return break_it


def change_row(table: str, **fields: object) -> Break:
    def break_it(history: History) -> None:
        history.tables[table][0] = {**history.tables[table][0], **fields}

    return break_it


def drop_row(table: str) -> Break:
    return lambda history: history.tables[table].pop(0) and None


def unbalance(history: History) -> None:
    record = history.topics["journals"][0]
    lines = [{**line, "credit": "0.00"} for line in record.body["lines"]]
    history.topics["journals"][0] = replace(record, body={**record.body, "lines": lines})


def alter_dead_letter(history: History) -> None:
    letters = history.topics["dead-letters"]
    letters[0] = replace(letters[0], value=b"something else")


def _is(kind: str) -> Pick:
    return lambda record: record.body.get("type") == kind


def _of_oracle(kind: str) -> Pick:
    return lambda record: _is(kind)(record) and record.text("sku").startswith("fifo")


def _costs_more(record: Record) -> bool:
    """Of the rounding variances the exact sums know nothing."""
    return record.body.get("kind") == "oversold_settlement" and record.text("amount") != "0.00"


def _has_charges(record: Record) -> bool:
    return bool(record.body.get("charges"))


def _of_the_ledger(record: Record) -> bool:
    return "movement_id" in record.body


def _is_conflict(record: Record) -> bool:
    return _of_the_ledger(record) and record.text("code") == "104"


BROKEN: dict[str, tuple[str, Break]] = {
    "a movement lost": ("inputs_have_one_fate", drop("movements", _is("sale"))),
    "a movement twice": ("inputs_have_one_fate", double("movements", _is("sale"))),
    "a document lost": ("inputs_have_one_fate", drop("ullage-shipments", _is("receipt"))),
    "a document twice": ("inputs_have_one_fate", double("ullage-shipments", _is("receipt"))),
    "a dead letter lost": ("inputs_have_one_fate", drop("dead-letters")),
    "a dead letter twice": ("inputs_have_one_fate", double("dead-letters")),
    "a dead letter altered": ("inputs_have_one_fate", alter_dead_letter),
    "a refusal lost": (
        "inputs_have_one_fate",
        drop("rejections", lambda record: not _of_the_ledger(record)),
    ),
    "an entry lost": ("movements_have_one_fate", drop("ledger")),
    "an entry twice": ("movements_have_one_fate", double("ledger")),
    "the ledger's refusal lost": (
        "movements_have_one_fate",
        drop("rejections", _of_the_ledger),
    ),
    "the ledger's refusal twice": (
        "movements_have_one_fate",
        double("rejections", _of_the_ledger),
    ),
    "a policy's copy lost": ("policies_are_everywhere", drop("movements", _is("policy"))),
    "a policy's copy twice": (
        "policies_are_everywhere",
        double("ullage-builds", _is("policy")),
    ),
    "a receipt line lost": (
        "documents_have_their_movements",
        drop("movements", _is("receipt")),
    ),
    "goods lost": ("documents_have_their_movements", drop("movements", _is("production"))),
    "an answer twice": (
        "builds_cost_what_they_consumed",
        double("ullage-builds", _is("consumed")),
    ),
    "an answer a cent off": (
        "builds_cost_what_they_consumed",
        change("ullage-builds", _is("consumed"), amount="a cent"),
    ),
    "a charge's share lost": ("charges_add_up", drop("movements", _has_charges)),
    "a cent more in COGS": (
        "totals_equal_the_oracle",
        change("cogs", _of_oracle("cogs"), amount="a cent"),
    ),
    "a cent more in a write-off": (
        "totals_equal_the_oracle",
        change("costs", _of_oracle("write_off"), amount="a cent"),
    ),
    "a cent more in a variance": (
        "totals_equal_the_oracle",
        change("variances", _of_oracle("cost_variance"), kind="late_cost", amount="a cent"),
    ),
    "a good event refused": (
        "good_events_are_not_refused",
        change("rejections", _of_the_ledger, sku="fifo-0", code=102),
    ),
    "a conflict with nothing": (
        "good_events_are_not_refused",
        change("rejections", _is_conflict, movement_id="another"),
    ),
    "a cost lost": ("books_add_up", drop("costs", _is("received"))),
    "a variance twice": ("books_add_up", double("variances", _costs_more)),
    "an entry a cent off": ("books_add_up", change("ledger", amount="a cent")),
    "a journal lost": ("inventory_account_is_the_value", drop("journals")),
    "a journal with one side": ("journals_balance", unbalance),
    "a number left out": ("sequences_have_no_gap", change("ledger", sequence=10**6)),
    "a row's number left out": (
        "sequences_have_no_gap",
        change_row("movements", sequence=10**6),
    ),
    "an id with two contents": ("ids_have_one_content", double("cogs")),
    "a row lost": ("facts_equal_the_topics", drop_row("cogs")),
    "a row a cent off": (
        "facts_equal_the_topics",
        change_row("journals", amount=Decimal("0.01")),
    ),
    "a journal's line lost": ("facts_equal_the_topics", drop_row("journal_lines")),
    "a draw lost": ("facts_equal_the_topics", drop_row("draws")),
    "an old value of a SKU": ("state_equals_the_topics", change_row("skus", sequence=0)),
    "a layer lost": ("state_equals_the_topics", drop_row("cost_layers")),
    "stock miscounted": (
        "state_equals_the_topics",
        change_row("stock", expected=Decimal(10**6)),
    ),
}


@pytest.mark.parametrize(("name", "break_it"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_history_is_seen(whole: History, name: str, break_it: Break) -> None:
    broken = _copy(whole)
    break_it(broken)
    assert list(NAMED[name](broken))


def test_every_check_has_a_history_that_it_complains_of() -> None:
    assert {name for name, _ in BROKEN.values()} == NAMED.keys()


def _copy(history: History) -> History:
    copied = History(tables={table: list(rows) for table, rows in history.tables.items()})
    copied.topics.update({topic: list(records) for topic, records in history.topics.items()})
    return copied
