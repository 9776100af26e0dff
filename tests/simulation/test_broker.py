"""The cluster in memory behaves as Kafka does where the engine depends on it."""

from random import Random

import pytest
from confluent_kafka import KafkaError, KafkaException

from tests.simulation.broker import TRANSACTION_SECONDS, Broker
from tests.simulation.group import SESSION_SECONDS, Metadata
from tests.simulation.log import Clock, Outcome, PartitionLog

PLACE = ("in", 0)


@pytest.fixture
def broker() -> Broker:
    broker = Broker(Random(1), Clock())
    broker.create("in", 2)
    broker.create("out", 1)
    return broker


def write(broker: Broker, name: str, epoch: int, value: bytes = b"1") -> None:
    broker.write(name, epoch, ("out", 0), b"k", value, ())


def settled(broker: Broker) -> PartitionLog:
    while any(one.unsettled for one in broker.writers.values()):
        broker.tick()
    return broker.log(("out", 0))


def code_of(caught: pytest.ExceptionInfo[KafkaException]) -> int:
    return int(caught.value.args[0].code())


def test_an_open_transaction_hides_what_comes_after_it(broker: Broker) -> None:
    first, second = broker.start_writer("a"), broker.start_writer("b")
    write(broker, "a", first)
    write(broker, "b", second, b"2")
    broker.end("b", second, Outcome.COMMITTED)
    assert settled(broker).committed() == []
    broker.end("a", first, Outcome.ABORTED)
    assert [entry.value for entry in settled(broker).committed()] == [b"2"]


def test_a_new_writer_of_the_same_name_shuts_out_the_old_one(broker: Broker) -> None:
    old = broker.start_writer("a")
    write(broker, "a", old)
    new = broker.start_writer("a")
    with pytest.raises(KafkaException) as caught:
        broker.end("a", old, Outcome.COMMITTED)
    assert code_of(caught) == KafkaError._FENCED
    assert caught.value.args[0].fatal()
    write(broker, "a", new, b"2")
    broker.end("a", new, Outcome.COMMITTED)
    assert [entry.value for entry in settled(broker).committed()] == [b"2"]


def test_a_transaction_that_takes_too_long_is_aborted_and_its_writer_shut_out(
    broker: Broker,
) -> None:
    epoch = broker.start_writer("a")
    write(broker, "a", epoch)
    broker.clock.seconds += TRANSACTION_SECONDS + 1
    broker.tick()
    with pytest.raises(KafkaException) as caught:
        broker.end("a", epoch, Outcome.COMMITTED)
    assert code_of(caught) == KafkaError._FENCED
    assert settled(broker).committed() == []


def test_offsets_move_with_the_transaction_and_are_unstable_before(broker: Broker) -> None:
    group, epoch = broker.group("g"), broker.start_writer("a")
    member = group.join("w", ["in"])
    broker.add_offsets("a", epoch, {PLACE: 5}, group.metadata(member))
    assert group.unstable(PLACE)
    assert group.offsets == {}
    broker.end("a", epoch, Outcome.COMMITTED)
    settled(broker)
    assert not group.unstable(PLACE)
    assert group.offsets == {PLACE: 5}


@pytest.mark.parametrize(
    ("instance", "code"),
    [("w", KafkaError.UNKNOWN_MEMBER_ID), ("w2", KafkaError.ILLEGAL_GENERATION)],
)
def test_offsets_of_who_is_shut_out_or_behind_are_refused(
    broker: Broker, instance: str, code: int
) -> None:
    group, epoch = broker.group("g"), broker.start_writer("a")
    members = {name: group.join(name, ["in"]) for name in ("w", "w2")}
    said = group.metadata(members[instance])
    members["w"].silent_since = broker.clock.seconds
    broker.clock.seconds += SESSION_SECONDS + 1
    broker.tick()
    with pytest.raises(KafkaException) as caught:
        broker.add_offsets("a", epoch, {PLACE: 5}, said)
    assert code_of(caught) == code


def test_a_namesake_takes_over_and_the_former_member_is_fenced(broker: Broker) -> None:
    group = broker.group("g")
    former = group.join("w", ["in"])
    former.owned = group.given(former)
    said = group.metadata(former)
    generation = group.generation
    member = group.join("w", ["in"])
    assert group.generation == generation
    assert group.given(member) == former.owned
    with pytest.raises(KafkaException) as caught:
        group.check(said)
    assert code_of(caught) == KafkaError.FENCED_INSTANCE_ID


def test_who_says_to_be_nobody_is_not_checked(broker: Broker) -> None:
    """As Kafka does: what keeps a zombie out is that a static member has a name."""
    group = broker.group("g")
    gone = group.join(None, ["in"])
    group.expel(gone)
    group.check(group.metadata(gone))
    assert group.metadata(gone) == Metadata("g", "", -1, None)


def test_a_partition_has_no_new_owner_before_the_old_one_has_let_go(broker: Broker) -> None:
    group = broker.group("g")
    old = group.join("w", ["in"])
    old.owned = group.given(old)
    new = group.join("w2", ["in"])
    while not group.revoked(old):
        group.rebalance()
    assert group.given(new) == []
    moved = group.revoked(old)
    old.owned = [place for place in old.owned if place not in moved]
    assert group.given(new) == moved


def test_compaction_keeps_the_last_record_of_each_key(broker: Broker) -> None:
    log = broker.log(PLACE)
    for key, value in ((b"a", b"1"), (b"b", b"2"), (b"a", None), (b"b", b"3")):
        log.append(0, key, value)
    log.compact()
    assert [(entry.key, entry.value) for entry in log.committed()] == [
        (b"a", None),
        (b"b", b"3"),
    ]
    assert log.end == 4
