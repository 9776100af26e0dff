"""Adjustments: corrections of quantity, of value, or of both (domain 6)."""

from collections.abc import Callable
from typing import Final

from ullage.costing.arrivals import joining, layer_left, new_layer, settle
from ullage.costing.book import Book
from ullage.costing.draws import cost_of, draw, price, require
from ullage.costing.entry import CostEntry, Entry, EntryType
from ullage.costing.errors import InvalidMovement, NegativeInventory, NothingOnHand
from ullage.costing.hierarchy import assumed_cost
from ullage.costing.money import plain, times
from ullage.costing.movement import Adjustment, AdjustmentMode

ADJUSTED = EntryType.INVENTORY_ADJUSTMENT


def adjust(book: Book, adjustment: Adjustment) -> list[Entry]:
    """Apply an adjustment by its mode; it absorbs an open variance of its own sign."""
    entries = MODES[adjustment.mode](book, adjustment)
    if not adjustment.quantity:
        return entries
    return entries + book.expect(
        adjustment.warehouse, adjustment.quantity, adjustment, absorbs=True
    )


def adjust_quantity(book: Book, adjustment: Adjustment) -> list[Entry]:
    """Up at the average (standard cost while there is no history), down by the method."""
    if adjustment.quantity > 0:
        unit_cost = assumed_cost(book, adjustment.warehouse)
        return [*_up(book, adjustment, times(adjustment.quantity, unit_cost))]
    require(book, adjustment.warehouse, -adjustment.quantity)
    return [_down(book, adjustment)]


def adjust_value(book: Book, adjustment: Adjustment) -> list[Entry]:
    """Spread a change of value over the open layers by their value."""
    _require_value(book, adjustment, book.held(adjustment.warehouse))
    return [_revalue(book, adjustment, adjustment.value)]


def adjust_both(book: Book, adjustment: Adjustment) -> list[Entry]:
    """Up: a layer of the value given. Down: by the method, then the rest of the value."""
    if adjustment.quantity * adjustment.value <= 0:
        raise InvalidMovement(
            f"quantity {plain(adjustment.quantity)} and value {plain(adjustment.value)} must "
            "have the same sign; send two adjustments if both are meant"
        )
    if adjustment.quantity > 0:
        return _up(book, adjustment, adjustment.value)
    leaving = -adjustment.quantity
    require(book, adjustment.warehouse, leaving)
    rest = adjustment.value + price(book, adjustment.warehouse, leaving)
    if rest:
        _require_value(book, adjustment, book.held(adjustment.warehouse) - leaving)
    left = _down(book, adjustment)
    return [left, _revalue(book, adjustment, rest)] if rest else [left]


MODES: Final[dict[AdjustmentMode, Callable[[Book, Adjustment], list[Entry]]]] = {
    AdjustmentMode.QUANTITY: adjust_quantity,
    AdjustmentMode.VALUE: adjust_value,
    AdjustmentMode.QUANTITY_AND_VALUE: adjust_both,
}


def _require_value(book: Book, adjustment: Adjustment, left: int) -> None:
    """Raise where no units are left to carry the value, or it would fall below zero."""
    if left <= 0:
        raise NothingOnHand(
            f"no units of {book.sku} are left in the layers of {adjustment.warehouse} to carry "
            "a change of value; adjust the quantity first, or quantity and value together"
        )
    # Whatever the draw takes, its cost and the rest make up the adjustment.
    value = book.pool(adjustment.warehouse).layers.value
    if value + adjustment.value < 0:
        raise NegativeInventory(
            f"{book.sku} is worth {plain(value)} here, and {plain(adjustment.value)} would "
            f"leave it below zero; take off {plain(value)} at most"
        )


def _up(book: Book, adjustment: Adjustment, value: int) -> list[Entry]:
    quantity, pool = adjustment.quantity, book.pool(adjustment.warehouse)
    layer = new_layer(book, pool, quantity, value, adjustment.effective_at)
    layer = joining(book, pool, layer)
    arrived = pool.add(layer)
    book.units_in += quantity
    raised = CostEntry(
        ADJUSTED, adjustment.warehouse, quantity, value, book.account.post(value),
        draws=layer_left(book, arrived),
    )  # fmt: skip
    return [raised, *settle(book, layer, arrived, None)]


def _down(book: Book, adjustment: Adjustment) -> CostEntry:
    warehouse = adjustment.warehouse
    drawn = draw(book, adjustment, ADJUSTED, warehouse, -adjustment.quantity)
    return cost_of(book, ADJUSTED, warehouse, drawn, drawn.provisional).negated()


def _revalue(book: Book, adjustment: Adjustment, value: int) -> CostEntry:
    book.pool(adjustment.warehouse).change_value(value)
    return CostEntry(ADJUSTED, adjustment.warehouse, 0, value, book.account.post(value))
