"""Cost layers and what leaves and meets them: the facts a pool deals in."""

from dataclasses import dataclass
from typing import NamedTuple, Self

from ullage.costing.chunks import Chunks, LotsState
from ullage.costing.entry import EntryRef
from ullage.costing.money import per_unit


class Layer(NamedTuple):
    """Units received at one cost, and the receipt they came from; merged ones share an id.

    `origin` is the sequence of the movement that received them, 0 where no receipt line did.
    """

    quantity: int
    value: int
    layer_id: str
    receipt_id: str | None
    received_at: int
    origin: int = 0

    def of(self, quantity: int, value: int) -> Self:
        return self.__class__(
            quantity, value, self.layer_id, self.receipt_id, self.received_at, self.origin
        )

    @property
    def unit_cost(self) -> int:
        return per_unit(self.value, self.quantity)


class Oversold(NamedTuple):
    """Units that left before they came, at a provisional value, and the entry they left in.

    `sequence` is that of the movement they left with: an order line knows its units by it.
    """

    quantity: int
    value: int
    warehouse: str
    entry: EntryRef
    sequence: int

    def of(self, quantity: int, value: int) -> Self:
        return self.__class__(quantity, value, self.warehouse, self.entry, self.sequence)


class OpenLayer(NamedTuple):
    """A layer as it is published: the receipts merged into it, in order, as one."""

    layer_id: str
    receipt_ids: tuple[str, ...]
    warehouse: str | None
    received_at: int
    quantity: int
    value: int


Parts = tuple[Layer, ...]
"""What one published layer is made of, oldest first; nothing: it is drained."""


class Settled(NamedTuple):
    """Oversold units that have come, and what they really cost."""

    oversold: Oversold
    actual: int


class Arrived(NamedTuple):
    """What became of units that came: the layer left of them and its position, if any is."""

    settled: list[Settled]
    layer: Layer | None = None
    position: int = 0


@dataclass(slots=True)
class Drawn:
    """Units that left: from layers, and beyond them provisionally.

    `provisional` is the value at which the oversold units stand until they come, `position`
    where they stand.
    """

    layers: list[Layer]
    oversold: int = 0
    provisional: int = 0
    position: int = 0

    @property
    def amount(self) -> int:
        return sum([layer.value for layer in self.layers]) + self.provisional


class PoolChunks(NamedTuple):
    """Where a pool keeps what it has sealed."""

    layers: Chunks[Layer]
    oversold: Chunks[Oversold]


class PoolState(NamedTuple):
    """What is written of a pool besides its chunks."""

    warehouse: str | None
    open_layers: int
    merged: bool
    last_drawn: tuple[int, int] | None
    average: int | None
    layers: LotsState[Layer]
    oversold: LotsState[Oversold]
