"""Receipts: a movement a line, with the charges that came before it (domain 5)."""

from decimal import Decimal

from ullage.costing.money import plain
from ullage.processors.currency import check_size, convert, micros, rate_of
from ullage.processors.documents import Places
from ullage.processors.refuse import Refused
from ullage.processors.shipments import shares
from ullage.processors.shipments.case import Case, Json
from ullage.processors.shipments.shipment import Line, Share
from ullage.processors.wire import movement
from ullage.step import Output
from ullage_schemas.inputs import Receipt
from ullage_schemas.inputs.purchasing import ReceiptLine
from ullage_schemas.money import plain as plain_decimal

MOST_LINES = 50_000
"""Lines one shipment may have: a late charge goes to all of them in one transaction."""


def receive(case: Case, receipt: Receipt) -> list[Output]:
    """Take a receipt; under `true_up`, charges move between it and what came before it.

    Raises:
        Refused: a line came before, a rate is missing, or it is too much for one document.
    """
    shipment = case.shipment
    rate = rate_of(receipt, case.policy.base_currency, named(receipt))
    fields = [_fields(case, receipt, line, rate) for line in receipt.lines]
    lines = [
        _line(case, receipt, place, line, rate) for place, line in enumerate(receipt.lines)
    ]
    _check_new(case, receipt)
    again = case.policy.true_up and shipment.received > 0
    bearing = len(lines) + (shipment.received if again else 0)
    shares.check_work(bearing, len(shipment.charges), named(receipt))
    if again:
        return _trued_up(case, lines, fields)
    if shipment.received:
        return _at_locked_rates(case, lines, fields)
    return _first(case, lines, fields)


def receive_again(case: Case, receipt: Receipt, places: Places) -> list[Output]:
    """Write movements of lines as they were: the ledger takes those it has refused.

    What it has applied, it knows by id; and what the lines bear has not changed.
    """
    rate = rate_of(receipt, case.policy.base_currency, named(receipt))
    made = []
    for place, here in places.items():
        line = receipt.lines[here]
        known = case.shipment.borne(case.movement_id(line.sku, place))
        said = _fields(case, receipt, line, rate) | known
        made.append(case.movement(line.sku, said, place))
    return made


def named(receipt: Receipt) -> str:
    return f"Receipt {receipt.receipt_id} of shipment {receipt.shipment_id}"


def _first(case: Case, lines: list[Line], fields: list[Json]) -> list[Output]:
    """The first receipt bears what was charged before it, and locks its rates."""
    shipment = case.shipment
    bear = shares.spread(shipment.charges, lines, case.policy.minor_unit)
    shipment.lock(shares.rates_of(0, lines, bear))
    return _received(case, lines, fields, bear)


def _at_locked_rates(case: Case, lines: list[Line], fields: list[Json]) -> list[Output]:
    """A later receipt takes the locked share per unit of every charge."""
    nothing = (Share(),) * len(case.shipment.charges)
    return _received(case, lines, fields, [nothing] * len(lines), at_locked_rates=True)


def _trued_up(case: Case, lines: list[Line], fields: list[Json]) -> list[Output]:
    """Charges are spread again over all; earlier lines get what changes for them."""
    shipment = case.shipment
    earlier = shipment.lines()
    bear = shares.spread(shipment.charges, [*earlier, *lines], case.policy.minor_unit)
    made = _received(case, lines, fields, bear[len(earlier) :])
    for number, line in enumerate(earlier):
        changes = [
            Share(now.amount - was.amount, now.posted - was.posted)
            for now, was in zip(bear[number], line.shares, strict=True)
        ]
        if moved := shares.written(shipment.charges, changes):
            place = len(lines) + number  # the first places are this receipt's own lines
            said = case.of_line(line) | {"charges": moved}
            made.append(case.movement(line.sku, said, place, "landed_cost"))
            shipment.put(number, line._replace(shares=bear[number]))
    return made


def _received(
    case: Case,
    lines: list[Line],
    fields: list[Json],
    bear: list[tuple[Share, ...]],
    *,
    at_locked_rates: bool = False,
) -> list[Output]:
    shipment = case.shipment
    shipment.add(line._replace(shares=own) for line, own in zip(lines, bear, strict=True))
    made = []
    for line, said, own in zip(lines, fields, bear, strict=True):
        bears: Json = {}
        if charged := shares.written(shipment.charges, own):
            bears["charges"] = charged
        if at_locked_rates and (taken := shares.absorbed(shipment, line)):
            bears["absorbed"] = taken
        if bears:
            shipment.keep_borne(line.movement, bears)
        written = said | bears
        made.append(movement(case.record, case.event, line.movement, line.sku, written))
    return made


def _check_new(case: Case, receipt: Receipt) -> None:
    """A line (receipt, SKU, warehouse) is received once: a second would double the stock."""
    if case.shipment.received + len(receipt.lines) > MOST_LINES:
        raise Refused(
            f"With {named(receipt)} the shipment would have more than {MOST_LINES} lines; give "
            "what follows a shipment_id of its own."
        )
    earlier = _received_where(case, receipt)
    for line in receipt.lines:
        if line.warehouse in earlier[line.sku]:
            raise Refused(
                f"{named(receipt)} names {line.sku} in {line.warehouse}, which it has "
                "received already; a further delivery needs a receipt_id of its own.",
                conflicts_with=earlier[line.sku][line.warehouse],
            )


def _received_where(case: Case, receipt: Receipt) -> dict[str, dict[str, str]]:
    """Return the lines of this receipt that came before: by SKU and warehouse, their ids."""
    shipment, earlier = case.shipment, dict[str, dict[str, str]]()
    for sku in dict.fromkeys(line.sku for line in receipt.lines):
        numbers = shipment.of_sku(receipt.receipt_id, sku)
        lines = [shipment.line(number) for number in numbers]
        earlier[sku] = {line.warehouse: line.movement for line in lines}
    return earlier


def _fields(case: Case, receipt: Receipt, line: ReceiptLine, rate: Decimal | None) -> Json:
    """Return a line as the log writes it: its cost in the base currency."""
    fields: Json = {
        "shipment_id": receipt.shipment_id,
        "receipt_id": receipt.receipt_id,
        **line.model_dump(mode="json", exclude={"sku"}, exclude_none=True),
    }
    # As its document gave them, even the base currency and its rate of 1.
    fields |= receipt.model_dump(
        mode="json", include={"currency", "fx_rate"}, exclude_none=True
    )
    if rate is None or line.unit_cost is None:
        return fields
    base, cost = case.policy.base_currency, micros(line.unit_cost)
    unit_cost = check_size(convert(cost, rate), f"The unit cost of {line.sku}", base)
    return fields | {
        "unit_cost": plain(unit_cost),
        "original_unit_cost": plain(cost),
        "value": plain(convert(cost, rate, micros(line.quantity))),
    }


def _line(
    case: Case, receipt: Receipt, place: int, line: ReceiptLine, rate: Decimal | None
) -> Line:
    quantity = micros(line.quantity)
    return Line(
        case.movement_id(line.sku, place),
        receipt.receipt_id,
        line.sku,
        line.warehouse,
        quantity,
        convert(micros(line.unit_cost or Decimal()), rate or Decimal(1), quantity),
        micros(line.weight or Decimal()),
        micros(line.volume or Decimal()),
        None if rate is None else receipt.currency,
        None if rate is None else plain_decimal(rate),
    )
