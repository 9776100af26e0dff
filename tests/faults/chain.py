"""All processors over dictionaries, with what each read kept, and changed on its way."""

import json
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

from tests.processors.events import Json, MemoryStore, record
from tests.processors.service import GOES_ON
from ullage.processors.builds.step import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger.step import Ledger
from ullage.processors.shipments.step import Shipments
from ullage.step import Output, Record, Step

STEPS: tuple[Step, ...] = (Intake(), Shipments(), Builds(), Ledger())
STATEFUL = tuple(step for step in STEPS if step.keeps_state)

Alter = Callable[[bytes], bytes]


class Chain:
    """`read` is what each topic held, `outputs` what went to nobody here."""

    def __init__(self, alter: Alter = bytes) -> None:
        self.stores = {topic: MemoryStore() for step in STEPS for topic in step.inputs}
        self.read: dict[str, list[Record]] = {topic: [] for topic in self.stores}
        self.outputs: list[Output] = []
        self._alter = alter

    def send(self, events: Iterable[Json]) -> None:
        """Take events one by one, each as far as it goes."""
        for event in events:
            learnt = datetime.fromisoformat(str(event["recorded_at"]))
            self._take(record(event, timestamp=int(learnt.timestamp() * 1000)))

    def _take(self, came: Record) -> None:
        waiting = deque([came])
        while waiting:
            taken = waiting.popleft()
            altered = taken._replace(value=self._alter(taken.value or b""))
            self.read[taken.topic].append(altered)
            step = next(step for step in STEPS if taken.topic in step.inputs)
            for made in step.run(self.stores[taken.topic], (altered,)):
                if isinstance(made, Output) and made.topic in GOES_ON:
                    place = (made.topic, 0, len(self.read[made.topic]), taken.timestamp)
                    waiting.append(Record(*place, made.key, made.value, made.headers))
                elif isinstance(made, Output):
                    self.outputs.append(made)


def played(step: Step, store: MemoryStore, records: Iterable[Record]) -> list[Output]:
    """What a step says of records, each a batch of its own."""
    said = [made for record in records for made in step.run(store, (record,))]
    return [made for made in said if isinstance(made, Output)]


def newer(value: bytes) -> bytes:
    """A record as a later version may write it: every object has a field more."""

    def grown(said: object) -> object:
        if isinstance(said, dict):
            told = {
                name: one if name == "gl_mapping" else grown(one) for name, one in said.items()
            }
            return {**told, "of_a_later_version": {"of": ["it"]}}
        return [grown(one) for one in said] if isinstance(said, list) else said

    return json.dumps(grown(json.loads(value)), separators=(",", ":")).encode()
