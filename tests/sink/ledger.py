"""What the real ledger says of a history, for the sink to read."""

import json
from pathlib import Path

from tests.sink.history import Json
from ullage import topics
from ullage.cli.replay import replay
from ullage.engine.store import MemoryStore
from ullage.processors.ledger.step import Ledger
from ullage.sink.projection import INPUTS
from ullage.step import Output, Record


def movements(events: list[Json], place: Path) -> list[Record]:
    """The log of a history, one partition."""
    place.write_text("".join(json.dumps(event) + "\n" for event in events))
    outputs: list[Output] = []
    replay([place], outputs.append)
    log = [output for output in outputs if output.topic == topics.MOVEMENTS.name]
    return [
        Record(output.topic, 0, number, 0, output.key, output.value, output.headers)
        for number, output in enumerate(log)
    ]


def published(store: MemoryStore, batch: list[Record]) -> list[Record]:
    """What the sink reads of one batch of the ledger."""
    told = [output for output in Ledger().run(store, batch) if isinstance(output, Output)]
    return [
        Record(output.topic, 0, number, 0, output.key, output.value, output.headers)
        for number, output in enumerate(told)
        if output.topic in INPUTS
    ]
