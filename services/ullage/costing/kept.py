"""What is kept of a SKU beside its book: receipt lines, and what order lines cost.

Each record is read and written on its own, so an event costs the same however many there are.
"""

from typing import Generic, NamedTuple, Protocol, TypeVar

from ullage.costing.chunks import MemoryChunks
from ullage.costing.layers import Layer, Oversold, PoolChunks
from ullage.costing.money import divide, per_unit

T = TypeVar("T")


Places = tuple[tuple[str | None, int], ...]
"""Layers by the warehouse of their pool, and their position in it."""


class FirstSale(NamedTuple):
    """The earliest sale that drew from a receipt line; of one time, that learnt first."""

    sequence: int
    movement_id: str
    order_id: str
    effective_at: int


class ReceiptLine(NamedTuple):
    """A receipt line that was received, or one that was refused: of that, nothing was.

    `purchase` is its purchase cost as corrected, `cost` that with its charges; `late` what came
    of it since, by the sequence of what brought it. `units_in` are the units the SKU had ever
    received up to and including it. `places` are where its units lie or have lain: a layer
    there is of this line if its origin says so. `joined` are groups of receipts that some of
    its units were merged into: the group's origin, and how many. A group is kept as a line;
    its origin is negative. `charged` is what a refused line bears of each charge so far, all of
    it late cost.
    """

    movement_id: str
    receipt_id: str
    warehouse: str
    quantity: int = 0
    purchase: int = 0
    cost: int = 0
    units_in: int = 0
    pending: bool = False
    returned: int = 0
    late: tuple[tuple[int, int], ...] = ()
    places: Places = ()
    joined: tuple[tuple[int, int], ...] = ()
    charged: tuple[tuple[str, int], ...] = ()
    first_sale: FirstSale | None = None

    def sold_from(self, sale: FirstSale) -> "ReceiptLine":
        """The same line, its first sale known. Every line sees one: `_replace` is slower."""
        return ReceiptLine(*self[:-1], sale)

    @property
    def unit_cost(self) -> int:
        """Its landed cost a unit; credits beyond its cost do not make it negative."""
        return max(per_unit(self.cost, self.quantity), 0)

    def late_since(self, sequence: int, quantity: int) -> int:
        """What some of its units, drawn then, cost more by now."""
        late = sum([amount for number, amount in self.late if number > sequence])
        return divide(late * quantity, self.quantity)


class Piece(NamedTuple):
    """Units of an order line from one receipt line; origin 0: from none.

    `value` is what they cost without what came late on the receipt line since `sequence`;
    `booked` what was booked as COGS for them, and `override` what of the difference was
    variance `non_diminishing_override`.
    """

    quantity: int
    value: int
    origin: int
    sequence: int
    booked: int
    override: int = 0

    def part(self, quantity: int) -> "Piece":
        """Some of its units; the last unit takes all."""
        return self._replace(
            quantity=quantity,
            value=divide(self.value * quantity, self.quantity),
            booked=divide(self.booked * quantity, self.quantity),
            override=divide(self.override * quantity, self.quantity),
        )

    def less(self, part: "Piece") -> "Piece":
        """The rest of it without a part."""
        return self._replace(
            quantity=self.quantity - part.quantity,
            value=self.value - part.value,
            booked=self.booked - part.booked,
            override=self.override - part.override,
        )


class Owed(NamedTuple):
    """Units of an order line that left before they came: one lot of the pool's oversold.

    `sequence` is that of the sale they left with.
    """

    warehouse: str
    position: int
    quantity: int
    booked: int
    sequence: int

    def part(self, quantity: int) -> "Owed":
        """Some of its units; the last unit takes all."""
        booked = divide(self.booked * quantity, self.quantity)
        return self._replace(quantity=quantity, booked=booked)

    def less(self, part: "Owed") -> "Owed":
        """The rest of it without a part."""
        return self._replace(
            quantity=self.quantity - part.quantity, booked=self.booked - part.booked
        )


class OrderLine(NamedTuple):
    """What an order line's units cost, in the order drawn, and when its last sale was."""

    pieces: tuple[Piece, ...]
    owed: tuple[Owed, ...]
    effective_at: int


def order_line_key(order_id: str, line_id: str) -> str:
    return f"{order_id}\x1f{line_id}"


class Kept(Protocol[T]):
    """Records by key."""

    def get(self, key: str) -> T | None: ...

    def put(self, key: str, record: T | None) -> None:
        """Keep a record under a key; None drops it."""


class Storage(Protocol):
    """Where a SKU's book keeps what it does not have in hand."""

    def chunks(self, warehouse: str | None) -> PoolChunks:
        """The chunks of a pool; None names the pool of a SKU that has but one."""

    @property
    def receipts(self) -> Kept[ReceiptLine]:
        """Receipt lines by their origin: the sequence of the movement that brought them."""

    @property
    def origins(self) -> Kept[int]:
        """The origin of a receipt line by the id of its movement."""

    @property
    def lines(self) -> Kept[OrderLine]:
        """Order lines by `order_line_key`."""


class MemoryKept(Generic[T]):
    """Records in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, T] = {}

    def get(self, key: str) -> T | None:
        return self.kept.get(key)

    def put(self, key: str, record: T | None) -> None:
        if record is None:
            del self.kept[key]
        else:
            self.kept[key] = record


class MemoryStorage:
    """All of it in memory."""

    def __init__(self) -> None:
        self.pools: dict[str | None, PoolChunks] = {}
        self.receipts = MemoryKept[ReceiptLine]()
        self.origins = MemoryKept[int]()
        self.lines = MemoryKept[OrderLine]()

    def chunks(self, warehouse: str | None) -> PoolChunks:
        if warehouse not in self.pools:
            self.pools[warehouse] = PoolChunks(MemoryChunks[Layer](), MemoryChunks[Oversold]())
        return self.pools[warehouse]
