"""What an event reads and writes does not grow with open layers, nor with a SKU's age."""

from collections.abc import Callable

import pytest

from tests.costing.shop import Shop
from ullage.costing.book import Book
from ullage.costing.chunks import MemoryChunks, Slots
from ullage.costing.entry import VarianceKind
from ullage.costing.kept import MemoryStorage
from ullage.costing.layers import Layer, Oversold, PoolChunks
from ullage.costing.movement import CostPool, Method


class Counted(MemoryChunks[Layer]):
    """Chunks that count how often they are read and written."""

    asked = 0

    def read(self, number: int) -> Slots[Layer]:
        self.asked += 1
        return super().read(number)

    def write(self, number: int, lots: Slots[Layer] | None) -> None:
        self.asked += 1
        super().write(number, lots)


class CountedStorage(MemoryStorage):
    """Storage of one pool with such chunks."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = Counted()
        self.oversold = MemoryChunks[Oversold]()

    def chunks(self, warehouse: str | None) -> PoolChunks:
        return PoolChunks(self.layers, self.oversold)


def shop_of(method: Method, layers: int) -> tuple[Shop, CountedStorage]:
    """A shop with that many layers of two units, and one unit of the first sold under FIFO."""
    storage = CountedStorage()
    shop = Shop()
    shop.book = Book("SKU-1", storage)
    shop.set(method)
    for _ in range(layers):
        shop.receive(2, 3)
    shop.sell(1)
    shop.book.take_changed()
    return shop, storage


Event = Callable[[Shop, int], object]
EVENTS: dict[str, Event] = {
    "late charge": lambda shop, layers: shop.late(f"m{layers // 2}", 1),
    "correction": lambda shop, layers: shop.correct(f"m{layers // 2}", 9),
    "purchase return": lambda shop, layers: shop.send_back(f"m{layers // 2}", 2),
    "sale return": lambda shop, layers: shop.take_back(f"m{layers + 2}", 1),
    "consumption": lambda shop, layers: shop.consume(1),
    "production": lambda shop, layers: shop.produce(1, 1),
    "merge": lambda shop, layers: shop.merge("m10", "m11", f"m{layers // 2}"),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("method", [Method.FIFO, Method.LIFO])
def test_among_many_layers_as_among_few(method: Method, event: str) -> None:
    """Chunks asked for, and layers told of."""
    costs = set()
    for layers in (160, 3_200):
        shop, storage = shop_of(method, layers)
        before = storage.layers.asked
        EVENTS[event](shop, layers)
        costs.add((storage.layers.asked - before, len(shop.book.take_changed())))
    assert len(costs) == 1
    assert max(costs) <= (20, 3)


def test_the_record_of_a_receipt_line_does_not_grow_with_its_age() -> None:
    """Sold and returned a hundred times, it forgets where its units once lay."""
    shop = Shop().receive(1, 5).receive(1, 5)
    for number in range(3, 403, 4):
        shop.sell(1).take_back(f"m{number}", 1).sell(1).receive(1, 5)
    line = shop.book.storage.receipts.get("1")
    assert line is not None
    assert len(line.places) <= 16
    assert shop.late("m1", 1).cost_variances(VarianceKind.LATE_COST) == []


def test_a_receipt_line_knows_all_its_places_however_many() -> None:
    """Twenty of forty units moved one by one: what comes late finds each of them."""
    shop = Shop().set(pool=CostPool.WAREHOUSE).receive(40, 5)
    for _ in range(20):
        shop.transfer(1)
    assert shop.late("m2", 40).cost_variances(VarianceKind.LATE_COST) == []
    assert shop.layers == [(20, 120)] + [(1, 6)] * 20
