"""Manufacturing orders. Their rules are not built yet: each is refused, none is dropped."""

from collections.abc import Iterable, Iterator, Sequence

from ullage import topics
from ullage.processors.admission import admit, not_supported
from ullage.step import Occurrence, Output, Record, Store
from ullage_schemas.inputs import InputEvent


class Builds:
    """Builds in, refusals out. Keeps nothing."""

    name = "builds"
    inputs = (topics.MANUFACTURING.name,)
    keeps_state = False

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Take one batch of one partition, in order."""
        return admit(records, _refuse)


def _refuse(record: Record, event: InputEvent) -> Sequence[Output | Occurrence]:
    raise not_supported(event)
