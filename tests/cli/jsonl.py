"""Files of JSON lines, as the command line reads and writes them."""

import json
from pathlib import Path

from tests.processors.events import Json


def lines(*events: Json | bytes) -> bytes:
    """Each event on a line of its own; bytes as they are."""
    return b"".join(
        (event if isinstance(event, bytes) else json.dumps(event).encode()) + b"\n"
        for event in events
    )


def write(file: Path, *events: Json | bytes) -> None:
    file.write_bytes(lines(*events))


def read(file: Path) -> list[Json]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]
