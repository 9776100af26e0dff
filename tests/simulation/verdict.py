"""What must hold when all is done: as if nothing had ever gone wrong."""

from collections import Counter
from typing import NamedTuple

from tests.simulation.log import Entry, PartitionLog, Place, partition_of
from tests.simulation.sink import Database
from tests.simulation.world import World
from ullage.engine.store import MARKER, POSITION, REBUILT, Marker
from ullage.sink.projection import INPUTS, project
from ullage.step import Headers, Output, Record, Step


class Written(NamedTuple):
    """A record without its place in the partition."""

    key: bytes | None
    value: bytes | None
    headers: Headers


Expected = dict[Place, list[list[Written]]]
"""By output partition: what each input partition has to say there, in its order."""


def check(world: World) -> None:
    """Compare outputs, state, offsets and rows with an undisturbed run of the same log."""
    expected: Expected = {}
    for make in world.story.steps:
        for topic in make().inputs:
            for log in world.broker.topics[topic]:
                _check_partition(world, make(), log, expected)
    for topic in world.story.outputs:
        check_one = _check_last if topic in world.story.compacted else _check_all
        for log in world.broker.topics[topic]:
            check_one(log, expected.get(log.place, []))
    _check_ids(world)
    if world.story.has_sink:
        _check_rows(world)


def _check_partition(world: World, step: Step, log: PartitionLog, expected: Expected) -> None:
    """Run a step over one partition in one batch; look at state and offsets, keep outputs."""
    records = [_record(log.place, entry) for entry in log.committed()]
    state: dict[bytes, bytes] = {}
    said: dict[Place, list[Written]] = {}
    for made in step.run(_Store(state), records) if records else ():
        if isinstance(made, Output):
            count = len(world.broker.topics[made.topic])
            number = partition_of(made.key, count) if made.partition is None else made.partition
            written = Written(made.key, made.value, made.headers)
            said.setdefault((made.topic, number), []).append(written)
    for place, some in said.items():
        expected.setdefault(place, []).append(some)
    offset = world.broker.group(f"ullage-{step.name}").offsets.get(log.place)
    assert offset == (records[-1].offset + 1 if records else None), (log.place, offset)
    if step.keeps_state:
        _check_state(world, step, log, state, offset)


def _check_state(
    world: World, step: Step, log: PartitionLog, state: dict[bytes, bytes], offset: int | None
) -> None:
    topic, number = log.place
    changelog = world.broker.log((f"ullage-{step.name}-{topic}-changelog", number))
    last: dict[bytes | None, bytes | None] = {}
    for one in changelog.committed():
        if one.key == REBUILT:  # what stands before it is void
            last.clear()
        last[one.key] = one.value
    kept = {key: value for key, value in last.items() if value is not None}
    marker = kept.pop(MARKER, None)
    kept.pop(REBUILT, None)
    assert (None if marker is None else Marker.decode(marker).next_offset) == offset
    assert kept == state, f"the changelog of {log.place}"
    held = world.holders(log.place)
    assert [one.next_offset for one in held] == [offset or 0], f"who works on {log.place}"
    stored = {key: one for key, one in held[0].store.disk.values.items() if key != POSITION}
    assert stored == state, f"the store of {log.place}"


def _check_all(log: PartitionLog, expected: list[list[Written]]) -> None:
    """Everything once, and what comes of one input partition in its order."""
    found = [_written(entry) for entry in log.committed()]
    wanted = Counter(one for some in expected for one in some)
    counted = Counter(found)
    assert not wanted - counted, f"missing in {log.place}: {wanted - counted}"
    assert not counted - wanted, f"twice or wrong in {log.place}: {counted - wanted}"
    for some in expected:
        rest = iter(found)
        assert all(one in rest for one in some), f"out of order in {log.place}"


def _check_last(log: PartitionLog, expected: list[list[Written]]) -> None:
    """The last record of each key."""
    wanted = {one.key: one for some in expected for one in some}
    assert {entry.key: _written(entry) for entry in log.committed()} == wanted, log.place


def _check_ids(world: World) -> None:
    """No id twice in all topics of events."""
    said = [
        dict(entry.headers).get("ce_id", entry.value)
        for topic in sorted(world.story.known_by_id)
        for log in world.broker.topics[topic]
        for entry in log.committed()
    ]
    assert len(said) == len(set(said)), "an id came twice"


def _check_rows(world: World) -> None:
    """The database holds what the topics say, and nothing else."""
    logs = [log for topic in INPUTS for log in world.broker.topics[topic]]
    records = [_record(log.place, entry) for log in logs for entry in log.committed()]
    undisturbed = Database()
    undisturbed.write(project(records), {})
    assert world.database.rows() == undisturbed.rows()
    assert world.database.offsets == {log.place: log.last + 1 for log in logs if log.last >= 0}


class _Store:
    def __init__(self, values: dict[bytes, bytes]) -> None:
        self._values = values
        self.get = values.get

    def put(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value


def _record(place: Place, entry: Entry) -> Record:
    return Record(*place, entry.offset, entry.timestamp, entry.key, entry.value, entry.headers)


def _written(entry: Entry) -> Written:
    return Written(entry.key, entry.value, entry.headers)
