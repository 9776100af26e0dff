"""A log laid out for other partitions: each key keeps its order, each policy its place."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec
import pytest

from tests.processors.events import MemoryStore, body, example
from tests.processors.service import Service
from tests.processors.test_journals import history
from ullage.cli.check import Seen, misplaced
from ullage.cli.failure import Refused
from ullage.cli.partitioner import partition_of
from ullage.cli.repartition.layout import Layout
from ullage.cli.repartition.states import digests
from ullage.processors.ledger.step import Ledger
from ullage.step import Output, Record

Log = list[list[Record]]


def spread(log: list[Record], partitions: int) -> Log:
    """A log of one partition as it would stand in several: policies copied, no notes."""
    places: Log = [[] for _ in range(partitions)]
    for record in log:
        said = body(record)
        if said["type"] == "policy":
            for number, place in enumerate(places):
                copy = {**said, "partition": number, "partitions": partitions}
                place.append(_at(place, number, record, msgspec.json.encode(copy)))
        elif said["type"] != "release":
            number = partition_of(record.key or b"", partitions)
            places[number].append(_at(places[number], number, record, record.value or b""))
    return places


def _at(place: list[Record], number: int, record: Record, value: bytes) -> Record:
    return record._replace(partition=number, offset=len(place), value=value)


def booked(log: Log) -> tuple[list[MemoryStore], Log]:
    """The state of each partition, and the log with the notes the ledger adds to it."""
    stores = [MemoryStore() for _ in log]
    with_notes: Log = [[] for _ in log]
    for number, records in enumerate(log):
        waiting = list(records)
        while waiting:
            record = waiting.pop(0)
            with_notes[number].append(record)
            for made in Ledger().run(stores[number], (record,)):
                if isinstance(made, Output) and made.topic == "movements":
                    note = record._replace(key=made.key, value=made.value)
                    waiting.insert(0, note)
    return stores, with_notes


def state(stores: list[MemoryStore]) -> dict[bytes, bytes]:
    """Without the ids of policies, of which each partition has its own."""
    found = digests(pair for store in stores for pair in store.items())
    return {key: value for key, value in found.items() if not key.startswith(b"i")}


def laid_out(log: Log, partitions: int) -> tuple[Layout, Log]:
    layout = Layout(Ledger(), partitions)
    places: Log = [[] for _ in range(partitions)]
    for record in layout.processed([iter(records) for records in log]):
        assert record.offset == len(places[record.partition])
        places[record.partition].append(record)
    return layout, places


@pytest.fixture(scope="module", params=range(3))
def log(request: pytest.FixtureRequest) -> Log:
    """Every kind of movement in three partitions, and policies that hold journals."""
    service, chance = Service(), random.Random(request.param)
    for count, event in enumerate(history(150, chance)):
        if count % 40 == 10:
            mapping = {"cogs": None} if count % 80 == 10 else {}
            service.send(example("policy", id=f"p{count}", gl_mapping=mapping))
        service.send(event)
    return spread(service.log, 3)


def test_the_state_is_the_same(log: Log) -> None:
    before, with_notes = booked(log)
    layout, _ = laid_out(with_notes, 5)
    assert len(state(before)) > 50
    assert state(layout.stores) == state(before)


def test_each_key_keeps_its_order_in_its_new_partition(log: Log) -> None:
    _, places = laid_out(log, 5)
    before, after = _by_sku(log), _by_sku(places)
    assert after == before
    for partition, records in enumerate(places):
        for record in records:
            if "sku" in body(record):
                assert partition_of(record.key or b"", 5) == partition


def test_a_policy_stands_between_what_it_stood_between(log: Log) -> None:
    _, places = laid_out(log, 5)
    assert _policies_before(places) == _policies_before(log)
    for number, records in enumerate(places):
        copies = [said for said in map(body, records) if said["type"] == "policy"]
        assert {(said["partition"], said["partitions"]) for said in copies} == {(number, 5)}


def test_what_is_unread_comes_behind_what_was_processed(log: Log) -> None:
    cuts = [len(records) // 2 for records in log]
    policies = [
        sum(body(record)["type"] == "policy" for record in records[:cut])
        for records, cut in zip(log, cuts, strict=True)
    ]
    cuts = [_after(records, min(policies)) for records in log]
    layout = Layout(Ledger(), 5)
    read = [iter(records[:cut]) for records, cut in zip(log, cuts, strict=True)]
    processed = list(layout.processed(read))
    borders = list(layout.ends)
    rest = [iter(records[cut:]) for records, cut in zip(log, cuts, strict=True)]
    unread = list(layout.unread(rest))
    assert all(record.offset < borders[record.partition] for record in processed)
    assert all(record.offset >= borders[record.partition] for record in unread)
    places: Log = [[] for _ in range(5)]
    for record in (*processed, *unread):
        places[record.partition].append(record)
    assert _by_sku(places) == _by_sku(log)
    assert _policies_before(places) == _policies_before(log)


def test_more_held_journals_than_one_go_releases_get_their_notes() -> None:
    """300 in each of two partitions need none; 600 in one do: the step notes it again."""
    service = Service()
    service.send(example("policy", id="held", gl_mapping={"cogs": None}))
    skus = Counter[int]()
    for number in range(1_000):
        sku, where = f"SKU-{number}", partition_of(b"SKU-%d" % number, 2)
        if skus[where] < 300:
            skus[where] += 1
            item = {"sku": sku, "standard_cost": "1.00"}
            service.send(example("item", id=f"i{number}", **item))
            service.send(example("sale", id=f"s{number}", sku=sku))
    service.send(example("policy", id="mapped"))
    before, with_notes = booked(spread(service.log, 2))
    assert not any(body(one)["type"] == "release" for place in with_notes for one in place)
    layout, [place] = laid_out(with_notes, 1)
    assert [body(record)["type"] for record in place].count("release") == 1
    assert state(layout.stores) == state(before)
    assert not any(key.startswith(b"held") for key in state(layout.stores))


def test_partitions_with_other_policies_are_refused(log: Log) -> None:
    one = next(record for record in log[1] if body(record)["type"] == "policy")
    without = [record for record in log[1] if record is not one]
    with pytest.raises(Refused, match="do not have the same policies"):
        laid_out([log[0], without, log[2]], 5)


def test_a_partition_that_was_added_and_never_written_to_is_no_obstacle(log: Log) -> None:
    _, places = laid_out([*log, [], []], 5)
    assert _by_sku(places) == _by_sku(log)


KEYS = [b"key-%d" % number for number in range(100)]


def seen(count: int, begin: int, off: int = 0) -> list[Seen]:
    """A hundred keys written one after the other, with so many partitions."""
    return [
        Seen(key, (partition_of(key, count) + off) % count, begin + number)
        for number, key in enumerate(KEYS)
    ]


def test_a_topic_that_grew_is_no_sign_of_a_wrong_partitioner() -> None:
    assert not misplaced(seen(3, 0), 3)
    assert not misplaced(seen(3, 0), 5)
    assert not misplaced(seen(3, 0) + seen(5, 100), 5)


def test_a_wrong_partitioner_is_found_before_and_after_a_topic_grew() -> None:
    assert len(misplaced(seen(3, 0, off=1), 3)) == 100
    assert len(misplaced(seen(5, 0) + seen(5, 100, off=1), 5)) == 100
    assert len(misplaced(seen(3, 0) + seen(5, 100, off=1), 5)) > 100
    assert len(misplaced(seen(5, 0) + seen(3, 100), 5)) > 50


def _by_sku(log: Log) -> dict[object, list[bytes | None]]:
    found = defaultdict(list)
    for record in (record for records in log for record in records):
        if "sku" in body(record):
            found[body(record)["sku"]].append(record.value)
    return found


def _policies_before(log: Log) -> dict[object, int]:
    """How many policies stand before each movement."""
    return dict(_counted(log))


def _counted(log: Log) -> Iterator[tuple[object, int]]:
    for records in log:
        policies = 0
        for said in map(body, records):
            policies += said["type"] == "policy"
            if "sku" in said:
                yield said["id"], policies


def _after(records: list[Record], policies: int) -> int:
    """Where the next policy stands after so many."""
    for number, said in enumerate(map(body, records)):
        if said["type"] == "policy":
            if not policies:
                return number
            policies -= 1
    return len(records)
