"""A pool of cost layers: what came and is not drawn, and what left before it came."""

from collections.abc import Callable

from ullage.costing.chunks import value_of
from ullage.costing.layers import (
    Arrived,
    Layer,
    OpenLayer,
    Parts,
    PoolChunks,
    PoolState,
    Settled,
)
from ullage.costing.lots import Lots
from ullage.costing.money import per_unit, spread
from ullage.costing.movement import Method


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

    @property
    def last_drawn_cost(self) -> int | None:
        """Unit cost of the layer last drawn from, as it was before that draw."""
        return per_unit(self.last_drawn[1], self.last_drawn[0]) if self.last_drawn else None

    def take(self, quantity: int) -> list[Layer]:
        """Draw units that are there, by the method. A draw leaves the average as it was."""
        if not quantity:
            return []
        if quantity == self.layers.quantity:
            self._average = self.average
        drawn = self.layers.take(quantity)
        last = self.layers.last_taken
        if last is not None:
            self.last_drawn = (last.quantity, last.value)
        self._note_drawn(drawn)
        return drawn

    def take_at(self, position: int, quantity: int) -> Layer:
        """Draw units of the one layer at a position, wherever it lies in the order."""
        layer = self.layer_at(position)
        if quantity == self.layers.quantity:
            self._average = self.average
        self.last_drawn = (layer.quantity, layer.value)
        value = value_of(quantity, layer)
        rest = None
        if quantity < layer.quantity:
            rest = layer.of(layer.quantity - quantity, layer.value - value)
        self.put_at(position, layer, rest)
        return layer.of(quantity, value)

    def put_at(self, position: int, there: Layer, layer: Layer | None) -> None:
        """Put a layer, or nothing, in the place of the one at a position."""
        alone = not self.merged or len(self.parts_at(position, there)) == 1
        self.layers.replace(position, layer)
        if layer is None:
            self.open_layers -= alone
            self.changed[there.layer_id] = () if alone else None
        else:
            self.changed[layer.layer_id] = self._parts(layer)

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

    def add(self, arriving: Layer) -> Arrived:
        """Settle the oldest oversold units with those that come; the rest becomes a layer."""
        settled: list[Settled] = []
        for oversold in self.oversold.take(min(arriving.quantity, self.oversold.quantity)):
            actual = value_of(oversold.quantity, arriving)
            settled.append(Settled(oversold, actual))
            arriving = arriving.of(
                arriving.quantity - oversold.quantity, arriving.value - actual
            )
        if not arriving.quantity:
            return Arrived(settled)
        return Arrived(settled, arriving, self._put(arriving))

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

    def split_off(self, position: int, new_id: Callable[[], str]) -> Layer:
        """Make the part of a merged layer at a position a layer of its own (domain 2).

        The parts before it stay as they are, those behind it become another. Returns it.
        """
        layer = self.layer_at(position)
        if self.merged:
            parts = self.parts_at(position, layer)
            behind = [(place, part) for place, part in parts if place > position]
            if any(place < position for place, _ in parts):
                layer = self._rename([(position, layer)], new_id())
            if behind:
                self._rename(behind, new_id())
        return layer

    def change_value_at(self, position: int, amount: int, new_id: Callable[[], str]) -> None:
        """Change the value of the one layer at a position; a merged one is split."""
        layer = self.split_off(position, new_id)
        self.put_at(position, layer, layer.of(layer.quantity, layer.value + amount))
        if self.method is Method.WAC:
            self._average = per_unit(self.layers.value, self.layers.quantity)

    def layer_at(self, position: int) -> Layer:
        """The layer at a position, which must be there."""
        layer = self.layers.at(position)
        if layer is None:
            raise LookupError(f"there is no layer at {position}")
        return layer

    def parts_at(self, position: int, layer: Layer) -> list[tuple[int, Layer]]:
        """The parts of the layer that has one at this position, with theirs, oldest first."""
        parts = [(position, layer)]
        for step in (-1, 1):
            place = self.layers.next_place(position, step)
            while place is not None:
                part = self.layers.at(place)
                if part is None or part.layer_id != layer.layer_id:
                    break
                parts.append((place, part))
                place = self.layers.next_place(place, step)
        return sorted(parts)

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

    def by_id(self) -> dict[str, Parts]:
        """Return the parts of every open layer, oldest first."""
        parts: dict[str, list[Layer]] = {}
        for layer in self.layers:
            parts.setdefault(layer.layer_id, []).append(layer)
        return {layer_id: tuple(layers) for layer_id, layers in parts.items()}

    def _rename(self, parts: list[tuple[int, Layer]], layer_id: str) -> Layer:
        """Make parts of a merged layer into a layer of their own; returns the last of them."""
        self.open_layers += 1
        self.changed[layer_id] = self.changed[parts[0][1].layer_id] = None
        for position, part in parts:
            renamed = part._replace(layer_id=layer_id)
            self.layers.replace(position, renamed)
        return renamed

    def _put(self, layer: Layer) -> int:
        newest = self.layers.newest()
        joins = newest is not None and newest.layer_id == layer.layer_id
        position = self.layers.put(layer)
        if self.method is Method.WAC:
            self._average = per_unit(self.layers.value, self.layers.quantity)
        else:
            self.merged = self.merged or joins
        self.open_layers += not joins
        self.changed[layer.layer_id] = self._parts(layer)
        return position

    def _note_drawn(self, drawn: list[Layer]) -> None:
        """Of the layers drawn from, only the last can have units left."""
        rest, last = self.layers.peek(), drawn[-1].layer_id
        left = rest if rest and rest.layer_id == last else None
        if left is None or len(drawn) > 1:
            ids = dict.fromkeys([layer.layer_id for layer in drawn], ())
            self.changed.update(ids)
            self.open_layers -= len(ids) - (left is not None)
        if left:
            self.changed[last] = self._parts(left)

    def _parts(self, layer: Layer) -> Parts | None:
        """A layer of one part needs no looking up; under weighted average there is one."""
        if self.method is Method.WAC:
            return tuple(self.layers)
        return None if self.merged else (layer,)
