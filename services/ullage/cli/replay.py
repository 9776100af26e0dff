"""`ullage replay`: the processors without a broker. Same code, same ids, same bytes."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from ullage import topics
from ullage.cli.failure import Refused
from ullage.cli.lines import line
from ullage.cli.send import event_of
from ullage.engine.store import MemoryStore
from ullage.processors.builds import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger import Ledger
from ullage.processors.shipments import Shipments
from ullage.step import Occurrence, Output, Record, Step

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)

Write = Callable[[Output], None]


class _Times(msgspec.Struct):
    """When an event is said to have been recorded, and when it happened."""

    recorded_at: datetime | None = None
    effective_at: datetime | None = None


_times: Final = msgspec.json.Decoder(_Times)


def replay(files: list[Path], write: Write) -> Counter[str]:
    """Play files of events through intake, shipments, builds and ledger.

    All is one batch, so a compacted topic gets each key once, as it stands at the end.
    Returns records written by topic and occurrences by kind. Raises Refused.
    """
    told: Counter[str] = Counter()
    movements = _movements(_input_records(files), write, told)
    _run(Ledger(), movements, write, told)
    return told


def replay_log(file: Path, write: Write) -> Counter[str]:
    """Play a dump of `movements` through the ledger. Raises Refused."""
    told: Counter[str] = Counter()
    _run(Ledger(), _logged_records(file), write, told)
    return told


def to_directory(out: Path, opened: ExitStack) -> Write:
    """Write each topic to a file of its own, `OUT/<topic>.jsonl`, all of them anew."""
    out.mkdir(parents=True, exist_ok=True)
    written = (*topics.OUTPUTS, topics.MOVEMENTS)
    files = {
        topic.name: opened.enter_context((out / f"{topic.name}.jsonl").open("wb"))
        for topic in written
    }

    def write(output: Output) -> None:
        files[output.topic].write(_line(output) + b"\n")

    return write


def to_stream(stream: BinaryIO) -> Write:
    """Write the output topics to one stream, each line with its topic."""

    def write(output: Output) -> None:
        if output.topic != topics.MOVEMENTS.name:
            stream.write(b'{"topic":"%s",' % output.topic.encode() + _line(output)[1:] + b"\n")

    return write


def _line(output: Output) -> bytes:
    return line(output.topic, output.key, output.value, output.headers)


def _run(step: Step, records: Iterable[Record], write: Write, told: Counter[str]) -> None:
    for made in step.run(MemoryStore(), records):
        if isinstance(made, Occurrence):
            told[made.kind] += 1
        elif made.value is not None:  # a drained layer has no line
            told[made.topic] += 1
            write(made)


def _movements(records: Iterable[Record], write: Write, told: Counter[str]) -> Iterator[Record]:
    """Take each event where its topic is read; what is no movement is written at once."""
    steps: tuple[Step, ...] = (Intake(), Shipments(), Builds())
    reads = {topic: (step, MemoryStore()) for step in steps for topic in step.inputs}
    offset = 0
    for record in records:
        step, store = reads[record.topic]
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


def _input_records(files: list[Path]) -> Iterator[Record]:
    """Each line as its record, recorded when it says, else at the latest event's time."""
    offset, latest = 0, EPOCH
    for name in files:
        for value in _lines(name):
            recorded, effective = _times_of(value)
            latest = max(latest, effective or latest)
            timestamp = ((recorded or latest) - EPOCH) // MILLISECOND
            topic, key = _place_of(value)
            yield Record(topic, 0, offset, timestamp, key, value)
            offset += 1


def _logged_records(file: Path) -> Iterator[Record]:
    for offset, value in enumerate(_lines(file)):
        yield Record(topics.MOVEMENTS.name, 0, offset, 0, None, value)


def _place_of(value: bytes) -> tuple[str, bytes]:
    """The topic and key of an event; what has none is refused, or set aside, by intake."""
    try:
        event = event_of(value)
    except ValueError:
        return topics.CONTROL.name, b"all"
    return event.topic, event.key.encode()


def _times_of(value: bytes) -> tuple[datetime | None, datetime | None]:
    try:
        times = _times.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, None
    return _instant(times.recorded_at), _instant(times.effective_at)


def _instant(time: datetime | None) -> datetime | None:
    """A time without an offset is refused later on; it tells no instant."""
    return None if time is None or time.tzinfo is None else time


def _lines(name: Path) -> Iterator[bytes]:
    with ExitStack() as opened:
        try:
            file = (
                sys.stdin.buffer if str(name) == "-" else opened.enter_context(name.open("rb"))
            )
        except OSError as reason:
            raise Refused(f"{name} cannot be read: {reason.strerror}") from None
        yield from (raw.rstrip(b"\r\n") for raw in file if raw.strip())
