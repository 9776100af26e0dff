"""What is read and what is committed, broken on purpose."""

from collections.abc import Callable, Mapping
from itertools import count

import pytest
from confluent_kafka import KafkaError, KafkaException, Message, TopicPartition

from tests.simulation.consumer import Consumer
from tests.simulation.group import Metadata
from tests.simulation.log import Place
from tests.simulation.mutant import Mutants
from tests.simulation.sink import Database
from tests.simulation.stories import LEDGER, SHOP
from ullage.engine.assignment import Assignment
from ullage.engine.config import ClientSettings, EngineConfig
from ullage.engine.partition import Share
from ullage.engine.transaction import Figures, Transactions
from ullage.sink.projection import Advance, Projection
from ullage.sink.reader import Reader

Advances = Mapping[Place, Advance]

COMMITS = Mutants()


@COMMITS.add("offsets are committed in a transaction of their own, before the outputs are sent")
def ack_before_send(patch: pytest.MonkeyPatch) -> None:
    whole = Transactions.run

    def run(self: Transactions, batch: list[Share]) -> Figures:
        self._producer.begin_transaction()
        self._send_offsets(batch)
        self._producer.commit_transaction(1)
        return whole(self, batch)

    patch.setattr(Transactions, "run", run)


@COMMITS.add("offsets are committed to the group after the transaction, not in it")
def offsets_outside(patch: pytest.MonkeyPatch) -> None:
    keep = Transactions._keep

    def keep_and_commit(self: Transactions, share: Share) -> None:
        keep(self, share)
        self._consumer.commit([TopicPartition(*share.partition.place, share.next_offset)])

    patch.setattr(Transactions, "_send_offsets", lambda self, batch: None)
    patch.setattr(Transactions, "_keep", keep_and_commit)


@COMMITS.add("offsets are sent without saying which member sends them")
def nameless_member(patch: pytest.MonkeyPatch) -> None:
    def send(self: Transactions, batch: list[Share]) -> None:
        group = self._consumer.consumer_group_metadata().group
        offsets = [TopicPartition(*one.partition.place, one.next_offset) for one in batch]
        nobody = Metadata(group, "", -1, None)
        self._attempt(
            lambda: self._producer.send_offsets_to_transaction(offsets, nobody, 5), 10
        )

    patch.setattr(Transactions, "_send_offsets", send)


@COMMITS.add("membership is dynamic: a member that was shut out may say it is nobody")
def dynamic_membership(patch: pytest.MonkeyPatch) -> None:
    whole = EngineConfig.consumer

    def consumer(self: EngineConfig, step: str) -> ClientSettings:
        settings = whole(self, step)
        return {name: one for name, one in settings.items() if name != "group.instance.id"}

    patch.setattr(EngineConfig, "consumer", consumer)


@COMMITS.add("only the first partition's offset of a batch is sent")
def first_offset_only(patch: pytest.MonkeyPatch) -> None:
    send = Transactions._send_offsets
    patch.setattr(Transactions, "_send_offsets", lambda self, batch: send(self, batch[:1]))


@COMMITS.add("the next offset is the last one taken, not the one after it")
def next_is_last(patch: pytest.MonkeyPatch) -> None:
    add = Share.add

    def take(self: Share, message: Message) -> None:
        add(self, message)
        self.next_offset = self.records[-1].offset if self.records else self.next_offset

    patch.setattr(Share, "add", take)


@COMMITS.add("after an abort nothing is read again")
def no_seek(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Consumer, "seek", lambda self, to: None)


@COMMITS.add("who is shut out goes on as if it had committed")
def fencing_ignored(patch: pytest.MonkeyPatch) -> None:
    _swallow(patch, KafkaError.fatal)


@COMMITS.add("a call that timed out is taken as done")
def timeout_is_success(patch: pytest.MonkeyPatch) -> None:
    _swallow(patch, KafkaError.retriable)


def _swallow(patch: pytest.MonkeyPatch, harmless: Callable[[KafkaError], bool]) -> None:
    def attempt(self: Transactions, call: Callable[[], None], seconds: float = 0) -> None:
        try:
            call()
        except KafkaException as reason:
            if not harmless(reason.args[0]):
                raise

    patch.setattr(Transactions, "_attempt", attempt)


@COMMITS.add("changelogs are read with what is not committed")
def uncommitted_restore(patch: pytest.MonkeyPatch) -> None:
    _read_uncommitted(patch, "restore_consumer")


@COMMITS.add("inputs are read with what is not committed", SHOP)
def uncommitted_input(patch: pytest.MonkeyPatch) -> None:
    _read_uncommitted(patch, "consumer")


def _read_uncommitted(patch: pytest.MonkeyPatch, name: str) -> None:
    whole: Callable[[EngineConfig, str], ClientSettings] = getattr(EngineConfig, name)

    def settings(self: EngineConfig, step: str) -> ClientSettings:
        return {**whole(self, step), "isolation.level": "read_uncommitted"}

    patch.setattr(EngineConfig, name, settings)


@COMMITS.add("partitions that were taken away are worked on as before")
def revoked_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Assignment, "_on_revoke", lambda self, consumer, taken: None)


@COMMITS.add("the sink's offsets are committed before its rows", LEDGER)
def sink_acks_first(patch: pytest.MonkeyPatch) -> None:
    writes = count()

    def write(self: Database, projection: Projection, advances: Advances) -> None:
        self.advance(advances)
        if next(writes) % 20 == 7:
            raise ConnectionResetError("in between")
        whole(self, projection, {})

    whole = Database.write
    patch.setattr(Database, "write", write)


@COMMITS.add("the sink begins one record after the one its database waits for", LEDGER)
def sink_skips_one(patch: pytest.MonkeyPatch) -> None:
    place = Reader.place

    def place_too_far(self: Reader, offsets: Mapping[Place, int]) -> None:
        place(self, {at: offset + 1 if offset else 0 for at, offset in offsets.items()})

    patch.setattr(Reader, "place", place_too_far)
