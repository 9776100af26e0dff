"""Cost layers of one pool: what came and is not drawn, and what left before it came."""

from typing import NamedTuple, Self

from ullage.costing.entry import EntryRef
from ullage.costing.lots import Chunks, Lots, LotsState, value_of
from ullage.costing.money import per_unit, spread
from ullage.costing.movement import Method


class Layer(NamedTuple):
    """Units received at one cost, and the receipt they came from; merged ones share an id."""

    quantity: int
    value: int
    layer_id: str
    receipt_id: str | None
    received_at: int

    def of(self, quantity: int, value: int) -> Self:
        return self.__class__(quantity, value, self.layer_id, self.receipt_id, self.received_at)

    @property
    def unit_cost(self) -> int:
        return per_unit(self.value, self.quantity)


class Oversold(NamedTuple):
    """Units that left before they came, at a provisional value, and the entry they left in."""

    quantity: int
    value: int
    warehouse: str
    entry: EntryRef

    def of(self, quantity: int, value: int) -> Self:
        return self.__class__(quantity, value, self.warehouse, self.entry)


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


class Drawn(NamedTuple):
    """Units that left: from layers, and beyond them provisionally."""

    layers: list[Layer]
    oversold: int
    provisional: int
    """Value at which the oversold units stand until they come."""

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


class Pool:
    """The layers that a SKU, or one warehouse of it, draws from (domain 2, `cost_pool`).

    `changed` collects layers for publishing, in their parts as they are now; no parts: drained;
    None: to be looked up among all when it is published, not at every draw.
    `merged` tells whether any layer has ever had more than one part.
    """

    __slots__ = (
        "_average", "changed", "last_drawn", "layers", "merged", "method", "open_layers",
        "oversold", "warehouse",
    )  # fmt: skip

    def __init__(
        self,
        method: Method,
        warehouse: str | None,
        chunks: PoolChunks,
        state: PoolState | None = None,
    ) -> None:
        self.method, self.warehouse = method, warehouse
        self.changed: dict[str, Parts | None] = {}
        self.merged = state.merged if state else False
        self.open_layers = state.open_layers if state else 0
        self.last_drawn = state.last_drawn if state else None
        self._average = state.average if state else None
        self.layers = Lots(method, chunks.layers, state.layers if state else None)
        # Whatever the method, what was oversold first is settled first (domain 4).
        self.oversold = Lots(Method.FIFO, chunks.oversold, state.oversold if state else None)

    def state(self) -> PoolState:
        return PoolState(
            self.warehouse, self.open_layers, self.merged, self.last_drawn, self._average,
            self.layers.state(), self.oversold.state(),
        )  # fmt: skip

    @property
    def average(self) -> int | None:
        """Unit cost of what is on hand; with nothing on hand, the last one known (domain 6)."""
        if self.method is Method.WAC or not self.layers.quantity:
            return self._average
        return per_unit(self.layers.value, self.layers.quantity)

    def take(self, quantity: int) -> list[Layer]:
        """Draw units that are there, by the method. A draw leaves the average as it was."""
        if not quantity:
            return []
        if quantity == self.layers.quantity:
            self._average = self.average
        drawn = self.layers.take(quantity)
        last = self.layers.last_taken
        self.last_drawn = (last.quantity, last.value) if last else None
        self._note_drawn(drawn)
        return drawn

    def price(self, quantity: int) -> tuple[int, int | None]:
        """Return what those units would cost, and the unit cost of the last layer of them."""
        value, unit_cost = 0, self.last_drawn_cost
        for layer in self.layers.next_first():
            if not quantity:
                break
            part = min(quantity, layer.quantity)
            value += value_of(part, layer)
            quantity, unit_cost = quantity - part, layer.unit_cost
        return value, unit_cost

    def add(self, arriving: Layer) -> list[Settled]:
        """Settle the oldest oversold units with those that come; the rest becomes a layer."""
        settled: list[Settled] = []
        for oversold in self.oversold.take(min(arriving.quantity, self.oversold.quantity)):
            actual = value_of(oversold.quantity, arriving)
            settled.append(Settled(oversold, actual))
            arriving = arriving.of(
                arriving.quantity - oversold.quantity, arriving.value - actual
            )
        if arriving.quantity:
            self._put(arriving)
        return settled

    @property
    def last_drawn_cost(self) -> int | None:
        """Unit cost of the layer last drawn from, as it was before that draw."""
        return per_unit(self.last_drawn[1], self.last_drawn[0]) if self.last_drawn else None

    def newest(self) -> Layer | None:
        """The open layer that came last, or of merged ones their last part."""
        return next(reversed(self.layers), None)

    def change_value(self, amount: int) -> None:
        """Spread a change of value over the open layers by value, by quantity if that is 0."""
        layers = list(self.layers)
        weights = [layer.value if self.layers.value else layer.quantity for layer in layers]
        shares = spread(amount, weights)
        self.layers.revalue(
            layer.of(layer.quantity, layer.value + share)
            for layer, share in zip(layers, shares, strict=True)
        )
        self._average = per_unit(self.layers.value, self.layers.quantity)
        self.changed.update(self.by_id())

    def published(self) -> list[OpenLayer]:
        """Return the open layers, oldest first, merged ones as one."""
        return [self.as_one(parts) for parts in self.by_id().values()]

    def as_one(self, parts: Parts) -> OpenLayer:
        """Return a layer's parts as it is published."""
        first = parts[0]
        return OpenLayer(
            first.layer_id,
            tuple([part.receipt_id for part in parts if part.receipt_id is not None]),
            self.warehouse,
            first.received_at,
            sum([part.quantity for part in parts]),
            sum([part.value for part in parts]),
        )

    def _put(self, layer: Layer) -> None:
        newest = self.newest()
        joins = newest is not None and newest.layer_id == layer.layer_id
        self.layers.put(layer)
        if self.method is Method.WAC:
            self._average = per_unit(self.layers.value, self.layers.quantity)
        else:
            self.merged = self.merged or joins
        self.open_layers += not joins
        self.changed[layer.layer_id] = self._parts(layer)

    def _note_drawn(self, drawn: list[Layer]) -> None:
        """Of the layers drawn from, only the last can have units left."""
        for layer in drawn:
            self.changed[layer.layer_id] = ()
        self.open_layers -= len({layer.layer_id for layer in drawn})
        rest = self.layers.peek()
        if rest is not None and rest.layer_id == drawn[-1].layer_id:
            self.open_layers += 1
            self.changed[rest.layer_id] = self._parts(rest)

    def _parts(self, layer: Layer) -> Parts | None:
        """A layer of one part needs no looking up; under weighted average there is one."""
        if self.method is Method.WAC:
            return tuple(self.layers)
        return None if self.merged else (layer,)

    def by_id(self) -> dict[str, Parts]:
        """Return the parts of every open layer, oldest first."""
        parts: dict[str, list[Layer]] = {}
        for layer in self.layers:
            parts.setdefault(layer.layer_id, []).append(layer)
        return {layer_id: tuple(layers) for layer_id, layers in parts.items()}
