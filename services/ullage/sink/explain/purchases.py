"""Where purchase costs and charges come from: prices, rates, and the whole of a charge."""

from fractions import Fraction

from ullage.sink.explain.line import Line, exact, money, summed
from ullage.sink.explain.records import Charge, Entry
from ullage.sink.explain.tracing import Trace
from ullage_schemas.money import plain


async def received(trace: Trace, entry: Entry) -> Line:
    """A purchase cost: quantity times price, and the exchange rate it was converted at."""
    price = await trace.records.price(entry.id)
    what = f"receipt {entry.receipt_id} at {money(price.unit_cost)} a unit"
    amount = Fraction(entry.quantity) * Fraction(price.unit_cost)
    if price.original_unit_cost is not None and price.fx_rate is not None:
        unit_cost = f"{money(price.original_unit_cost)} {price.currency}"
        what = f"receipt {entry.receipt_id} at {unit_cost} x {plain(price.fx_rate)} a unit"
        amount = Fraction(entry.quantity) * Fraction(price.original_unit_cost * price.fx_rate)
    elif entry.provisional_quantity:
        what += ", assumed: it came without a cost"
    if exact(amount) == entry.amount:
        return Line(what, entry.amount, entry.quantity, entry.id)
    part = Line(what, exact(amount), entry.quantity)
    title = f"purchase cost of receipt {entry.receipt_id}"
    return summed(title, entry.amount, [part], entry.quantity, entry.id)


async def landed(trace: Trace, entry: Entry) -> Line:
    """A receipt line's share of a charge."""
    charge = await trace.records.charge(entry)
    told = charge_name(entry) if charge is None else f"{charge_name(entry)}, {_told(charge)}"
    what = f"share of {told}, on receipt {entry.receipt_id}"
    return Line(what, entry.amount, entry.quantity, entry.id)


async def corrected(trace: Trace, entry: Entry) -> Line:
    """What a receipt line turned out to cost more."""
    price = await trace.records.price(entry.id)
    what = f"cost of receipt {entry.receipt_id} corrected by event {entry.source_id}"
    if price.original_unit_cost is not None and price.fx_rate is not None:
        original = f"{money(price.original_unit_cost)} {price.currency}"
        what += f" to {original} x {plain(price.fx_rate)} a unit"
    return Line(what, entry.amount, entry.quantity, entry.id)


async def absorbed(trace: Trace, entry: Entry) -> Line:
    """What a later receipt takes of a charge beyond the charge; the variance is negative."""
    what = f"receipt {entry.receipt_id} at the locked rate of {charge_name(entry)}"
    return Line(what, entry.amount, entry.quantity, entry.id)


def charge_name(entry: Entry) -> str:
    return f"charge {entry.charge_id} of shipment {entry.shipment_id}"


def _told(charge: Charge) -> str:
    told = f"{charge.kind} by {charge.basis}, {money(charge.amount)} in all"
    if charge.original_amount is not None and charge.fx_rate is not None:
        original = f"{money(charge.original_amount)} {charge.currency}"
        told += f" ({original} x {plain(charge.fx_rate)})"
    return told
