"""State as it was written by every version there was: `state/<step>-<form>.jsonl`.

A file of a form that was released is never written again. `python -m tests.faults.formats`
writes those of the forms of now.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.faults.chain import STATEFUL, Chain
from tests.journey.story import story
from tests.processors.events import MemoryStore

CUT = 78
"""So many events of the story are in the state that is kept."""

_DIRECTORY = Path(__file__).with_name("state")


def path_of(step: str, form: int) -> Path:
    return _DIRECTORY / f"{step}-{form}.jsonl"


def golden(step: str, form: int) -> tuple[MemoryStore, int]:
    """The state of a step in a form, and how many records of its log are in it."""
    first, *lines = path_of(step, form).read_text().splitlines()
    pairs = [json.loads(line) for line in lines]
    state = {key.encode("latin-1"): value.encode("latin-1") for key, value in pairs}
    return of_store(state), int(first)


def of_store(state: Mapping[bytes, bytes]) -> MemoryStore:
    return MemoryStore(state)


def main() -> None:
    chain = Chain()
    chain.send(story()[:CUT])
    _DIRECTORY.mkdir(exist_ok=True)
    for step in STATEFUL:
        [log] = step.inputs
        lines = [str(len(chain.read[log]))]
        for key, value in sorted(chain.stores[log].items()):
            lines.append(json.dumps([key.decode("latin-1"), value.decode("latin-1")]))
        path_of(step.name, step.state_format).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
