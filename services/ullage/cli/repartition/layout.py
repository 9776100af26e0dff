"""A log laid out for another number of partitions: every key in its own, in its order.

A policy stands once in every partition and holds for what comes after it there. So the old
partitions are read side by side, from one policy to the next, and what stood before a policy
stands before it again.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ullage.cli.failure import Refused
from ullage.cli.partitioner import partition_of
from ullage.engine.store import MemoryStore
from ullage.step import Output, Record, Step
from ullage.topics import OF_ALL

_OF_ALL: Final = OF_ALL.encode()
_BATCH: Final = 5_000

Json = dict[str, object]

_fields: Final = msgspec.json.Decoder(Json)
_encode: Final = msgspec.json.Encoder().encode


class Layout:
    """One log in its new partitions, and in `stores` the state that its step makes of it.

    `ends` is how many records each new partition has so far.
    """

    def __init__(self, step: Step, partitions: int) -> None:
        [self.log] = step.inputs
        self.stores = [MemoryStore() for _ in range(partitions)]
        self.ends = [0] * partitions
        self.policies: set[str] = set()
        self._step, self._partitions = step, partitions
        self._batches: list[list[Record]] = [[] for _ in range(partitions)]
        self._is_processed = False

    def processed(self, old: Sequence[Iterator[Record]]) -> Iterator[Record]:
        """Lay out what the step has processed. Raises Refused."""
        self._is_processed = True
        yield from self._arrange(old)

    def unread(self, old: Sequence[Iterator[Record]]) -> Iterator[Record]:
        """Lay out, behind it, what it has not read yet. Raises Refused."""
        self._is_processed = False
        yield from self._arrange(old)

    def _arrange(self, old: Sequence[Iterator[Record]]) -> Iterator[Record]:
        readers = [_Reader(records) for records in old]
        while True:
            for reader in readers:
                for record in reader.to_policy():
                    yield from self._put(record, self._place(record))
            yield from self._settle()
            policy = _common([reader for reader in readers if reader.has_records])
            if policy is None:
                return
            self.policies.add(str(_of(policy).get("id")))
            for partition in range(self._partitions):
                yield from self._put(_copy(policy, partition, self._partitions), partition)

    def _place(self, record: Record) -> int:
        if record.key is None:
            return record.partition % self._partitions
        return partition_of(record.key, self._partitions)

    def _put(self, record: Record, partition: int) -> Iterator[Record]:
        placed = record._replace(partition=partition, offset=self.ends[partition])
        self.ends[partition] += 1
        yield placed
        if self._is_processed:
            self._batches[partition].append(placed)
            if len(self._batches[partition]) == _BATCH:
                yield from self._run(partition)

    def _settle(self) -> Iterator[Record]:
        """Process what waits, and the step's own notes, before the policy changes."""
        for partition in range(self._partitions):
            while self._batches[partition]:
                yield from self._run(partition)

    def _run(self, partition: int) -> Iterator[Record]:
        """Process a batch; what it notes for itself stands in its log, all else is said."""
        batch, self._batches[partition] = self._batches[partition], []
        last, notes = batch[-1], list[Output]()
        for made in self._step.run(self.stores[partition], batch):
            if isinstance(made, Output) and made.topic == self.log:
                notes.append(made)
        for note in notes:
            record = last._replace(key=note.key, value=note.value, headers=note.headers)
            yield from self._put(record, partition)


class _Reader:
    """An old partition, read from policy to policy."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records
        self.policy: Record | None = None
        self.has_records = False
        """A partition that was added by hand and never written to has no policies either."""

    def to_policy(self) -> Iterator[Record]:
        """Records up to the next policy, without the step's notes: it makes them anew."""
        self.policy = None
        for record in self._records:
            self.has_records = True
            kind = _of(record).get("type") if record.key == _OF_ALL else None
            if kind == "policy":
                self.policy = record
                return
            if kind != "release":
                yield record


def _common(readers: Sequence[_Reader]) -> Record | None:
    """The policy that all partitions have come to; None: they are at their ends."""
    policies = [reader.policy for reader in readers]
    found = {None if one is None else _named(one) for one in policies}
    if len(found) > 1:
        raise Refused(
            "the partitions do not have the same policies in the same order, or not all have "
            "been read as far; start the workers until their lag is 0, stop them, try again"
        )
    return policies[0] if policies else None


def _named(policy: Record) -> tuple[object, object]:
    said = _of(policy)
    return said.get("source"), said.get("id")


def _copy(policy: Record, partition: int, partitions: int) -> Record:
    """A policy for one partition; in `movements` it says where it stands."""
    said = _of(policy)
    if "partitions" not in said:
        return policy
    place = {"partition": partition, "partitions": partitions}
    return policy._replace(value=_encode({**said, **place}))


def _of(record: Record) -> Json:
    try:
        return _fields.decode(record.value or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
