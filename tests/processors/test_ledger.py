"""The ledger step, without a broker: ids, parts, batches, retransmissions, refusals."""

import json
import random
from decimal import Decimal
from uuid import UUID, uuid5

import pytest

from tests.processors.events import Json, MemoryStore, body, example, header, record, run
from ullage.processors.intake import Intake
from ullage.processors.ledger.step import Ledger
from ullage.processors.shipments.step import Shipments
from ullage.step import Output, Record

Kept = dict[tuple[str, bytes], tuple[bytes | None, tuple[tuple[str, bytes], ...]]]


def log_of(events: list[Json]) -> list[Record]:
    """The movements that events become."""
    kept = MemoryStore()
    log: list[Record] = []
    for event in events:
        step = Shipments() if event["type"] == "receipt" else Intake()
        for made in run(step, [record(event)], kept).outputs:
            place = ("movements", 3, len(log), 0)
            log.append(Record(*place, made.key, made.value, made.headers))
    return log


def received(number: int, quantity: int, unit_cost: str = "2.50") -> Json:
    line = {"sku": "12345", "warehouse": "A", "quantity": quantity, "unit_cost": unit_cost}
    return example("receipt", id=f"r{number}", receipt_id=f"R{number}", lines=[line])


def month(number: int, seed: int) -> list[Json]:
    """Receipts, sales beyond them, pulls, transfers and write-offs of one SKU."""
    chance = random.Random(seed)
    method, merge = ("fifo", "lifo", "wac")[seed % 3], ("never", "same_cost")[seed % 2]
    events = [example("item", method=method, layer_merge=merge)]
    for count in range(number):
        kind = chance.choice(["receipt", "sale", "sale", "stock_pull", "transfer", "item"])
        if kind == "receipt":
            unit_cost = chance.choice(["0.50", "0.75", f"{chance.random():.6f}"])
            events.append(received(count, chance.randrange(1, 9), unit_cost))
        elif kind == "stock_pull":
            events.append(example(kind, id=f"p{count}", on_hand=chance.randrange(30)))
        elif kind != "item":
            events.append(example(kind, id=f"e{count}", quantity=chance.randrange(1, 9)))
    return events


def played(log: list[Record], size: int) -> tuple[list[Output], Kept]:
    """Records of the event topics in order, and the last value of each compacted key."""
    store, events, kept = MemoryStore(), list[Output](), Kept()
    for start in range(0, len(log), size):
        for output in run(Ledger(), log[start : start + size], store).outputs:
            if output.topic in ("snapshots", "cost-layers"):
                kept[output.topic, output.key or b""] = (output.value, output.headers)
            else:
                events.append(output)
    return events, kept


@pytest.mark.parametrize("seed", range(12))
def test_any_cut_into_batches_gives_the_same_bytes(seed: int) -> None:
    log = log_of(month(120, seed))
    whole = played(log, len(log))
    assert played(log, 1) == whole
    assert played(log, 7) == whole


def test_ids_are_uuid5_of_movement_type_and_number() -> None:
    published = run(Ledger(), log_of([received(1, 5), example("sale", quantity=9)]))
    seen: dict[tuple[str, str], int] = {}
    for said in map(body, (one for one in published.outputs if one.value)):
        movement, kind = str(said["movement_id"]), str(said["type"])
        number = seen.get((movement, kind), 0)
        seen[movement, kind] = number + 1
        assert said["id"] == str(uuid5(UUID(movement), f"{kind}/{number}"))
    assert len(seen) == 7


def test_headers_are_cloudevents_and_outputs_stay_in_the_partition() -> None:
    (movement,) = log_of([received(1, 5)])
    trace = ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    movement = movement._replace(headers=(*movement.headers, trace))
    for output in run(Ledger(), [movement]).outputs:
        said = body(output)
        assert header(output.headers, "ce_specversion") == "1.0"
        assert header(output.headers, "ce_id") == said["id"]
        assert header(output.headers, "ce_type") == said["type"]
        assert header(output.headers, "ce_subject") == "12345"
        assert header(output.headers, "ce_time") == said["recorded_at"]
        assert header(output.headers, "content-type") == "application/json"
        assert trace in output.headers
        assert output.partition == movement.partition


def test_a_cost_of_many_layers_comes_in_parts_that_add_up() -> None:
    events = [received(number, 1, "0.333333") for number in range(1_200)]
    events.append(example("sale", quantity=1_250))
    parts = [body(one) for one in run(Ledger(), log_of(events)).outputs if one.topic == "cogs"]
    assert [len(part["layers"]) for part in parts] == [500, 500, 200]
    assert {part["document"] for part in parts} == {parts[0]["id"]}
    assert [part["provisional_quantity"] for part in parts] == ["0", "0", "50"]
    assert sum(Decimal(part["quantity"]) for part in parts) == 1_250
    exact = 1_250 * Decimal("0.333333")
    assert sum(Decimal(part["amount"]) for part in parts) == exact
    # Each unit posts 0.333 rounded to 0.33; the 50 provisional ones together 16.65.
    assert [part["posted_amount"] for part in parts] == ["165.00", "165.00", "82.65"]


def test_a_return_of_many_layers_posts_in_each_part_what_is_its_own() -> None:
    """By units: what came back was booked at another cost than its layers have now."""
    events = [received(number, 1, "2") for number in range(1_001)]
    events += [example("sale", quantity=1_001), example("sale_return", quantity=1_001)]
    said = [body(one) for one in run(Ledger(), log_of(events)).outputs if one.value]
    parts = [one for one in said if one["type"] == "cogs_reversal"]
    figures = [(one["quantity"], one["amount"], one["posted_amount"]) for one in parts]
    assert figures == [("500", "1000.00", "1000.00")] * 2 + [("1", "2.00", "2.00")]
    documents = [one["document"] for one in said if one["type"] == "journal"][-3:]
    assert documents == [one["id"] for one in parts]


def test_a_drained_layer_leaves_a_tombstone_ordered_by_its_sequence() -> None:
    published = run(Ledger(), log_of([received(1, 5), example("sale", quantity=5)]))
    (layer,) = (one for one in published.outputs if one.topic == "cost-layers")
    assert (layer.key, layer.value) == (b"12345\x1f1", None)
    assert header(layer.headers, "sequence") == "2"


def test_a_retransmission_is_ignored_and_counted() -> None:
    pull = example("stock_pull", on_hand=5)
    again = example("stock_pull", on_hand="5.0")
    published = run(Ledger(), log_of([pull, again]))
    assert [one.kind for one in published.occurrences] == ["duplicate"]
    assert sum(one.topic == "ledger" for one in published.outputs) == 1


def test_the_same_id_with_other_content_is_104_and_names_what_was_applied() -> None:
    log = log_of([example("stock_pull", on_hand=5), example("stock_pull", on_hand=6)])
    (refused,) = run(Ledger(), log).rejections
    assert (refused["code"], refused["name"]) == (104, "id_conflict")
    assert refused["conflicts_with"] == json.loads(log[0].value or b"")["id"]
    assert refused["event"] == example("stock_pull", on_hand="6") | {
        "effective_at": "2026-10-05T09:55:00Z"
    }


def test_a_refused_event_may_be_sent_again() -> None:
    store = MemoryStore()
    sale = example("sale", quantity=5)
    strict = [example("item", negative_stock="reject"), sale]
    assert [one["code"] for one in run(Ledger(), log_of(strict), store).rejections] == [102]
    published = run(Ledger(), log_of([received(1, 5), sale]), store)
    assert published.rejections == []
    assert [body(one)["sequence"] for one in published.outputs if one.topic == "cogs"] == [3]


def test_a_refused_line_is_published_as_a_receipt_of_that_line() -> None:
    line = {"sku": "12345", "warehouse": "A", "quantity": "5", "unit_cost": "2.5"}
    first = example("receipt", lines=[line], currency="EUR", fx_rate="1.1")
    log = log_of([first])
    changed = json.loads(log[0].value or b"") | {"quantity": "6"}
    log.append(log[0]._replace(value=json.dumps(changed, separators=(",", ":")).encode()))
    (refused,) = run(Ledger(), log).rejections
    event = refused["event"]
    assert event == first | {
        "effective_at": "2026-10-05T09:55:00Z",
        "lines": [line | {"quantity": "6"}],
    }


def test_what_is_no_movement_is_set_aside_and_the_next_is_taken() -> None:
    (good,) = log_of([received(1, 5)])
    junk = [good._replace(value=value) for value in (None, b"", b"{}", b'{"type":"receipt"}')]
    published = run(Ledger(), [*junk, good])
    assert len(published.dead_letters) == 4
    assert sum(one.topic == "ledger" for one in published.outputs) == 1


def test_a_dump_that_a_tool_has_written_anew_is_the_same_log() -> None:
    log = log_of([received(1, 5), example("sale", quantity=2), example("sale", quantity=2)])
    anew = [
        one._replace(value=json.dumps(json.loads(one.value or b""), indent=1).encode())
        for one in log
    ]
    assert run(Ledger(), anew) == run(Ledger(), log)
