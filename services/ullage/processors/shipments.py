"""Purchasing documents of one shipment each, split into movements of one SKU each."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import partial
from hashlib import blake2b
from typing import Final

from ullage import topics
from ullage.processors.admission import admit, not_supported
from ullage.processors.identity import movement_id
from ullage.processors.refuse import IdConflict, Refused
from ullage.processors.text import BASE_CURRENCY
from ullage.processors.wire import encode, movement
from ullage.step import Occurrence, Output, Record, Store
from ullage_schemas.inputs import InputEvent, Receipt
from ullage_schemas.inputs.purchasing import ReceiptLine
from ullage_schemas.money import PLACES, WHOLE_DIGITS, plain

# A unit cost times a rate has at most 18 + 24 digits: nothing is rounded before the last step.
_EXACT: Final = Context(prec=64, rounding=ROUND_HALF_EVEN)
_MICRO: Final = Decimal(1).scaleb(-PLACES)


class Shipments:
    """Receipts in, a movement a line out. Remembers what each shipment received.

    A document is taken whole or refused whole, and the same document again is ignored. A line
    (shipment, receipt, SKU, warehouse) is received once, whichever document names it: a second
    one would double the stock.
    Keys: `d` shipment, source, id: digest of a document; `l` shipment, receipt, SKU, warehouse:
    id of its movement; joined by U+001F.
    """

    name = "shipments"
    inputs = (topics.PURCHASING.name,)
    keeps_state = True

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        """Take one batch of one partition, in order."""
        return admit(records, partial(_accept, store))


def _accept(store: Store, record: Record, event: InputEvent) -> Sequence[Output | Occurrence]:
    if not isinstance(event, Receipt):
        raise not_supported(event)
    key, digest = _key("d", event.shipment_id, event.source, event.id), _digest(event)
    known = store.get(key)
    if known == digest:
        return (Occurrence("duplicate", None, f"{_named(event)} came again and was ignored."),)
    if known is not None:
        raise IdConflict(
            f"The id {event.id} of {event.source} came before in shipment {event.shipment_id} "
            "with other content; send what is new under an id of its own."
        )
    return _receive(store, record, event, key, digest)


def _receive(
    store: Store, record: Record, receipt: Receipt, key: bytes, digest: bytes
) -> list[Output]:
    """Check every line before the first is remembered."""
    _check_currency(receipt)
    movements: list[Output] = []
    received: dict[bytes, str] = {}
    for place, line in enumerate(receipt.lines):
        made = movement_id(receipt.source, receipt.id, line.sku, receipt.shipment_id, place)
        received[_line_key(store, receipt, line)] = made
        movements.append(movement(record, receipt, made, line.sku, _fields(receipt, line)))
    store.put(key, digest)
    for line_key, made in received.items():
        store.put(line_key, made.encode())
    return movements


def _line_key(store: Store, receipt: Receipt, line: ReceiptLine) -> bytes:
    key = _key("l", receipt.shipment_id, receipt.receipt_id, line.sku, line.warehouse)
    earlier = store.get(key)
    if earlier is not None:
        raise Refused(
            f"{_named(receipt)} names {line.sku} in {line.warehouse}, which that receipt has "
            "received already; a further delivery needs a receipt_id of its own.",
            conflicts_with=earlier.decode(),
        )
    return key


def _check_currency(receipt: Receipt) -> None:
    foreign = receipt.currency not in (None, BASE_CURRENCY)
    if foreign and receipt.fx_rate is None:
        raise Refused(
            f"{_named(receipt)} is in {receipt.currency} and has no fx_rate; give the rate to "
            f"{BASE_CURRENCY}."
        )
    if not foreign and receipt.fx_rate not in (None, 1):
        raise Refused(
            f"{_named(receipt)} has an fx_rate, but is in {BASE_CURRENCY}; give its currency "
            "or leave the rate out."
        )


def _fields(receipt: Receipt, line: ReceiptLine) -> dict[str, object]:
    """Return a line as the log writes it: its unit cost in the base currency."""
    fields: dict[str, object] = {
        "shipment_id": receipt.shipment_id,
        "receipt_id": receipt.receipt_id,
        **line.model_dump(mode="json", exclude={"sku"}, exclude_none=True),
    }
    if receipt.currency in (None, BASE_CURRENCY) or receipt.fx_rate is None:
        return fields
    fields |= {"currency": receipt.currency, "fx_rate": plain(receipt.fx_rate)}
    if line.unit_cost is not None:
        fields["original_unit_cost"] = fields["unit_cost"]
        fields["unit_cost"] = plain(_to_base(line, line.unit_cost, receipt.fx_rate))
    return fields


def _to_base(line: ReceiptLine, unit_cost: Decimal, rate: Decimal) -> Decimal:
    """Convert at the document's rate, rounded half to even to 10^-6 (domain 3 and 5)."""
    exact = _EXACT.multiply(unit_cost, rate)
    if exact.adjusted() >= WHOLE_DIGITS:
        raise Refused(
            f"The unit cost of {line.sku} is {plain(exact)} {BASE_CURRENCY} at this fx_rate; "
            f"it must have at most {WHOLE_DIGITS} digits before the point."
        )
    return exact.quantize(_MICRO, context=_EXACT)


def _named(receipt: Receipt) -> str:
    return f"Receipt {receipt.receipt_id} of shipment {receipt.shipment_id}"


def _key(kind: str, *parts: str) -> bytes:
    return "\x1f".join((kind, *parts)).encode()


def _digest(receipt: Receipt) -> bytes:
    """Return what identifies the content: equal whatever order of fields or form of numbers."""
    content = receipt.model_dump(mode="json", exclude_none=True)
    return blake2b(encode(content), digest_size=16).digest()
