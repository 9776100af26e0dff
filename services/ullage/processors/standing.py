"""Where books stand after a batch: snapshots and cost layers, the last value of each key.

These topics are compacted, so a batch writes each once. Each record names the movement that
last changed it, never the batch, so any cut of the log into batches leaves the same records.
"""

from collections.abc import Iterator

from ullage import topics
from ullage.costing.book import Book
from ullage.costing.layers import OpenLayer, Parts, Pool
from ullage.costing.money import per_unit
from ullage.processors.outcome import Json, Outcome, Totals
from ullage.processors.text import BASE_CURRENCY, money, plain, rfc3339
from ullage.step import Output


class Standings:
    """The books and layers that a batch changed, and the movement that changed each last."""

    def __init__(self) -> None:
        self._books: dict[str, tuple[Book, Outcome]] = {}
        self._layers: dict[tuple[str, str], tuple[Pool, Parts | None, Outcome, int]] = {}

    def totals(self, book: Book) -> Totals:
        """Where a book stands before its next movement."""
        last = self._books.get(book.sku)
        return Totals.of(book) if last is None else last[1].totals

    def note(self, book: Book, outcome: Outcome) -> None:
        """Take in what one movement changed."""
        self._books[book.sku] = (book, outcome)
        for number, (layer_id, pool, parts) in enumerate(book.take_changed()):
            self._layers[book.sku, layer_id] = (pool, parts, outcome, number)

    def records(self) -> Iterator[Output]:
        """Write what changed, as it stands now."""
        merged: dict[Pool, dict[str, Parts]] = {}
        for (sku, layer_id), (pool, parts, outcome, number) in self._layers.items():
            if parts is None:
                if pool not in merged:
                    merged[pool] = pool.by_id()
                parts = merged[pool].get(layer_id, ())
            layer = pool.as_one(parts) if parts else None
            yield _cost_layer(f"{sku}\x1f{layer_id}", layer, outcome, number)
        for book, outcome in self._books.values():
            yield outcome.record(topics.SNAPSHOTS.name, "snapshot", _snapshot(book))


def _cost_layer(key: str, layer: OpenLayer | None, outcome: Outcome, number: int) -> Output:
    """A layer as it stands, or a tombstone; a reader orders both by the header `sequence`."""
    fields = {} if layer is None else _layer(layer)
    record = outcome.record(topics.COST_LAYERS.name, "cost_layer", fields, number, key)
    return record._replace(
        value=None if layer is None else record.value,
        headers=(*record.headers, ("sequence", str(outcome.sequence).encode())),
    )


def _layer(layer: OpenLayer) -> Json:
    fields: Json = {
        "currency": BASE_CURRENCY,
        "layer_id": layer.layer_id,
        "receipt_ids": list(layer.receipt_ids),
        "received_at": rfc3339(layer.received_at),
        "quantity": plain(layer.quantity),
        "unit_cost": money(per_unit(layer.value, layer.quantity)),
        "value": money(layer.value),
    }
    if layer.warehouse is not None:
        fields["warehouse"] = layer.warehouse
    return fields


def _snapshot(book: Book) -> Json:
    values = book.value_by_warehouse()
    return {
        "currency": BASE_CURRENCY,
        "method": book.terms.method.value,
        "on_hand": plain(book.quantity),
        "value": money(book.value),
        "average_cost": _cost(book.average),
        "last_landed_cost": _cost(book.last_landed),
        "open_layers": book.layer_count,
        "stock": [
            {
                "warehouse": stock.warehouse,
                "expected": plain(stock.expected),
                "estimated": plain(stock.estimated),
                "counted": None if stock.counted is None else plain(stock.counted),
                "counted_at": None if stock.counted_at is None else rfc3339(stock.counted_at),
                "variance": None if stock.variance is None else plain(stock.variance),
                "value": money(values[stock.warehouse]),
            }
            for stock in book.stock.values()
        ],
        "oversold": plain(book.oversold),
        "flags": _flags(book),
    }


def _cost(unit_cost: int | None) -> str | None:
    return None if unit_cost is None else money(unit_cost)


def _flags(book: Book) -> list[str]:
    stock = book.stock.values()
    raised = {
        "negative": book.quantity < 0 or any(one.expected < 0 for one in stock),
        "oversold": book.oversold > 0,
        "cost_pending": book.cost_pending > 0,
        "variance_open": any(one.variance for one in stock),
    }
    return [flag for flag, is_raised in raised.items() if is_raised]
