"""The sink: its real reader and projection, on a database in memory."""

from collections.abc import Iterable, Mapping
from random import Random

from msgspec.structs import astuple

from tests.simulation.life import Life
from tests.simulation.log import Place
from ullage.sink.errors import OffsetMoved
from ullage.sink.projection import FACTS, INPUTS, Advance, Projection, Row, project
from ullage.sink.reader import Reader
from ullage.sink.records import CostLayer, Drained, Snapshot

_KEYS = {
    "draws": ("entry_id", "line"),
    "journal_lines": ("journal_id", "line"),
    "charges": ("shipment_id", "charge_id"),
    "rejections": ("id", "movement_id"),
}
_BATCH = 100


class Database:
    """Rows as PostgreSQL would hold them: facts by key, state guarded by sequence."""

    topics = INPUTS

    def __init__(self) -> None:
        self.facts: dict[tuple[object, ...], Row] = {}
        self.skus: dict[str, Snapshot] = {}
        self.layers: dict[tuple[str, str], CostLayer | Drained] = {}
        self.offsets: dict[Place, int] = {}

    def write(self, projection: Projection, advances: Mapping[Place, Advance]) -> None:
        """Take a batch and its offsets, or nothing; raises OffsetMoved."""
        self.advance(advances)
        self.insert(projection)
        self.put_skus(projection.skus.values())
        self.put_layers(projection.layers)

    def advance(self, advances: Mapping[Place, Advance]) -> None:
        if any(self.offsets.get(place, 0) != one.start for place, one in advances.items()):
            raise OffsetMoved
        self.offsets.update({place: one.next for place, one in advances.items()})

    def insert(self, projection: Projection) -> None:
        for table, rows in projection.facts.items():
            for row in rows:
                self.facts.setdefault(key_of(table, row), row)

    def put_skus(self, snapshots: Iterable[Snapshot]) -> None:
        for one in snapshots:
            if one.sku not in self.skus or one.sequence > self.skus[one.sku].sequence:
                self.skus[one.sku] = one

    def put_layers(self, layers: Mapping[tuple[str, str], CostLayer | Drained]) -> None:
        for key, one in layers.items():
            if key not in self.layers or one.sequence >= self.layers[key].sequence:
                self.layers[key] = one

    def rows(self) -> dict[tuple[object, ...], object]:
        """All there is, but the offsets."""
        made: dict[tuple[object, ...], object] = dict(self.facts)
        made |= {("skus", sku): astuple(one) for sku, one in self.skus.items()}
        is_open = {key: one for key, one in self.layers.items() if isinstance(one, CostLayer)}
        return made | {("cost_layers", *key): astuple(one) for key, one in is_open.items()}


class SinkProcess:
    """What the sink's session does in a turn, without its threads."""

    def __init__(self, life: Life, database: Database) -> None:
        self.life, self._database = life, database
        self._reader: Reader | None = None

    def open(self) -> None:
        self._reader = Reader("", INPUTS)

    def turn(self) -> None:
        reader, database = self._reader, self._database
        assert reader is not None
        batch = reader.read(_BATCH, 0.05)
        projection = project(batch.records)
        if reader.unplaced:
            reader.place({place: database.offsets.get(place, 0) for place in reader.unplaced})
        if batch.records:
            with reader.writing():
                self._write(projection, batch.advances)
        self.life.pass_by("written")
        reader.written(batch)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def find(self, place: Place) -> None:
        """It keeps no partitions."""

    def _write(self, projection: Projection, advances: Mapping[Place, Advance]) -> None:
        """Write; the answer to the commit may get lost."""
        self.life.pass_by("write")
        self._database.write(projection, advances)
        self.life.pass_by("committed")
        chance: Random = self.life.world.chance
        if chance.random() < self.life.world.rates.failure:
            raise ConnectionResetError("the database's answer got lost")


def key_of(table: str, row: Row) -> tuple[object, ...]:
    columns = FACTS[table]
    return table, *(row[columns.index(name)] for name in _KEYS.get(table, ("id",)))
