"""The ledger: movements of one partition in, books and everything said about them out."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from ullage import topics
from ullage.processors.ledger.batch import Batch
from ullage.processors.ledger.books import Shelf
from ullage.processors.ledger.digests import Digesting
from ullage.processors.ledger.log import read
from ullage.processors.ledger.logged import Policy, Release
from ullage.processors.ledger.movements import movement_of
from ullage.processors.ledger.policy import policy_of
from ullage.processors.refuse import dead_letter
from ullage.step import Occurrence, Output, Record, Store


class Ledger:
    """Where movements become books. Pure: the engine commits all of a batch or none of it."""

    name: Final = "ledger"
    inputs: Final = (topics.MOVEMENTS.name,)
    keeps_state: Final = True
    state_format: Final = 1

    def __init__(self) -> None:
        self._shelf = Shelf()

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Apply a batch in the order of the log; what is compacted is written at its end."""
        batch, digests = Batch(store, self._shelf), None
        for record in records:
            digests = digests or Digesting(store, record.offset)
            for made in _take(batch, record):
                if isinstance(made, Output):
                    digests.note(made)
                yield made
        yield from batch.close()
        if digests:
            digests.close()


def _take(batch: Batch, record: Record) -> Iterable[Output | Occurrence]:
    value = record.value or b""
    try:
        logged = read(value)
        if isinstance(logged, Policy):
            return batch.adopt(record, logged, policy_of(value))
        if isinstance(logged, Release):
            return batch.go_on(record, logged)
        movement = movement_of(logged)
    except (msgspec.MsgspecError, ValueError) as error:
        return dead_letter(record, f"this is no movement: {error}")
    return batch.apply(record, logged, movement)
