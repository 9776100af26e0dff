"""Charges of a shipment: kept until goods come, spread over what has come (domain 5)."""

from ullage.costing.money import plain
from ullage.processors.currency import check_size, convert, micros, rate_of
from ullage.processors.refuse import Refused
from ullage.processors.shipments import shares
from ullage.processors.shipments.case import Case
from ullage.processors.shipments.shipment import Charge
from ullage.step import Output
from ullage_schemas.inputs import LandedCost
from ullage_schemas.inputs import purchasing as sent
from ullage_schemas.money import plain as plain_decimal

MOST_CHARGES = 1_000
"""Charges one shipment may have: a receipt line carries its share of each."""


def charge(case: Case, document: LandedCost) -> list[Output]:
    """Take charges: late ones over all lines received so far, one movement a line.

    Raises:
        Refused: a charge came before, a rate is missing, or there are too many.
    """
    shipment, earlier = case.shipment, case.shipment.charges
    added = [_charge(case, one) for one in document.charges]
    _check_new(case, added)
    shares.check_work(shipment.received, len(added), f"landed_cost {document.id}")
    shipment.add_charges(added)
    lines = shipment.lines()
    bear = shares.spread(added, lines, case.policy.minor_unit)
    shipment.lock(shares.rates_of(len(earlier), lines, bear))
    made = []
    for number, (line, own) in enumerate(zip(lines, bear, strict=True)):
        shipment.put(number, line._replace(shares=(*line.shares, *own)))
        if charged := shares.written(added, own):
            said = case.of_line(line) | {"charges": charged}
            made.append(case.movement(line.sku, said, number))
    return made


def _check_new(case: Case, added: list[Charge]) -> None:
    earlier = case.shipment.charges
    known = {one.charge_id for one in earlier}
    for one in added:
        if one.charge_id in known:
            raise Refused(
                f"The charge {one.charge_id} came before in shipment {case.shipment.id}; "
                "correct it by a further charge with an id of its own, negative if need be."
            )
    if len(earlier) + len(added) > MOST_CHARGES:
        raise Refused(
            f"Shipment {case.shipment.id} would have {len(earlier) + len(added)} charges; one "
            f"may have {MOST_CHARGES}. Send the sum of several as one charge."
        )


def _charge(case: Case, one: sent.Charge) -> Charge:
    base, named = case.policy.base_currency, f"The charge {one.charge_id}"
    rate, amount = rate_of(one, base, named), micros(one.amount)
    if rate is None:
        return Charge(one.charge_id, one.kind, one.basis, amount)
    return Charge(
        one.charge_id,
        one.kind,
        one.basis,
        check_size(convert(amount, rate), named, base),
        one.currency,
        plain_decimal(rate),
        plain(amount),
    )
