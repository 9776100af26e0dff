"""All processors over dictionaries: events in, and what the ledger publishes of them out."""

from collections import deque
from collections.abc import Iterable
from decimal import Decimal

from tests.processors.events import Json, MemoryStore, body, record
from ullage import topics
from ullage.processors.builds.step import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger.step import Ledger
from ullage.processors.shipments.step import Shipments
from ullage.step import Occurrence, Output, Record, Step

GOES_ON = {topics.MOVEMENTS.name, *(topic.name for topic in topics.INTERNAL)}


class Service:
    """What one processor writes for another is read at once, before the next event."""

    def __init__(self) -> None:
        steps: tuple[Step, ...] = (Intake(), Shipments(), Builds(), Ledger())
        self._reads = {topic: (step, MemoryStore()) for step in steps for topic in step.inputs}
        self.log: list[Record] = []
        self.outputs: list[Output] = []
        self.occurrences: list[Occurrence] = []
        self.ledger_store = self._reads[topics.MOVEMENTS.name][1]

    def send(self, *events: Json) -> list[Json]:
        """Take events one by one; return what was published of them."""
        known = len(self.outputs)
        for event in events:
            self._take(record(event))
        return [body(one) for one in self.outputs[known:] if one.value]

    def _take(self, came: Record) -> None:
        waiting = deque([came])
        while waiting:
            taken = waiting.popleft()
            if taken.topic == topics.MOVEMENTS.name:
                taken = taken._replace(offset=len(self.log))
                self.log.append(taken)
            step, store = self._reads[taken.topic]
            for made in step.run(store, (taken,)):
                if isinstance(made, Occurrence):
                    self.occurrences.append(made)
                elif made.topic in GOES_ON:
                    place = (made.topic, 0, 0, taken.timestamp)
                    waiting.append(Record(*place, made.key, made.value, made.headers))
                else:
                    self.outputs.append(made)

    @property
    def said(self) -> list[Json]:
        return [body(one) for one in self.outputs if one.value]


def of_type(said: Iterable[Json], *types: str) -> list[Json]:
    return [one for one in said if one["type"] in types]


def figure(said: Json, name: str) -> Decimal:
    """A decimal of a record."""
    return Decimal(str(said[name]))


def inventory(said: Iterable[Json]) -> Decimal:
    """The inventory account over all journals: a release stands for its held one."""
    total = Decimal()
    for journal in of_type(said, "journal"):
        if "releases" not in journal:
            for line in lines_of(journal):
                if line["role"] == "inventory":
                    total += figure(line, "debit") - figure(line, "credit")
    return total


def lines_of(journal: Json) -> list[Json]:
    lines = journal["lines"]
    assert isinstance(lines, list)
    return lines


def sides(journal: Json) -> tuple[str, str, str]:
    """Roles debited and credited, and how much."""
    debited, credited = lines_of(journal)
    assert (debited["credit"], credited["debit"]) == ("0.00", "0.00")
    assert debited["debit"] == credited["credit"]
    return str(debited["role"]), str(credited["role"]), str(debited["debit"])
