"""The engine broken on purpose: each of these the simulation must catch."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import NamedTuple

import pytest
from confluent_kafka import KafkaError, KafkaException, Message, TopicPartition

from tests.simulation.consumer import Consumer
from tests.simulation.disk import DiskStore
from tests.simulation.group import Group, Metadata
from tests.simulation.log import Place
from tests.simulation.sink import Database
from tests.simulation.stories import LEDGER, SHOP, TALLY, Story
from ullage.costing.terms import Policy
from ullage.engine.assignment import Assignment
from ullage.engine.changelog import Changelog, Input
from ullage.engine.config import ClientSettings, EngineConfig
from ullage.engine.partition import Partition, Share
from ullage.engine.restore import Reading, Restorer
from ullage.engine.store import (
    MARKER,
    Changes,
    Marker,
    Overlay,
    PartitionStore,
    Position,
    position_of,
)
from ullage.engine.transaction import Figures, Transactions
from ullage.processors.ledger.books import OpenBook, Shelf
from ullage.sink.projection import Advance, Projection
from ullage.sink.reader import Reader
from ullage.step import Store

Advances = Mapping[Place, Advance]
Break = Callable[[pytest.MonkeyPatch], None]


class Mutant(NamedTuple):
    """A way to be wrong: what is broken, and on which story it shows."""

    says: str
    break_: Break
    story: Story


MUTANTS: dict[str, Mutant] = {}


def mutant(says: str, story: Story = TALLY) -> Callable[[Break], Break]:
    def keep(break_: Break) -> Break:
        MUTANTS[break_.__name__] = Mutant(says, break_, story)
        return break_

    return keep


@mutant("offsets are committed in a transaction of their own, before the outputs are sent")
def ack_before_send(patch: pytest.MonkeyPatch) -> None:
    whole = Transactions.run

    def run(self: Transactions, batch: list[Share]) -> Figures:
        self._producer.begin_transaction()
        self._send_offsets(batch)
        self._producer.commit_transaction(1)
        return whole(self, batch)

    patch.setattr(Transactions, "run", run)


@mutant("offsets are committed to the group after the transaction, not in it")
def offsets_outside(patch: pytest.MonkeyPatch) -> None:
    keep = Transactions._keep

    def keep_and_commit(self: Transactions, share: Share) -> None:
        keep(self, share)
        self._consumer.commit([TopicPartition(*share.partition.place, share.next_offset)])

    patch.setattr(Transactions, "_send_offsets", lambda self, batch: None)
    patch.setattr(Transactions, "_keep", keep_and_commit)


@mutant("offsets are sent without saying which member sends them")
def nameless_member(patch: pytest.MonkeyPatch) -> None:
    def send(self: Transactions, batch: list[Share]) -> None:
        group = self._consumer.consumer_group_metadata().group
        offsets = [TopicPartition(*one.partition.place, one.next_offset) for one in batch]
        nobody = Metadata(group, "", -1, None)
        self._attempt(lambda: self._producer.send_offsets_to_transaction(offsets, nobody, 5), 10)

    patch.setattr(Transactions, "_send_offsets", send)


@mutant("membership is dynamic: a member that was shut out may say it is nobody")
def dynamic_membership(patch: pytest.MonkeyPatch) -> None:
    whole = EngineConfig.consumer

    def consumer(self: EngineConfig, step: str) -> ClientSettings:
        settings = whole(self, step)
        return {name: one for name, one in settings.items() if name != "group.instance.id"}

    patch.setattr(EngineConfig, "consumer", consumer)


@mutant("only the first partition's offset of a batch is sent")
def first_offset_only(patch: pytest.MonkeyPatch) -> None:
    send = Transactions._send_offsets
    patch.setattr(Transactions, "_send_offsets", lambda self, batch: send(self, batch[:1]))


@mutant("the next offset is the last one taken, not the one after it")
def next_is_last(patch: pytest.MonkeyPatch) -> None:
    add = Share.add

    def take(self: Share, message: Message) -> None:
        add(self, message)
        self.next_offset = self.records[-1].offset if self.records else self.next_offset

    patch.setattr(Share, "add", take)


@mutant("the marker is one too low")
def marker_too_low(patch: pytest.MonkeyPatch) -> None:
    def marker(self: Share) -> Marker:
        return Marker(self.next_offset - 1, self.partition.input.id)

    patch.setattr(Share, "marker", property(marker))


@mutant("no marker is written to the changelog")
def no_marker(patch: pytest.MonkeyPatch) -> None:
    def produce(self: Transactions, share: Share) -> None:
        changelog, number = share.partition.input.changelog, share.partition.number
        for key, value in share.overlay.dirty.items():
            self._write(changelog.name, value, key, number)
        share.marker_offset = 0

    patch.setattr(Transactions, "_produce_changelog", produce)


@mutant("the store is written before the commit")
def flush_before_commit(patch: pytest.MonkeyPatch) -> None:
    produce = Transactions._produce_changelog

    def produce_and_keep(self: Transactions, share: Share) -> None:
        produce(self, share)
        share.partition.store.write(share.overlay.dirty)

    patch.setattr(Transactions, "_produce_changelog", produce_and_keep)


@mutant("an aborted batch's changes stay in the store")
def no_rollback(patch: pytest.MonkeyPatch) -> None:
    put, seen = Overlay.put, dict[int, PartitionStore]()
    begin = Share.__init__

    def remember(self: Share, partition: Partition) -> None:
        begin(self, partition)
        seen[id(self.overlay)] = partition.store

    def put_through(self: Overlay, key: bytes, value: bytes | None) -> None:
        put(self, key, value)
        seen[id(self)].write({key: value})

    patch.setattr(Share, "__init__", remember)
    patch.setattr(Overlay, "put", put_through)


@mutant("the next batch begins with what the aborted one left dirty")
def dirty_overlay(patch: pytest.MonkeyPatch) -> None:
    begin, left = Share.__init__, dict[int, tuple[Partition, Changes]]()

    def begin_dirty(self: Share, partition: Partition) -> None:
        begin(self, partition)
        self.overlay.dirty.update(left.get(id(partition), (partition, {}))[1])
        left[id(partition)] = partition, self.overlay.dirty

    patch.setattr(Share, "__init__", begin_dirty)


@mutant("a book that an aborted batch has changed is used again", LEDGER)
def dirty_books(patch: pytest.MonkeyPatch) -> None:
    take = Shelf.take

    def take_as_it_is(self: Shelf, store: Store, sku: str, policy: Policy) -> OpenBook:
        if sku in self._kept:
            self._kept[sku].header = store.get(b"b" + sku.encode())
        return take(self, store, sku, policy)

    patch.setattr(Shelf, "take", take_as_it_is)


@mutant("after an abort nothing is read again")
def no_seek(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Consumer, "seek", lambda self, to: None)


@mutant("who is shut out goes on as if it had committed")
def fencing_ignored(patch: pytest.MonkeyPatch) -> None:
    _swallow(patch, KafkaError.fatal)


@mutant("a call that timed out is taken as done")
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


@mutant("changelogs are read with what is not committed")
def uncommitted_restore(patch: pytest.MonkeyPatch) -> None:
    _read_uncommitted(patch, "restore_consumer")


@mutant("inputs are read with what is not committed", SHOP)
def uncommitted_input(patch: pytest.MonkeyPatch) -> None:
    _read_uncommitted(patch, "consumer")


def _read_uncommitted(patch: pytest.MonkeyPatch, name: str) -> None:
    whole: Callable[[EngineConfig, str], ClientSettings] = getattr(EngineConfig, name)

    def settings(self: EngineConfig, step: str) -> ClientSettings:
        return {**whole(self, step), "isolation.level": "read_uncommitted"}

    patch.setattr(EngineConfig, name, settings)


@mutant("a restore ends at the changelog's end, whatever the group has committed")
def restore_without_marker(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reading, "reaches", lambda self, committed: self.at_end)


@mutant("a restore does not wait for transactions that may move the group's offset")
def restore_too_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Group, "unstable", lambda self, place: False)


@mutant("a local store is used as it is, however old")
def stale_store(patch: pytest.MonkeyPatch) -> None:
    whole = Restorer._bring_up

    def bring_up(
        self: Restorer, changelog: Changelog, source: Input, number: int,
        store: PartitionStore, committed: int | None,
    ) -> Marker | None:  # fmt: skip
        position = position_of(store)
        if position is not None:
            return position.marker
        return whole(self, changelog, source, number, store, committed)

    patch.setattr(Restorer, "_bring_up", bring_up)


@mutant("a store believes to hold one record of the changelog more than it does")
def position_too_far(patch: pytest.MonkeyPatch) -> None:
    whole = Position.encode
    patch.setattr(
        Position,
        "encode",
        lambda self: whole(self._replace(changelog_offset=self.changelog_offset + 2)),
    )


@mutant("a store is written in two goes, how far it is before what it holds")
def torn_store(patch: pytest.MonkeyPatch) -> None:
    write = DiskStore.write

    def in_two(self: DiskStore, changes: Changes) -> None:
        write(self, {key: one for key, one in changes.items() if key == MARKER})
        write(self, {key: one for key, one in changes.items() if key != MARKER})

    patch.setattr(DiskStore, "write", in_two)


@mutant("deleted keys are not deleted in the changelog")
def no_tombstones(patch: pytest.MonkeyPatch) -> None:
    produce = Transactions._produce_changelog

    def only_values(self: Transactions, share: Share) -> None:
        gone = {key: one for key, one in share.overlay.dirty.items() if one is None}
        for key in gone:
            del share.overlay.dirty[key]
        produce(self, share)
        share.overlay.dirty.update(gone)

    patch.setattr(Transactions, "_produce_changelog", only_values)


@mutant("partitions that were taken away are worked on as before")
def revoked_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Assignment, "_on_revoke", lambda self, consumer, taken: None)


@mutant("the sink's offsets are committed before its rows", LEDGER)
def sink_acks_first(patch: pytest.MonkeyPatch) -> None:
    writes = count()

    def write(self: Database, projection: Projection, advances: Advances) -> None:
        self.advance(advances)
        if next(writes) % 20 == 7:
            raise ConnectionResetError("in between")
        whole(self, projection, {})

    whole = Database.write
    patch.setattr(Database, "write", write)


@mutant("the sink begins one record after the one its database waits for", LEDGER)
def sink_skips_one(patch: pytest.MonkeyPatch) -> None:
    place = Reader.place

    def place_too_far(self: Reader, offsets: Mapping[Place, int]) -> None:
        place(self, {at: offset + 1 if offset else 0 for at, offset in offsets.items()})

    patch.setattr(Reader, "place", place_too_far)
