"""Units leaving and arriving: what sales, write-offs, receipts and adjustments share."""

from ullage.costing.book import Book
from ullage.costing.entry import CostEntry, CostVariance, Draw, Entry, EntryType, VarianceKind
from ullage.costing.errors import NegativeInventory
from ullage.costing.layers import Drawn, Layer, Settled
from ullage.costing.money import plain
from ullage.costing.movement import Method, NegativeStock


def require(book: Book, warehouse: str, quantity: int) -> None:
    """Raise NegativeInventory where the layers lack the quantity and the item forbids that."""
    held = book.held(warehouse)
    if held < quantity and book.terms.negative_stock is NegativeStock.REJECT:
        raise NegativeInventory(
            f"{plain(quantity)} of {book.sku} were to leave {warehouse}, but the layers it "
            f"draws from hold {plain(held)} and this item must not go below zero; receive the "
            "missing units first, then send this again"
        )


def cost_of(
    book: Book, kind: EntryType, warehouse: str, drawn: Drawn, provisional: int
) -> CostEntry:
    """Post units that left, the oversold ones at their provisional amount."""
    quantity, amount, posted = drawn.oversold, provisional, 0
    if drawn.oversold:
        posted = book.account.post_draw(drawn.oversold, provisional)
    draws = []
    for units, value, layer_id, receipt_id, _ in drawn.layers:
        part = book.account.post_draw(units, value)
        quantity += units
        amount += value
        posted += part
        draws.append(Draw(layer_id, receipt_id, units, value, part))
    named = () if book.terms.method is Method.WAC else tuple(draws)
    return CostEntry(kind, warehouse, quantity, amount, posted, drawn.oversold, named)


def draws_of(book: Book, layers: list[Layer]) -> tuple[Draw, ...]:
    """Name the layers that units came from or went to; an average has none (domain 2)."""
    if book.terms.method is Method.WAC:
        return ()
    return tuple(
        [
            Draw(layer.layer_id, layer.receipt_id, layer.quantity, layer.value)
            for layer in layers
        ]
    )


def layer_left(book: Book, arriving: Layer, settled: list[Settled]) -> tuple[Draw, ...]:
    """Name the layer that is left of arriving units after what they settled."""
    quantity = arriving.quantity - sum([one.oversold.quantity for one in settled])
    value = arriving.value - sum([one.actual for one in settled])
    return draws_of(book, [arriving.of(quantity, value)]) if quantity else ()


def settle(book: Book, settled: list[Settled], receipt_id: str | None) -> list[Entry]:
    """State what units oversold really cost more than they stood at (domain 4)."""
    entries: list[Entry] = []
    for oversold, actual in settled:
        amount = actual - oversold.value
        posted = -book.account.post(-amount)
        entries.append(
            CostVariance(
                VarianceKind.OVERSOLD_SETTLEMENT, oversold.quantity, amount, posted,
                oversold.entry, oversold.warehouse, receipt_id,
            )
        )  # fmt: skip
    return entries
