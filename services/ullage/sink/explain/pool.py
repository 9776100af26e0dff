"""Lots of units and the pools they lie in, each with what its value came from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ullage.sink.explain.value import Parts, Source, add, divide, share, spread, total


@dataclass(slots=True, eq=False)
class Lot:
    """Units at one cost: of a layer, oversold, or of an order line once they are sold.

    `origin` is the sequence of the receipt they came with, or of the merge; `placed` their
    place in the order of entry. `booked` is what was booked as cost of sales, where units are
    or were oversold, `override` what of the rest was a variance of that kind.
    """

    units: int
    parts: Parts
    layer_id: str = ""
    receipt_id: str | None = None
    origin: int = 0
    placed: int = 0
    since: int = 0
    document: str = ""
    order: tuple[str, str] | None = None
    booked: Parts = field(default_factory=dict)
    override: Parts = field(default_factory=dict)

    @property
    def value(self) -> int:
        return total(self.parts)

    def take(self, units: int) -> "Lot":
        """Take units off, and of their value as domain 3 says; the last unit takes all."""
        taken = replace(
            self,
            units=min(units, self.units),
            parts=self._part(self.parts, units),
            booked=self._part(self.booked, units),
            override=self._part(self.override, units),
        )
        self.units -= taken.units
        self.parts = add(self.parts, taken.parts, -1)
        self.booked = add(self.booked, taken.booked, -1)
        self.override = add(self.override, taken.override, -1)
        return taken

    def _part(self, parts: Parts, units: int) -> Parts:
        if units >= self.units:
            return parts
        return share(parts, divide(total(parts) * units, self.units))


class Pool:
    """Lots in their order of entry, and the oversold ones, oldest first (domain 2 and 4)."""

    def __init__(self, method: str, places: Iterator[int]) -> None:
        self._method, self._places = method, places
        self.lots: list[Lot] = []
        self.oversold: list[Lot] = []

    @property
    def units(self) -> int:
        return sum(lot.units for lot in self.lots)

    @property
    def value(self) -> int:
        return sum(lot.value for lot in self.lots)

    def take(self, units: int, layer_id: str, receipt_id: str | None) -> Lot:
        """Take units of a layer, under weighted average of all; of one not known, nothing."""
        wanted, average = (layer_id, receipt_id), self._method == "wac"
        for lot in reversed(self.lots) if self._method == "lifo" else self.lots:
            if average or (lot.layer_id, lot.receipt_id) == wanted:
                taken = lot.take(units)
                if not lot.units:
                    self.lots.remove(lot)
                return taken
        return Lot(units, {}, layer_id, receipt_id)

    def put(self, came: Lot) -> list[tuple[Lot, Lot]]:
        """Settle the oldest oversold units, each with those that came; the rest is a lot."""
        settled = []
        while self.oversold and came.units:
            owed = self.oversold[0].take(came.units)
            settled.append((owed, came.take(owed.units)))
            if not self.oversold[0].units:
                self.oversold.pop(0)
        if came.units and self._method == "wac" and self.lots:
            self.lots[0].units += came.units
            self.lots[0].parts = add(self.lots[0].parts, came.parts)
        elif came.units:
            self.lots.append(replace(came, placed=next(self._places)))
        return settled

    def revalue(self, source: Source, amount: int) -> None:
        """Spread a change of value over the lots by value, by quantity if that is 0."""
        by_value = bool(self.value)
        weights = [lot.value if by_value else lot.units for lot in self.lots]
        if not sum(weights):
            return
        for lot, part in zip(self.lots, spread(amount, weights), strict=True):
            lot.parts = add(lot.parts, {source: part})

    def split_off(self, lot: Lot, new_id: Callable[[], str]) -> None:
        """Make a part of a merged layer one of its own; those behind it become another."""
        place, there = self.lots.index(lot), lot.layer_id
        before = place > 0 and self.lots[place - 1].layer_id == there
        behind = []
        for other in self.lots[place + 1 :]:
            if other.layer_id != there:
                break
            behind.append(other)
        if before:
            lot.layer_id = new_id()
        behind_id = new_id() if behind else ""
        for other in behind:
            other.layer_id = behind_id
