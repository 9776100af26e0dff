"""Purchasing documents of one shipment each, turned into movements of one SKU each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ullage import topics
from ullage.processors import in_force
from ullage.processors.admission import admit_forwarded, not_supported
from ullage.processors.documents import Documents
from ullage.processors.shipments.after_receipt import (
    correct,
    merge,
    merge_again,
    send_back,
    send_back_again,
)
from ullage.processors.shipments.case import Case
from ullage.processors.shipments.charging import charge
from ullage.processors.shipments.receiving import receive, repeat
from ullage.processors.shipments.shipment import Shipment
from ullage.step import Occurrence, Output, Record, Store
from ullage_schemas.inputs import (
    CostCorrection,
    InputEvent,
    LandedCost,
    Policy,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
)

OfShipment = Receipt | LandedCost | CostCorrection | PurchaseReturn | ReceiptMerge


class Shipments:
    """Receipts, charges and what comes after them in, movements out (domain 5).

    Remembers what each shipment received and was charged. A document is taken whole or refused
    whole. The same one again changes nothing here; what the ledger may refuse, lines received,
    goods sent back and merges, goes on to the ledger, which knows what it applied.
    """

    name = "shipments"
    inputs = (topics.SHIPMENTS_LOG.name,)
    keeps_state = True
    state_format = 1

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Take one batch of one partition, in order."""
        for record in records:
            yield from admit_forwarded(record, partial(_accept, store))


def _accept(store: Store, record: Record, event: InputEvent) -> Sequence[Output | Occurrence]:
    if isinstance(event, Policy):
        return in_force.adopt(store, event)
    if not isinstance(event, OfShipment):
        raise not_supported(event)
    policy, of = in_force.read(store), f"shipment {event.shipment_id}"
    documents = Documents(store, of)
    documents.check_age(record, event, policy.keep_months)
    case = Case(record, event, Shipment(store, event.shipment_id), policy)
    if documents.came_before(event):
        return _repeat(case, event)
    movements = _take(case, event)
    documents.remember(event)
    in_force.note_money(store, policy)
    return movements


def _take(case: Case, event: OfShipment) -> list[Output]:
    """Check all of a document, then write it down."""
    match event:
        case Receipt():
            return receive(case, event)
        case LandedCost():
            return charge(case, event)
        case CostCorrection():
            return correct(case, event)
        case PurchaseReturn():
            return send_back(case, event)
        case ReceiptMerge():
            return merge(case, event)


def _repeat(case: Case, event: OfShipment) -> Sequence[Output | Occurrence]:
    match event:
        case Receipt():
            return repeat(case, event)
        case PurchaseReturn():
            return send_back_again(case, event)
        case ReceiptMerge():
            return merge_again(case, event)
    again = f"The {event.type} {event.id} of shipment {event.shipment_id} came again."
    return (Occurrence("duplicate", None, again),)
