"""The toy job on our engine: count per key, say the count.

Its arguments are quix_toy.py's: brokers, worker, input topic, output topic, state directory.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ullage.engine.config import EngineConfig
from ullage.engine.host import host
from ullage.engine.loop import Engine
from ullage.engine.service import EngineService
from ullage.health import Health
from ullage.step import Occurrence, Output, Record, Store


class Count:
    """One output per record: its key's running count."""

    keeps_state = True

    def __init__(self, name: str, source: str, target: str) -> None:
        self.name = name
        self.inputs: tuple[str, ...] = (source,)
        self._target = target

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        for record in records:
            key = record.key or b""
            total = b"%d" % (int(store.get(key) or b"0") + int(record.value or b"0"))
            store.put(key, total)
            yield Output(self._target, key, total)


def main(brokers: str, worker: str, source: str, target: str, directory: str) -> int:
    health = Health()
    config = EngineConfig(brokers, worker, Path(directory))
    engine = Engine(Count(worker, source, target), config, health)
    return host([EngineService(engine)], name=worker, health=health, port=None, brokers=brokers)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
