"""`cost-layers` after its partitions grew: each layer where the next change to it will be.

Compaction keeps a key's last value in every partition it was ever in, and a layer that drains
in its new one would stay in the old one for ever. So it is moved: a tombstone here, the value
there. The tombstone says it is older than the value, as readers that order by the header
`sequence` need. Snapshots never go: of two, the one with the greater `sequence` counts.
"""

from collections.abc import Iterable, Iterator

from ullage import topics
from ullage.cli.partitioner import partition_of
from ullage.cli.repartition import transport
from ullage.step import Record

_LAYERS = topics.COST_LAYERS.name


def move_layers(bootstrap: str, partitions: int) -> None:
    """Move what is not where its SKU is now; again, it does nothing. Raises Refused."""
    moved = list(_misplaced(bootstrap, partitions))
    _write(bootstrap, (layer._replace(partition=place) for layer, place in moved))
    _write(bootstrap, (_older_tombstone(layer) for layer, _ in moved))


def _misplaced(bootstrap: str, partitions: int) -> Iterator[tuple[Record, int]]:
    """Layers, and the partition of their SKU."""
    for number, end in enumerate(transport.ends(bootstrap, _LAYERS, partitions)):
        last = {
            record.key or b"": record
            for record in transport.read(bootstrap, _LAYERS, number, 0, end)
        }
        for key, layer in last.items():
            place = partition_of(key.split(b"\x1f")[0], partitions)
            if layer.value is not None and place != number:
                yield layer, place


def _write(bootstrap: str, records: Iterable[Record]) -> None:
    writer = transport.Writer(bootstrap)
    for record in records:
        writer.write(_LAYERS, record)
    writer.close()


def _older_tombstone(layer: Record) -> Record:
    headers = tuple(
        (name, b"%d" % (int(value) - 1) if name == "sequence" else value)
        for name, value in layer.headers
    )
    return layer._replace(value=None, headers=headers)
