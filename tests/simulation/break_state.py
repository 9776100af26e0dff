"""Stores, changelogs and restores, broken on purpose."""

from collections.abc import Generator
from math import inf

import pytest

from tests.simulation.disk import DiskStore
from tests.simulation.group import Group
from tests.simulation.mutant import Mutants
from tests.simulation.stories import LEDGER, SHOP
from ullage.costing.terms import Policy
from ullage.engine import pulse, restore
from ullage.engine.changelog import Changelog, Input
from ullage.engine.errors import StateDisagrees
from ullage.engine.partition import Partition, Share
from ullage.engine.reading import Reading
from ullage.engine.restore import Restorer, Turn
from ullage.engine.store import (
    POSITION,
    Changes,
    Marker,
    Overlay,
    PartitionStore,
    Position,
    position_of,
)
from ullage.engine.transaction import Transactions
from ullage.processors.ledger.books import OpenBook, Shelf
from ullage.step import Store

STATE = Mutants()


@STATE.add("the marker is one too low")
def marker_too_low(patch: pytest.MonkeyPatch) -> None:
    whole = Share.marker

    def marker(self: Share, changelog: Changelog) -> Marker:
        made = whole(self, changelog)
        return made._replace(next_offset=made.next_offset - 1)

    patch.setattr(Share, "marker", marker)


@STATE.add("no marker is written to the changelog")
def no_marker(patch: pytest.MonkeyPatch) -> None:
    def produce(self: Transactions, share: Share) -> None:
        changelog, number = share.partition.input.changelog, share.partition.number
        for key, value in share.overlay.dirty.items():
            self._write(changelog.name, value, key, number)
        share.marker_offset = 0

    patch.setattr(Transactions, "_produce_changelog", produce)


@STATE.add("the store is written before the commit")
def flush_before_commit(patch: pytest.MonkeyPatch) -> None:
    produce = Transactions._produce_changelog

    def produce_and_keep(self: Transactions, share: Share) -> None:
        produce(self, share)
        share.partition.store.write(share.overlay.dirty)

    patch.setattr(Transactions, "_produce_changelog", produce_and_keep)


@STATE.add("an aborted batch's changes stay in the store")
def no_rollback(patch: pytest.MonkeyPatch) -> None:
    put, seen = Overlay.put, dict[int, DiskStore]()
    begin = Share.__init__

    def remember(self: Share, partition: Partition) -> None:
        begin(self, partition)
        seen[id(self.overlay)] = partition.store

    def put_through(self: Overlay, key: bytes, value: bytes | None) -> None:
        put(self, key, value)
        seen[id(self)].disk.put({key: value})

    patch.setattr(Share, "__init__", remember)
    patch.setattr(Overlay, "put", put_through)


@STATE.add("the next batch begins with what the aborted one left dirty")
def dirty_overlay(patch: pytest.MonkeyPatch) -> None:
    begin, left = Share.__init__, dict[int, tuple[Partition, Changes]]()

    def begin_dirty(self: Share, partition: Partition) -> None:
        begin(self, partition)
        self.overlay.dirty.update(left.get(id(partition), (partition, {}))[1])
        left[id(partition)] = partition, self.overlay.dirty

    patch.setattr(Share, "__init__", begin_dirty)


@STATE.add("a book that an aborted batch has changed is used again", LEDGER)
def dirty_books(patch: pytest.MonkeyPatch) -> None:
    take = Shelf.take

    def take_as_it_is(self: Shelf, store: Store, sku: str, policy: Policy) -> OpenBook:
        if sku in self._kept:
            self._kept[sku].header = store.get(b"b" + sku.encode())
        return take(self, store, sku, policy)

    patch.setattr(Shelf, "take", take_as_it_is)


@STATE.add("a restore ends at the changelog's end, whatever the group has committed")
def restore_without_marker(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reading, "reaches", lambda self, committed: self.at_end)


@STATE.add("a restore does not wait for transactions that may move the group's offset")
def restore_too_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Group, "unstable", lambda self, place: False)


@STATE.add("a local store is used as it is, however old")
def stale_store(patch: pytest.MonkeyPatch) -> None:
    def kept(store: PartitionStore, changelog: Changelog, committed: int) -> Position | None:
        position = position_of(store)
        if position is None:
            return None
        return position._replace(marker=position.marker._replace(next_offset=committed))

    patch.setattr(restore, "_kept", kept)


@STATE.add("a store believes to hold one record of the changelog more than it does")
def position_too_far(patch: pytest.MonkeyPatch) -> None:
    whole = Position.encode
    patch.setattr(
        Position,
        "encode",
        lambda self: whole(self._replace(changelog_offset=self.changelog_offset + 2)),
    )


@STATE.add("a store is written in two goes, how far it is before what it holds")
def torn_store(patch: pytest.MonkeyPatch) -> None:
    write = DiskStore.write

    def in_two(self: DiskStore, changes: Changes) -> None:
        write(self, {key: one for key, one in changes.items() if key == POSITION})
        write(self, {key: one for key, one in changes.items() if key != POSITION})

    patch.setattr(DiskStore, "write", in_two)


@STATE.add("deleted keys are not deleted in the changelog")
def no_tombstones(patch: pytest.MonkeyPatch) -> None:
    produce = Transactions._produce_changelog

    def only_values(self: Transactions, share: Share) -> None:
        gone = {key: one for key, one in share.overlay.dirty.items() if one is None}
        for key in gone:
            del share.overlay.dirty[key]
        produce(self, share)
        share.overlay.dirty.update(gone)

    patch.setattr(Transactions, "_produce_changelog", only_values)


@STATE.add("a restore that stood still goes by what the group had committed", SHOP, 240)
def old_offset(patch: pytest.MonkeyPatch) -> None:
    def read_up(
        self: Restorer,
        reading: Reading,
        changelog: Changelog,
        source: Input,
        number: int,
        committed: int | None,
    ) -> Generator[Turn | Partition, None, Marker | None]:
        ends = restore.monotonic() + self._config.restore_timeout_s
        while True:
            reading.step()
            if reading.reaches(committed):
                return reading.finish()
            if not reading.at_end:
                ends = restore.monotonic() + self._config.restore_timeout_s
                yield Turn.WAITS
                continue
            if begin := self._begin_rebuild(reading, source, changelog, number, committed):
                return begin
            if restore.monotonic() > ends:
                raise StateDisagrees(changelog.name, number, committed, reading.next_offset)
            asked = restore.monotonic()
            committed = yield from self._committed(source, number)
            ends += max(0.0, restore.monotonic() - asked - restore._CALL_SECONDS)

    patch.setattr(Restorer, "_read_up", read_up)
    # As long as the session lasts: what had the fault did not take new clients.
    patch.setattr(pulse, "PATIENCE_SECONDS", inf)


@STATE.add("a changelog that was made anew is taken for the one it was")
def lost_unnoticed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Restorer, "_require_the_same", lambda self, changelog: iter(()))


@STATE.add("a rebuild writes the outputs again")
def rebuild_speaks(patch: pytest.MonkeyPatch) -> None:
    produce = Transactions._produce_outputs

    def aloud(self: Transactions, share: Share) -> int:
        rebuilds, share.rebuilds = share.rebuilds, False
        made = produce(self, share)
        share.rebuilds = rebuilds
        return made

    patch.setattr(Transactions, "_produce_outputs", aloud)


@STATE.add("a rebuild does not say how far it has to go")
def rebuild_cut_off(patch: pytest.MonkeyPatch) -> None:
    whole = Share.marker

    def marker(self: Share, changelog: Changelog) -> Marker:
        return whole(self, changelog)._replace(rebuild_to=0)

    patch.setattr(Share, "marker", marker)
