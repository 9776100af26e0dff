"""I4 in PostgreSQL: its rows are what the topics say, no more and no less."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from tests.faults.history import History, Json, Record, Row

_MONEY = ("id", "sku", "sequence", "quantity", "amount", "posted_amount", "on_hand", "value")
_FACTS: dict[str, tuple[str, tuple[str, ...], Callable[[Record], bool]]] = {
    "movements": ("ledger", _MONEY, lambda record: True),
    "cogs": ("cogs", (*_MONEY, "order_id", "line_id"), lambda record: True),
    "costs": ("costs", (*_MONEY, "type"), lambda record: True),
    "variances": ("variances", (*_MONEY, "type", "kind", "corrects"), lambda record: True),
    "journals": ("journals", ("id", "sku", "amount", "status"), lambda record: True),
    "rejections": ("rejections", ("id", "movement_id", "code"), lambda record: True),
    "receipts": ("costs", _MONEY, lambda record: record.body["type"] == "received"),
    "charge_shares": ("costs", _MONEY, lambda record: record.body["type"] == "landed"),
}
"""Of each table: the topic that fills it, what is compared, and which records it takes."""
_LAYER = ("sku", "layer_id", "sequence", "quantity", "unit_cost", "value")
_SKU = ("sku", "sequence", "id", "on_hand", "value", "oversold", "open_layers")
_STOCK = ("warehouse", "expected", "estimated", "counted", "variance", "value")


def facts_equal_the_topics(history: History) -> Iterator[str]:
    """Every record of an event is a row, with the same figures."""
    for table, (topic, names, takes) in _FACTS.items():
        records = (_figures(one.body, names) for one in history.of(topic) if takes(one))
        rows = (_figures(row, names) for row in history.tables[table])
        yield from _differences(table, records, rows)
    yield from _differences("journal_lines", _lines(history), _line_rows(history))
    yield from _differences("draws", _draws(history), _draw_rows(history))


def state_equals_the_topics(history: History) -> Iterator[str]:
    """SKUs, stock and layers are the last value of each key."""
    snapshots = [record.body for record in history.last("snapshots").values()]
    layers = [record.body for record in history.last("cost-layers").values()]
    stock = [
        _figures({"sku": one["sku"], **place}, ("sku", *_STOCK))
        for one in snapshots
        for place in one["stock"]
    ]
    for table, names, records in (
        ("skus", _SKU, [_figures(one, _SKU) for one in snapshots]),
        ("cost_layers", _LAYER, [_figures(one, _LAYER) for one in layers]),
        ("stock", ("sku", *_STOCK), stock),
    ):
        rows = (_figures(row, names) for row in history.tables[table])
        yield from _differences(table, records, rows)


def _lines(history: History) -> Iterator[tuple[object, ...]]:
    for record in history.of("journals"):
        for place, line in enumerate(record.body["lines"]):
            figures = _figures(line, ("role", "account", "debit", "credit"))
            yield record.text("id"), place, *figures


def _line_rows(history: History) -> Iterator[tuple[object, ...]]:
    for row in history.tables["journal_lines"]:
        figures = _figures(row, ("role", "account", "debit", "credit"))
        yield row["journal_id"], row["line"], *figures


def _draws(history: History) -> Iterator[tuple[object, ...]]:
    for record in history.of("cogs", "costs"):
        for place, layer in enumerate(record.body["layers"]):
            yield record.text("id"), place, *_figures(layer, ("layer_id", "quantity", "amount"))


def _draw_rows(history: History) -> Iterator[tuple[object, ...]]:
    for row in history.tables["draws"]:
        figures = _figures(row, ("layer_id", "quantity", "amount"))
        yield row["entry_id"], row["line"], *figures


def _differences(
    table: str,
    records: Iterable[tuple[object, ...]],
    rows: Iterable[tuple[object, ...]],
) -> Iterator[str]:
    wanted, found = Counter(records), Counter(rows)
    for one in wanted - found:
        yield f"{table} has no row {one}"
    for one in found - wanted:
        yield f"{table} has a row too many, {one}"


def _figures(fields: Json | Row, names: Iterable[str]) -> tuple[object, ...]:
    """The fields to compare; a number is the same in whatever way it is written."""
    return tuple(_plain(fields.get(name)) for name in names)


def _plain(value: object) -> object:
    if isinstance(value, int | Decimal):
        return str(Decimal(value).normalize() + 0)
    if isinstance(value, str) and value.lstrip("-")[:1].isdigit():
        try:
            return str(Decimal(value).normalize() + 0)
        except ArithmeticError:
            return value
    return value
