"""What comes after a receipt: its real cost, goods sent back, layers made one (domain 4, 6)."""

from collections.abc import Iterable
from decimal import Decimal

from ullage.costing.money import plain
from ullage.processors.currency import check_size, convert, micros
from ullage.processors.refuse import Refused, UnknownReference
from ullage.processors.shipments.case import Case, Json
from ullage.processors.shipments.shipment import Line, Parts
from ullage.step import Output
from ullage_schemas.fields import write_time
from ullage_schemas.inputs import CostCorrection, PurchaseReturn, ReceiptMerge

MOST_MERGED = 10_000
"""Receipt lines of one merge: a movement names all those of its SKU."""


def correct(case: Case, correction: CostCorrection) -> list[Output]:
    """Correct each line of the SKU in the receipt, in its currency and at its rate."""
    numbers = _lines_of(case, correction.receipt_id, correction.sku)
    made = [_corrected(case, correction, number) for number in numbers]
    for number in numbers:
        line = case.shipment.line(number)
        case.shipment.put(number, line._replace(value=_value(correction, line)))
    parts = [(number, 0) for number in numbers]
    case.shipment.keep_parts(correction.source, correction.id, parts)
    return made


def correct_again(case: Case, correction: CostCorrection) -> list[Output]:
    """Write a correction's movements as they were: the ledger takes those it has refused."""
    parts = case.shipment.parts(correction.source, correction.id)
    return [_corrected(case, correction, number) for number, _ in parts]


def _corrected(case: Case, correction: CostCorrection, number: int) -> Output:
    line, cost = case.shipment.line(number), micros(correction.unit_cost)
    said = case.of_line(line) | _priced(case, line, cost, Decimal(line.fx_rate or 1))
    value = plain(_value(correction, line))
    return case.movement(line.sku, said | {"value": value}, number)


def _value(correction: CostCorrection, line: Line) -> int:
    return convert(micros(correction.unit_cost), Decimal(line.fx_rate or 1), line.quantity)


def _priced(case: Case, line: Line, cost: int, rate: Decimal) -> Json:
    if line.currency is None:
        return {"unit_cost": plain(cost)}
    named = f"The unit cost of {line.sku}"
    return {
        "unit_cost": plain(check_size(convert(cost, rate), named, case.policy.base_currency)),
        "currency": line.currency,
        "fx_rate": line.fx_rate,
        "original_unit_cost": plain(cost),
    }


def send_back(case: Case, back: PurchaseReturn) -> list[Output]:
    """Send units of a receipt back, from whatever warehouse they are in now.

    They are of the line received in that warehouse, then of the receipt's others in order.
    What earlier returns took is left out as far as we know it: the ledger may have refused
    one, so it has the last word on how much can still go back.
    """
    numbers = _lines_of(case, back.receipt_id, back.sku)
    lines = {number: case.shipment.line(number) for number in numbers}
    _check_received(back, lines.values())
    parts = _parts(back, lines)
    for number, quantity in parts:
        line = lines[number]
        returned = min(line.returned + quantity, line.quantity)
        case.shipment.put(number, line._replace(returned=returned))
    case.shipment.keep_parts(back.source, back.id, parts)
    return _sent_back(case, back, parts)


def send_back_again(case: Case, back: PurchaseReturn) -> list[Output]:
    """Write a return's movements as they were: the ledger takes those it has refused."""
    return _sent_back(case, back, case.shipment.parts(back.source, back.id))


def _sent_back(case: Case, back: PurchaseReturn, parts: Parts) -> list[Output]:
    made = []
    whole = {"whole_quantity": plain(micros(back.quantity))} if len(parts) > 1 else {}
    for number, quantity in parts:
        said = {"warehouse": back.warehouse, "quantity": plain(quantity), **whole}
        line = case.of_line(case.shipment.line(number))
        made.append(case.movement(back.sku, line | said, number))
    return made


def _check_received(back: PurchaseReturn, lines: Iterable[Line]) -> None:
    quantity, received = micros(back.quantity), sum(line.quantity for line in lines)
    if quantity > received:
        raise Refused(
            f"{plain(quantity)} of {back.sku} were to go back, but receipt {back.receipt_id} "
            f"of shipment {back.shipment_id} received {plain(received)}; correct the quantity."
        )


def _parts(back: PurchaseReturn, lines: dict[int, Line]) -> Parts:
    """Return how much goes back of which line; more than is left is of the first."""
    in_order = sorted(lines, key=lambda number: lines[number].warehouse != back.warehouse)
    rest, parts = micros(back.quantity), dict[int, int]()
    for number in in_order:
        part = min(rest, lines[number].quantity - lines[number].returned)
        if part:
            parts[number] = part
            rest -= part
    if rest:
        parts[in_order[0]] = parts.get(in_order[0], 0) + rest
    return sorted(parts.items())


def merge(case: Case, document: ReceiptMerge) -> list[Output]:
    """Let the open layers of receipts become one, a movement for each SKU in them."""
    names = dict.fromkeys((*document.receipt_ids, document.into))
    numbers = sorted(number for name in names for number in _lines_of(case, name))
    if len(numbers) > MOST_MERGED:
        raise Refused(
            f"The receipts have {len(numbers)} lines; one merge may have {MOST_MERGED}. "
            "Merge some of them first."
        )
    case.shipment.keep_parts(document.source, document.id, [(one, 0) for one in numbers])
    return merge_again(case, document)


def merge_again(case: Case, document: ReceiptMerge) -> list[Output]:
    """Write the movements of the receipts named: the ledger takes those it has refused."""
    named = {*document.receipt_ids, document.into}
    of_sku: dict[str, list[Line]] = {}
    for number, _ in case.shipment.parts(document.source, document.id):
        line = case.shipment.line(number)
        of_sku.setdefault(line.sku, []).append(line)
    return [
        case.movement(sku, _merged(document, lines))
        for sku, lines in of_sku.items()
        if named.issuperset(line.receipt_id for line in lines)
    ]


def _merged(document: ReceiptMerge, lines: list[Line]) -> Json:
    """The layer's line is that of the receipt `into`, or the earliest of those that are."""
    into = next((line for line in lines if line.receipt_id == document.into), lines[0])
    fields: Json = {
        "shipment_id": document.shipment_id,
        "receipt_id": into.receipt_id,
        "receipts": [line.movement for line in lines],
        "into": into.movement,
        "receipt_ids": list(dict.fromkeys(line.receipt_id for line in lines)),
        "into_receipt": document.into,
    }
    if document.received_at is not None:
        fields["received_at"] = write_time(document.received_at)
    return fields


def _lines_of(case: Case, receipt_id: str, sku: str | None = None) -> tuple[int, ...]:
    """Return numbers of a receipt's lines, of one SKU if it is given.

    Raises:
        UnknownReference: there are none.
    """
    numbers = case.shipment.of_receipt(receipt_id)
    if not numbers:
        raise UnknownReference(
            f"Shipment {case.shipment.id} has no receipt {receipt_id}; correct the id, or send "
            "the receipt first."
        )
    if sku is None:
        return numbers
    numbers = case.shipment.of_sku(receipt_id, sku)
    if not numbers:
        raise UnknownReference(
            f"Receipt {receipt_id} of shipment {case.shipment.id} has received no {sku}; "
            "correct the SKU, or send the receipt line first."
        )
    return numbers
