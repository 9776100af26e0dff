"""Events that are about one SKU each, normalised into the log."""

from collections.abc import Iterable, Iterator

from ullage import topics
from ullage.processors.admission import admit, not_supported
from ullage.processors.identity import movement_id
from ullage.processors.wire import fields_of, movement
from ullage.step import Occurrence, Output, Record, Store
from ullage_schemas.inputs import (
    Adjustment,
    DefectiveReport,
    InputEvent,
    Item,
    Sale,
    StockPull,
    Transfer,
)

OfOneSku = Sale | StockPull | Item | Adjustment | DefectiveReport | Transfer


class Intake:
    """Items, stock pulls, sales and inventory events in, movements out. Keeps nothing.

    Retransmissions go on to the ledger, which knows what it applied.
    """

    name = "intake"
    inputs = tuple(
        topic.name
        for topic in (
            topics.ITEMS, topics.STOCK_PULLS, topics.SALES, topics.INVENTORY, topics.CONTROL,
        )
    )  # fmt: skip
    keeps_state = False

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Take one batch of one partition, in order."""
        return admit(records, _accept)


def _accept(record: Record, event: InputEvent) -> tuple[Output]:
    if isinstance(event, OfOneSku):
        made = movement_id(event.source, event.id, event.sku)
        return (movement(record, event, made, event.sku, fields_of(event)),)
    raise not_supported(event)
