"""`ullage replay`: the processors without a broker. Same code, same ids, same bytes."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ullage import topics
from ullage.cli import records
from ullage.cli.failure import Refused
from ullage.cli.results import Write
from ullage.engine.store import MemoryStore
from ullage.processors.builds import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger import Ledger
from ullage.processors.shipments import Shipments
from ullage.step import Occurrence, Output, Record, Step


def replay(files: list[Path], write: Write) -> Counter[str]:
    """Play files of events through intake, shipments, builds and ledger.

    All is one batch, so a compacted topic gets each key once, as it stands at the end.
    Returns records written by topic and occurrences by kind. Raises Refused.
    """
    gc.disable()  # a replay makes no cycles, and its books are many objects to look through
    told: Counter[str] = Counter()
    movements = _movements(records.of_events(files), write, told)
    _run(Ledger(), movements, write, told)
    return told


def replay_log(file: Path, write: Write) -> Counter[str]:
    """Play a dump of `movements` through the ledger.

    Raises Refused: a line is no movement, so the books would not be the log's.
    """
    gc.disable()  # as above
    told: Counter[str] = Counter()
    dead: list[int] = []

    def write_or_note(output: Output) -> None:
        if output.topic == topics.DEAD_LETTERS.name:
            dead.append(int(dict(output.headers)["source_offset"]))
        else:
            write(output)

    _run(Ledger(), records.of_log(file), write_or_note, told)
    if dead:
        many = "line is no movement" if len(dead) == 1 else "lines are no movements"
        raise Refused(
            f"{file}: {len(dead)} {many} (the first: line {dead[0]}); "
            "is it a dump of the topic movements? Nothing was written"
        )
    return told


def _run(step: Step, taken: Iterable[Record], write: Write, told: Counter[str]) -> None:
    for made in step.run(MemoryStore(), taken):
        if isinstance(made, Occurrence):
            told[made.kind] += 1
        elif made.value is not None:  # a drained layer has no line
            told[made.topic] += 1
            write(made)


def _movements(taken: Iterable[Record], write: Write, told: Counter[str]) -> Iterator[Record]:
    """Take each event where its topic is read; what is no movement is written at once."""
    steps: tuple[Step, ...] = (Intake(), Shipments(), Builds())
    reads = {topic: (step, MemoryStore()) for step in steps for topic in step.inputs}
    offset = 0
    for record in taken:
        # What has no topic is refused, or set aside, by intake: the one that reads control.
        step, store = reads.get(record.topic, reads[topics.CONTROL.name])
        for made in step.run(store, (record,)):
            if isinstance(made, Occurrence):
                told[made.kind] += 1
                continue
            told[made.topic] += 1
            write(made)
            if made.topic == topics.MOVEMENTS.name:
                yield Record(
                    made.topic, 0, offset, record.timestamp, made.key, made.value, made.headers
                )
                offset += 1
