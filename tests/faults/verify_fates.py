"""I1: each input record, and each movement made of one, has one fate and not two."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.history import INPUTS, History, Json, Record

DOORS = {"purchasing": "ullage-shipments", "manufacturing": "ullage-builds"}
"""Where intake puts what it takes; everything else becomes a movement at once."""
LOGS = ("movements", "ullage-shipments", "ullage-builds")
"""A policy is copied into every partition of these."""
_FATES = {"event": (1, 0, 0), "refused": (0, 1, 0), "unreadable": (0, 0, 1)}
"""What must be found of a record: taken, refused on form, set aside."""


def inputs_have_one_fate(history: History) -> Iterator[str]:
    """Taken, refused on form or set aside, as its `fate` says, and exactly once."""
    taken, refused = _taken(history), on_form(history)
    letters = {place_of(letter): letter for letter in history.of("dead-letters")}
    aside = Counter(map(place_of, history.of("dead-letters")))
    for record in history.of(*INPUTS):
        through = taken[DOORS.get(record.topic, "movements"), record.trace]
        behind = through and record.topic in DOORS  # where it may be refused later
        times = 0 if behind else refused[record.trace]
        found = (through, times, aside.pop(record.place, 0))
        if found != _FATES[record.headers["fate"]]:
            yield f"{record.headers['fate']} {record.place}: taken, refused, aside: {found}"
        elif found[2] and _bytes(letters[record.place]) != _bytes(record):
            yield f"the dead letter of {record.place} has other bytes"
    for place in aside:
        yield f"a dead letter of {place}, which is no input record"
    yield from _of_nothing(history)


def policies_are_everywhere(history: History) -> Iterator[str]:
    """Once in each partition of each log that is read by what a policy matters to."""
    copies = Counter(
        (record.trace, record.topic, record.partition)
        for record in history.of(*LOGS)
        if record.body["type"] == "policy"
    )
    counts = {log: 1 + max(one.partition for one in history.of(log)) for log in LOGS}
    for record in history.of("control"):
        if record.headers["fate"] == "event":
            for log, count in counts.items():
                found = [copies.pop((record.trace, log, one), 0) for one in range(count)]
                if found != [1] * count:
                    yield f"policy {record.place} is in the partitions of {log} {found} times"
    if copies:
        yield f"policies that nobody sent: {list(copies)[:5]}"


def movements_have_one_fate(history: History) -> Iterator[str]:
    """Applied or refused once; a retransmission of what was applied leaves nothing."""
    entries = Counter(_made_of(record) for record in history.of("ledger"))
    refusals = Counter(
        _made_of(record) for record in history.of("rejections") if "movement_id" in record.body
    )
    applied: dict[str, Json] = {}
    for name, movements in _by_id(history).items():
        for movement in movements:
            found = (
                entries.pop((name, movement.trace), 0),
                refusals.pop((name, movement.trace), 0),
            )
            content = {**movement.body, "recorded_at": None}
            if name not in applied and found == (1, 0):
                applied[name] = content
            elif found != _expected(applied.get(name), content):
                yield f"movement {movement.place}, {name}: entries, refusals: {found}"
        if len({movement.trace for movement in movements}) < len(movements):
            yield f"movement {name} is in the log twice for one input record"
    for name, _ in (*entries, *refusals):
        yield f"an entry or refusal of {name}, which is no movement or has one already"


def on_form(history: History) -> Counter[str]:
    """How many refusals before the ledger there are, by trace."""
    return Counter(
        record.trace for record in history.of("rejections") if "movement_id" not in record.body
    )


def place_of(letter: Record) -> tuple[str, int, int]:
    """Where the record stood that was set aside."""
    topic, *numbers = (
        letter.headers[f"source_{name}"] for name in ("topic", "partition", "offset")
    )
    return (topic, *map(int, numbers))


def _expected(applied: Json | None, content: Json) -> tuple[int, int]:
    return (0, 0) if applied == content else (0, 1)


def _taken(history: History) -> Counter[tuple[str, str]]:
    """How often each trace came through a door; a policy's copies are counted elsewhere."""
    taken: Counter[tuple[str, str]] = Counter()
    for record in history.of(*LOGS):
        name = record.topic, record.trace
        if record.body["type"] == "policy":
            taken[name] = 1
        elif record.body["type"] not in ("consumed", "release"):
            taken[name] += 1
    return taken


def _of_nothing(history: History) -> Iterator[str]:
    """Everything published is of an input record."""
    known = {record.trace for record in history.of(*INPUTS)}
    for records in history.topics.values():
        for record in records:
            if record.value is not None and record.trace not in known:
                yield f"{record.place} is made of no input record"


def _by_id(history: History) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in history.of("movements"):
        if "sku" not in record.body:  # a policy, or the ledger's note to itself
            continue
        found.setdefault(record.text("id"), []).append(record)
    return found


def _made_of(record: Record) -> tuple[str, str]:
    return record.text("movement_id"), record.trace


def _bytes(record: Record) -> tuple[bytes | None, bytes | None]:
    return record.key, record.value
