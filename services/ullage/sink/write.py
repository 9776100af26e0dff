"""One batch into PostgreSQL: rows and offsets in one transaction, or nothing.

Rows are copied to staging tables and inserted from there: facts unless their id is there, state
unless a newer `sequence` is there. A late or repeated record changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

import asyncpg
from msgspec.structs import astuple

from ullage.sink import proof
from ullage.sink.errors import OffsetMoved
from ullage.sink.projection import (
    COST_LAYERS,
    DRAINED,
    FACTS,
    SKUS,
    STOCK,
    Advance,
    Partition,
    Projection,
    Row,
)
from ullage.sink.records import CostLayer, Drained, Snapshot

_STAGED = (*FACTS, "skus", "stock", "cost_layers", "drained_layers")

_ADVANCE = """
update ullage.sink_offsets as stored set next_offset = batch.next
from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])
    as batch (topic, partition, start, next)
where stored.topic = batch.topic and stored.partition = batch.partition
  and stored.next_offset = batch.start
"""

_KEYS = {
    "draws": "entry_id, line",
    "journal_lines": "journal_id, line",
    "charges": "shipment_id, charge_id",
    "rejections": "id, movement_id",
}
"""What a fact is known by where it has no id of its own, or shares it with other lines."""

_OF_COST = (
    "id, sku, sequence, movement_id, source_id, effective_at, recorded_at, currency, "
    "posting_date, shipment_id, receipt_id, warehouse, quantity, unit_cost, amount, "
    "posted_amount, on_hand, value"
)
_COPIED = {
    "receipts": ("received", f"{_OF_COST}, original_currency, fx_rate, original_unit_cost"),
    "charge_shares": ("landed", f"{_OF_COST}, charge_id"),
}
"""Tables of one type of cost each, which stands among the costs too."""


async def stage(connection: asyncpg.Connection) -> None:
    """Make this connection's staging tables, empty again after every transaction."""
    for table in _STAGED:
        await connection.execute(
            f"create temporary table staged_{table} (like ullage.{table}) on commit delete rows"
        )
    await proof.stage(connection)


async def write(
    connection: asyncpg.Connection,
    projection: Projection,
    advances: Mapping[Partition, Advance],
) -> dict[str, int]:
    """Write a batch and its offsets in one transaction; rows changed by table.

    Raises OffsetMoved, and writes nothing, when a partition is not where the batch starts.
    """
    async with connection.transaction():
        await _advance(connection, advances)
        changed = await _insert_facts(connection, projection.facts)
        await proof.book(connection)
        if projection.skus:
            changed["skus"] = await _put_skus(connection, projection.skus.values())
        if projection.layers:
            changed["cost_layers"] = await _put_layers(connection, projection.layers.values())
    return changed


async def _advance(
    connection: asyncpg.Connection, advances: Mapping[Partition, Advance]
) -> None:
    """Compare and set: a stale sink waits for the row's lock here, then finds it moved."""
    status = await connection.execute(
        _ADVANCE,
        [topic for topic, _ in advances],
        [partition for _, partition in advances],
        [advance.start for advance in advances.values()],
        [advance.next for advance in advances.values()],
    )
    if _count(status) != len(advances):
        raise OffsetMoved


async def _insert_facts(
    connection: asyncpg.Connection, facts: Mapping[str, Sequence[Row]]
) -> dict[str, int]:
    changed = {}
    for table, columns in FACTS.items():
        if rows := facts.get(table):
            await _copy(connection, table, columns, rows)
            changed[table] = await _insert(connection, table, ", ".join(columns))
    if facts.get("costs"):
        for table, (kind, copied) in _COPIED.items():
            changed[table] = await _insert(
                connection, table, copied, f"staged_costs where type = '{kind}'"
            )
    return changed


async def _insert(
    connection: asyncpg.Connection, table: str, columns: str, source: str = ""
) -> int:
    """Insert what is not there, in the order of its key.

    Sinks of several partitions share charges: in one order they wait for each other, and
    never in a circle.
    """
    key = _KEYS.get(table, "id")
    insert = (
        f"insert into ullage.{table} ({columns}) select {columns} "
        f"from {source or f'staged_{table}'} order by {key} on conflict ({key}) do nothing"
    )
    return _count(await connection.execute(proof.booking(table, insert)))


async def _put_skus(connection: asyncpg.Connection, snapshots: Iterable[Snapshot]) -> int:
    """Replace SKUs and their stock by newer snapshots; a warehouse no longer named goes."""
    newest = sorted(snapshots, key=lambda snapshot: snapshot.sku)
    stock = [
        (snapshot.sku, snapshot.sequence, *astuple(warehouse))
        for snapshot in newest
        for warehouse in snapshot.stock
    ]
    await _copy(connection, "skus", SKUS, [astuple(snapshot)[:-1] for snapshot in newest])
    await _copy(connection, "stock", STOCK, stock)
    changed = await connection.execute(_upsert("skus", SKUS, "sku"))
    await connection.execute(
        _upsert("stock", STOCK, "sku, warehouse", where=_OF_CURRENT_SNAPSHOT)
    )
    await connection.execute(
        "delete from ullage.stock using staged_skus as newer "
        "where stock.sku = newer.sku and stock.sequence < newer.sequence"
    )
    return _count(changed)


_OF_CURRENT_SNAPSHOT = (
    "exists (select from ullage.skus "
    "where skus.sku = staged.sku and skus.sequence = staged.sequence)"
)

_NOT_DRAINED_SINCE = (
    "not exists (select from ullage.drained_layers as drained where drained.sku = staged.sku "
    "and drained.layer_id = staged.layer_id and drained.sequence >= staged.sequence)"
)


async def _put_layers(
    connection: asyncpg.Connection, layers: Iterable[CostLayer | Drained]
) -> int:
    """Put open layers and take drained ones away, remembering at which sequence."""
    newest = sorted(layers, key=lambda layer: (layer.sku, layer.layer_id))
    drained = [astuple(layer) for layer in newest if isinstance(layer, Drained)]
    is_open = [astuple(layer) for layer in newest if isinstance(layer, CostLayer)]
    await _copy(connection, "drained_layers", DRAINED, drained)
    await _copy(connection, "cost_layers", COST_LAYERS, is_open)
    await connection.execute(_upsert("drained_layers", DRAINED, "sku, layer_id"))
    gone = await connection.execute(
        "delete from ullage.cost_layers as layer using staged_drained_layers as drained "
        "where layer.sku = drained.sku and layer.layer_id = drained.layer_id "
        "and layer.sequence <= drained.sequence"
    )
    put = await connection.execute(
        _upsert("cost_layers", COST_LAYERS, "sku, layer_id", where=_NOT_DRAINED_SINCE)
    )
    return _count(gone) + _count(put)


async def _copy(
    connection: asyncpg.Connection, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    await connection.copy_records_to_table(f"staged_{table}", records=rows, columns=columns)


def _upsert(table: str, columns: Sequence[str], key: str, where: str = "true") -> str:
    names = ", ".join(columns)
    new = ", ".join(f"excluded.{column}" for column in columns)
    return (
        f"insert into ullage.{table} as stored ({names}) "
        f"select {names} from staged_{table} as staged where {where} "
        f"on conflict ({key}) do update set ({names}) = row({new}) "
        "where excluded.sequence > stored.sequence"
    )


def _count(status: str) -> int:
    """The number of rows in a command's tag, `INSERT 0 12`."""
    return int(status.rpartition(" ")[2])
