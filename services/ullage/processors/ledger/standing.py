"""Where books stand after a batch: snapshots and cost layers, the last value of each key.

These topics are compacted, so a batch writes each once. Each record names the movement that
last changed it, never the batch, so any cut of the log into batches leaves the same records.
"""

from collections.abc import Iterable, Iterator

from ullage import topics
from ullage.costing.book import Book
from ullage.costing.layers import OpenLayer, Parts
from ullage.costing.money import per_unit
from ullage.costing.pool import Pool
from ullage.costing.stock import Stock
from ullage.processors.ledger import published
from ullage.processors.ledger.outcome import Outcome
from ullage.processors.text import money, plain, rfc3339
from ullage.step import Output


class Standings:
    """The books and layers that a batch changed, and the movement that changed each last."""

    def __init__(self) -> None:
        self._books: dict[str, tuple[Book, Outcome]] = {}
        self._layers: dict[tuple[str, str], tuple[Pool, Parts | None, Outcome, int]] = {}

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
            yield _cost_layer(f"{sku}\x1f{layer_id}".encode(), layer, outcome, number)
        for book, outcome in self._books.values():
            yield outcome.output(topics.SNAPSHOTS, _snapshot(book, outcome))


def _cost_layer(key: bytes, layer: OpenLayer | None, outcome: Outcome, number: int) -> Output:
    """A layer as it stands, or a tombstone; a reader orders both by the header `sequence`."""
    about = (outcome.id_of("cost_layer", number), "cost_layer", *outcome.about)
    said = published.About(*about)
    if layer is not None:
        said = published.CostLayer(
            *about, outcome.currency, layer.layer_id, layer.receipt_ids,
            rfc3339(layer.received_at), plain(layer.quantity),
            money(per_unit(layer.value, layer.quantity)), money(layer.value), layer.warehouse,
        )  # fmt: skip
    record = outcome.output(topics.COST_LAYERS, said, key)
    return record._replace(
        value=None if layer is None else record.value,
        headers=(*record.headers, ("sequence", str(outcome.sequence).encode())),
    )


def _snapshot(book: Book, outcome: Outcome) -> published.Snapshot:
    values = book.value_by_warehouse()
    stock = book.stock.values()
    quantity, value, _ = outcome.totals
    oversold = book.oversold
    return published.Snapshot(
        outcome.id_of("snapshot", 0), "snapshot", *outcome.about, outcome.currency,
        book.terms.method.value, plain(quantity), money(value), _cost(book.average),
        _cost(book.last_landed), book.layer_count,
        [_stock(one, values[one.warehouse]) for one in stock], plain(oversold),
        _flags(quantity, oversold, book.cost_pending, stock), book.terms.cost_pool.value,
    )  # fmt: skip


def _stock(stock: Stock, value: int) -> published.Stock:
    return published.Stock(
        stock.warehouse,
        plain(stock.expected),
        plain(stock.estimated),
        None if stock.counted is None else plain(stock.counted),
        None if stock.counted_at is None else rfc3339(stock.counted_at),
        None if stock.variance is None else plain(stock.variance),
        money(value),
    )


def _cost(unit_cost: int | None) -> str | None:
    return None if unit_cost is None else money(unit_cost)


def _flags(quantity: int, oversold: int, pending: int, stock: Iterable[Stock]) -> list[str]:
    flags = []
    if quantity < 0 or any(one.expected < 0 for one in stock):
        flags.append("negative")
    if oversold > 0:
        flags.append("oversold")
    if pending > 0:
        flags.append("cost_pending")
    if any(one.variance for one in stock):
        flags.append("variance_open")
    return flags
