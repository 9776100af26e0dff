"""One SKU's value followed through its movements: what each record's amount is made of.

Reads what the ledger published and holds each pool as lots with their sources. What a record
takes is taken off its lots by the rules of domain 2 to 6, so a record whose amount is not what
they give shows: its parts do not add up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from ullage.sink.explain.facts import Entry, Movement
from ullage.sink.explain.pool import Lot, Pool
from ullage.sink.explain.value import Parts, add, divide, share, total


class Portion(NamedTuple):
    """A part of a record's amount that has one reason, and its sources."""

    what: str
    units: int
    parts: Parts


class Expected(NamedTuple):
    """A cost variance that must be among a movement's records."""

    kind: str
    units: int
    portions: list[Portion]
    corrects: str | None = None
    charge_id: str | None = None

    def fits(self, entry: Entry) -> bool:
        return (
            (entry.type, entry.quantity) == (self.kind, self.units)
            and self.corrects in (None, entry.corrects)
            and self.charge_id in (None, entry.charge_id)
        )

    @property
    def amount(self) -> int:
        return sum(total(portion.parts) for portion in self.portions)


@dataclass(slots=True)
class ReceiptLine:
    """A receipt line; or receipts merged into one. `late` is what came after, and when."""

    origin: int
    receipt_id: str | None
    units: int = 0
    purchase: Parts = field(default_factory=dict)
    late: list[tuple[int, Parts]] = field(default_factory=list)
    joined: list[tuple[int, int]] = field(default_factory=list)

    def late_since(self, sequence: int, units: int) -> tuple[Parts, int]:
        """What came late after a movement, and how much of it some units bear."""
        parts: Parts = {}
        for number, late in self.late:
            if number > sequence:
                for source, amount in late.items():
                    parts[source] = parts.get(source, 0) + amount
        return parts, divide(total(parts) * units, self.units) if parts else 0


@dataclass(slots=True)
class OrderLine:
    """An order line's units in the order they were sold, and those still oversold."""

    pieces: list[Lot] = field(default_factory=list)
    owed: list[Lot] = field(default_factory=list)


class Flow:
    """The pools of one SKU after a movement, and what the records of it were made of."""

    def __init__(self, method: str, by_warehouse: bool) -> None:
        self.method, self.by_warehouse, self.sequence = method, by_warehouse, 0
        self.pools: dict[str | None, Pool] = {}
        self.lines: dict[int, ReceiptLine] = {}
        self.origins: dict[tuple[str | None, ...], int] = {}
        self.orders: dict[tuple[str, str], OrderLine] = {}
        self.told: dict[str, list[Portion]] = {}
        self._places, self._groups = count(1), count(1)
        self._expected: list[Expected] = []

    def begin(self, movement: Movement) -> None:
        """Start a movement: what is told from here on is of its records."""
        self.sequence, self.told, self._expected = movement.sequence, {}, []

    def end(self, movement: Movement) -> None:
        """Give each variance what was expected of it."""
        for entry in movement.variances:
            fitting = [one for one in self._expected if one.fits(entry)]
            if fitting:
                found = min(fitting, key=lambda one: one.amount != entry.amount)
                self._expected.remove(found)
                self.told[entry.id] = found.portions

    def pool(self, warehouse: str | None) -> Pool:
        """The pool of a warehouse, opened when it is first used."""
        name = warehouse if self.by_warehouse else None
        if name not in self.pools:
            self.pools[name] = Pool(self.method, self._places)
        return self.pools[name]

    def tell(self, document: list[Entry], portions: list[Portion]) -> None:
        """Say what a document's amount is made of; in each of its parts a part of all."""
        if len(document) == 1:
            self.told[document[0].id] = portions
            return
        whole: Parts = {}
        for portion in portions:
            whole = add(whole, portion.parts)
        for entry in document:
            parts = share(whole, entry.amount)
            whole = add(whole, parts, -1)
            what = "its part of a long document"
            self.told[entry.id] = [Portion(what, entry.quantity, parts)]

    def expect(self, expected: Expected) -> None:
        self._expected.append(expected)

    def next_group(self) -> int:
        """A number for receipts that are merged."""
        return next(self._groups)

    def new_ids(self) -> Callable[[], str]:
        """Ids of layers that one movement makes."""
        numbers = count()
        return lambda: f"{self.sequence}.{next(numbers)}"

    def lots(self) -> Iterator[tuple[Pool, Lot]]:
        for pool in self.pools.values():
            for lot in pool.lots:
                yield pool, lot
