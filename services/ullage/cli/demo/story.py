"""The worked flow of one SKU in one warehouse: a receipt, a sale, and a WMS that lags."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from ullage.cli.demo.watch import Book, Said

WAREHOUSE = "MAIN"
SOURCE = "demo-story"

Json = dict[str, object]


class Shown(NamedTuple):
    """One row of the table: what the books say after a step."""

    layers: str
    expected: str
    estimated: str
    variance: str


class Step(NamedTuple):
    """An event of the story, for a SKU, and the row that must come of it."""

    name: str
    fields: Callable[[str], Json]
    says: Shown


def _receive(receipt: str, quantity: int, unit_cost: str) -> Callable[[str], Json]:
    def fields(sku: str) -> Json:
        line = {
            "sku": sku,
            "warehouse": WAREHOUSE,
            "quantity": quantity,
            "unit_cost": unit_cost,
        }
        shipment = {"shipment_id": f"{sku}-S1", "receipt_id": receipt}
        return {"type": "receipt", **shipment, "lines": [line]}

    return fields


def _pull(counted: int) -> Callable[[str], Json]:
    return _of_sku("stock_pull", on_hand=counted)


def _of_sku(kind: str, **fields: object) -> Callable[[str], Json]:
    return lambda sku: {"type": kind, "sku": sku, "warehouse": WAREHOUSE, **fields}


_SALE = _of_sku("sale", quantity=10, order_id="O1", line_id="1")
_DEFECTIVE = _of_sku("defective_report", quantity=2, reason="water damage")

STEPS = (
    Step("receive 200 @ 3.00", _receive("R1", 200, "3.00"), Shown("200@3", "200", "200", "-")),
    Step("sell 10", _SALE, Shown("190@3", "190", "190", "-")),
    Step("pull 188", _pull(188), Shown("190@3", "190", "188", "-2 (opened)")),
    Step(
        "receive 200 @ 2.00",
        _receive("R2", 200, "2.00"),
        Shown("190@3, 200@2", "390", "388", "-2"),
    ),
    Step(
        "pull 188 (warehouse lags)",
        _pull(188),
        Shown("190@3, 200@2", "390", "188", "-202 (changed)"),
    ),
    Step("pull 388", _pull(388), Shown("190@3, 200@2", "390", "388", "-2 (changed)")),
    Step(
        "defective report 2",
        _DEFECTIVE,
        Shown("188@3, 200@2", "388", "388", "0 (resolved); write-off 6.00"),
    ),
    Step("pull 388", _pull(388), Shown("188@3, 200@2", "388", "388", "0")),
)
"""FIFO. The last step changes nothing, so its variance has no status."""


def events(sku: str) -> Iterator[tuple[Step, Json]]:
    """The story's events for a SKU of its own, a quarter of an hour apart."""
    for number, step in enumerate(STEPS):
        event = {
            "id": f"{sku}-{number}",
            "source": SOURCE,
            "effective_at": f"2026-10-01T{9 + number // 4:02}:{number % 4 * 15:02}:00Z",
            **step.fields(sku),
        }
        yield step, event


def is_told(book: Book, event_id: str) -> bool:
    """Whether all records about an event are there: they come by several topics.

    The ledger's entry gives the sequence; the snapshot of that sequence says how many layers
    there are, and the layers say how many units.
    """
    entries = [r for r in _about(book, event_id) if r.type == "ledger_entry"]
    snapshot = book.snapshot
    if not entries or snapshot is None or snapshot.sequence != entries[0].sequence:
        return False
    on_hand = sum(Decimal(layer.quantity) for layer in book.layers.values())
    return len(book.layers) == snapshot.open_layers and on_hand == Decimal(snapshot.on_hand)


def shown(book: Book, event_id: str) -> Shown:
    """The row the books give for an event, in the words of the table."""
    stock = book.snapshot.stock[0] if book.snapshot and book.snapshot.stock else None
    if stock is None:
        return Shown("", "", "", "")
    layers = sorted(book.layers.values(), key=lambda layer: layer.received_at)
    variance = "-" if stock.variance is None else stock.variance
    return Shown(
        ", ".join(f"{_short(layer.quantity)}@{_short(layer.unit_cost)}" for layer in layers),
        stock.expected,
        stock.estimated,
        variance + "".join(_remarks(_about(book, event_id))),
    )


def _remarks(records: list[Said]) -> Iterator[str]:
    yield from (f" ({r.status})" for r in records if r.type == "quantity_variance")
    yield from (f"; write-off {r.amount}" for r in records if r.type == "write_off")


def _about(book: Book, event_id: str) -> list[Said]:
    return [record for record in book.records if record.source_id == event_id]


def _short(number: str) -> str:
    return f"{Decimal(number).normalize():f}"
