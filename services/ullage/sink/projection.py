"""Records of the output topics in, rows of the tables out. No I/O.

Facts become rows as they come. Of state only the newest of each key is kept: what a batch
overwrites itself never reaches the database.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec
from msgspec.json import Decoder
from msgspec.structs import astuple

from ullage import topics
from ullage.sink.errors import ContractBroken
from ullage.sink.records import (
    Charge,
    Cogs,
    Cost,
    CostLayer,
    Drained,
    Draw,
    Journal,
    JournalLine,
    LedgerEntry,
    Rejection,
    Snapshot,
    Stock,
    Variance,
)
from ullage.step import Record

Row = tuple[object, ...]
Partition = tuple[str, int]

_KEY_SEPARATOR = "\x1f"
_NUL = "\0"
_NUL_SHOWN = "\u2400"
"""PostgreSQL's text cannot hold U+0000; free text shows its symbol instead."""


class Advance(NamedTuple):
    """How far a batch takes a partition: from the offset `start` to the next one to read."""

    start: int
    next: int


class Projection:
    """The rows of one batch."""

    def __init__(self) -> None:
        self.facts: defaultdict[str, list[Row]] = defaultdict(list)
        self.skus: dict[str, Snapshot] = {}
        self.layers: dict[tuple[str, str], CostLayer | Drained] = {}

    def keep_newest(self, layer: CostLayer | Drained) -> None:
        """Keep a layer's state unless a newer one is there."""
        key = layer.sku, layer.layer_id
        there = self.layers.get(key)
        if there is None or layer.sequence >= there.sequence:
            self.layers[key] = layer

    def add_draws(self, entry: Cogs | Cost) -> None:
        """Add the layers that a cost names."""
        draws = self.facts["draws"]
        for line, draw in enumerate(entry.layers):
            draws.append((entry.id, line, entry.sku, *astuple(draw)))


def project(records: Iterable[Record]) -> Projection:
    """Turn a batch into rows; raises ContractBroken with the first record that does not fit."""
    projection = Projection()
    for record in records:
        try:
            _PROJECT[record.topic](projection, record)
        except (msgspec.DecodeError, _Misfit) as reason:
            raise ContractBroken(record, str(reason)) from reason
    return projection


class _Misfit(Exception):
    """A record whose key, headers or emptiness do not fit the contract."""


def _value(record: Record) -> bytes:
    if record.value is None:
        raise _Misfit("a record without a value, in a topic that has no tombstones")
    return record.value


def _ledger(projection: Projection, record: Record) -> None:
    entry = _LEDGER.decode(_value(record))
    projection.facts["movements"].append(astuple(entry))


def _cogs(projection: Projection, record: Record) -> None:
    entry = _COGS.decode(_value(record))
    projection.facts["cogs"].append(astuple(entry)[:_COGS_NESTED])
    projection.add_draws(entry)


def _costs(projection: Projection, record: Record) -> None:
    entry = _COSTS.decode(_value(record))
    entry.reason = _storable(entry.reason)
    original = _NOT_CONVERTED if entry.original is None else astuple(entry.original)
    projection.facts["costs"].append((*astuple(entry)[:_COST_NESTED], *original))
    projection.add_draws(entry)
    if entry.charge is not None:
        charge = entry.shipment_id, entry.charge_id, *astuple(entry.charge)
        projection.facts["charges"].append(charge)


def _variances(projection: Projection, record: Record) -> None:
    projection.facts["variances"].append(astuple(_VARIANCES.decode(_value(record))))


def _journals(projection: Projection, record: Record) -> None:
    journal = _JOURNALS.decode(_value(record))
    projection.facts["journals"].append(astuple(journal)[:-1])
    lines = projection.facts["journal_lines"]
    for number, line in enumerate(journal.lines):
        lines.append((journal.id, number, journal.sku, *astuple(line)))


def _rejections(projection: Projection, record: Record) -> None:
    refused = _REJECTIONS.decode(_value(record))
    refused.message = refused.message.replace(_NUL, _NUL_SHOWN)
    refused.source_id = refused.source_id.replace(_NUL, _NUL_SHOWN)
    refused.sku = _storable(refused.sku)
    refused.conflicts_with = _storable(refused.conflicts_with)
    row = *astuple(refused)[:-1], bytes(refused.event).decode()
    projection.facts["rejections"].append(row)


def _storable(text: str | None) -> str | None:
    return text.replace(_NUL, _NUL_SHOWN) if text else text


def _snapshots(projection: Projection, record: Record) -> None:
    snapshot = _SNAPSHOTS.decode(_value(record))
    there = projection.skus.get(snapshot.sku)
    if there is None or snapshot.sequence >= there.sequence:
        projection.skus[snapshot.sku] = snapshot


def _cost_layers(projection: Projection, record: Record) -> None:
    layer = _drained(record) if record.value is None else _COST_LAYERS.decode(record.value)
    projection.keep_newest(layer)


def _drained(record: Record) -> Drained:
    sku, separator, layer_id = (
        (record.key or b"").decode(errors="replace").partition(_KEY_SEPARATOR)
    )
    sequence = dict(record.headers).get("sequence", b"")
    if not separator or not sequence.isdigit():
        raise _Misfit(
            "a tombstone needs the key `sku` U+001F `layer_id` and a header `sequence`, "
            f"this one has the header {sequence!r}"
        )
    return Drained(sku, layer_id, int(sequence))


_COGS_NESTED, _COST_NESTED = -1, -3
"""How many fields at a struct's end are no columns."""
_NOT_CONVERTED = (None, None, None)

_LEDGER = Decoder(LedgerEntry)
_COGS = Decoder(Cogs)
_COSTS = Decoder(Cost)
_VARIANCES = Decoder(Variance)
_JOURNALS = Decoder(Journal)
_REJECTIONS = Decoder(Rejection)
_SNAPSHOTS = Decoder(Snapshot)
_COST_LAYERS = Decoder(CostLayer)

_PROJECT: dict[str, Callable[[Projection, Record], None]] = {
    topics.LEDGER.name: _ledger,
    topics.COGS.name: _cogs,
    topics.COSTS.name: _costs,
    topics.VARIANCES.name: _variances,
    topics.JOURNALS.name: _journals,
    topics.REJECTIONS.name: _rejections,
    topics.SNAPSHOTS.name: _snapshots,
    topics.COST_LAYERS.name: _cost_layers,
}

INPUTS = tuple(_PROJECT)
"""Names of the topics the sink reads."""

_ORIGINAL = ("original_currency", "fx_rate", "original_unit_cost")

FACTS = {
    "movements": LedgerEntry.__struct_fields__,
    "cogs": Cogs.__struct_fields__[:_COGS_NESTED],
    "costs": (*Cost.__struct_fields__[:_COST_NESTED], *_ORIGINAL),
    "charges": ("shipment_id", "charge_id", *Charge.__struct_fields__),
    "draws": ("entry_id", "line", "sku", *Draw.__struct_fields__),
    "variances": Variance.__struct_fields__,
    "journals": Journal.__struct_fields__[:-1],
    "journal_lines": ("journal_id", "line", "sku", *JournalLine.__struct_fields__),
    "rejections": Rejection.__struct_fields__,
}
"""Tables whose rows are only ever inserted, and the columns of a row."""

SKUS = Snapshot.__struct_fields__[:-1]
STOCK = ("sku", "sequence", *Stock.__struct_fields__)
COST_LAYERS = CostLayer.__struct_fields__
DRAINED = Drained.__struct_fields__
