"""Purchasing documents of one shipment each, turned into movements of one SKU each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ullage import topics
from ullage.processors import in_force
from ullage.processors.admission import admit_forwarded, not_supported, take_once
from ullage.processors.documents import Documents, Places
from ullage.processors.shipments.after_receipt import (
    correct,
    correct_again,
    merge,
    merge_again,
    send_back,
    send_back_again,
)
from ullage.processors.shipments.case import Case
from ullage.processors.shipments.charging import charge
from ullage.processors.shipments.receiving import receive, receive_again
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
    whole. The same one again changes nothing here; all but charges, which the ledger never
    refuses, goes on to the ledger, which knows what it applied.
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
    shipment = Shipment(store, event.shipment_id)
    case = Case(record, event, shipment, in_force.read(store))
    documents = Documents(store, f"shipment {shipment.id}")
    take, again = partial(_take, case, event), partial(_again, case, event)
    return take_once(documents, record, event, take, again)


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


def _again(case: Case, event: OfShipment, places: Places) -> list[Output]:
    """Write what the ledger may have refused as it was; the rest it never refuses."""
    match event:
        case Receipt():
            return receive_again(case, event, places)
        case CostCorrection():
            return correct_again(case, event)
        case PurchaseReturn():
            return send_back_again(case, event)
        case ReceiptMerge():
            return merge_again(case, event)
    return []
