"""The one door for events: checked on form, and put into the log that decides about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ullage import topics
from ullage.processors import policies
from ullage.processors.admission import admit, not_supported
from ullage.processors.identity import movement_id
from ullage.processors.internal import forwarded
from ullage.processors.wire import fields_of, movement
from ullage.step import Occurrence, Output, Record, Store
from ullage_schemas.inputs import (
    Adjustment,
    Build,
    CostCorrection,
    DefectiveReport,
    InputEvent,
    Item,
    LandedCost,
    Policy,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)

OfOneSku = Sale | SaleReturn | StockPull | Item | Adjustment | DefectiveReport | Transfer
OfOneShipment = Receipt | LandedCost | CostCorrection | ReceiptMerge | PurchaseReturn

ONE_EACH: Final = {log.name: 1 for log in policies.LOGS}
"""Partitions of the logs where there is no broker."""


class Intake:
    """All input events in; movements, and documents for shipments and builds, out.

    Keeps nothing: retransmissions go on to those who know what was applied.
    """

    name = "intake"
    inputs = tuple(topic.name for topic in topics.INPUTS)
    keeps_state = False
    state_format = 1

    def __init__(self, partitions: Mapping[str, int] = ONE_EACH) -> None:
        """`partitions` is how many each log has: a policy is copied into every one."""
        self._partitions = partitions

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Take one batch of one partition, in order."""
        return admit(records, self._accept)

    def _accept(self, record: Record, event: InputEvent) -> Sequence[Output]:
        if isinstance(event, OfOneSku):
            made = movement_id(event.source, event.id, event.sku)
            return (movement(record, event, made, event.sku, fields_of(event)),)
        if isinstance(event, OfOneShipment):
            return (forwarded(record, topics.SHIPMENTS_LOG),)
        if isinstance(event, Build):
            return (forwarded(record, topics.BUILDS_LOG),)
        if isinstance(event, Policy):
            policies.check(event)
            return tuple(policies.copies(record, event, self._partitions))
        raise not_supported(event)
