"""What a record is called, and what set its amount: a price, a rate, a charge, a reason."""

from fractions import Fraction

from ullage.sink.explain.facts import Charge, Entry
from ullage.sink.explain.line import Line, money
from ullage.sink.explain.records import Records
from ullage.sink.explain.value import MICRO
from ullage_schemas.money import plain as rate


def title(entry: Entry) -> str:
    """What a record is, for which document.

    A return to a supplier names its receipt, a sale its order and line.
    """
    named = {
        "order": entry.order_id, "line": entry.line_id, "receipt": entry.receipt_id,
        "charge": entry.charge_id,
    }  # fmt: skip
    told = [f"{name} {value}" for name, value in named.items() if value]
    return " ".join([entry.type.replace("_", " "), *(["of", *told] if told else [])])


async def received(records: Records, entry: Entry) -> Line:
    """A purchase cost: quantity times price, and the exchange rate it was converted at."""
    price = await records.price(entry.id)
    what = f"receipt {entry.receipt_id} at {money(price.unit_cost)} a unit"
    cost = Fraction(entry.quantity * price.unit_cost, MICRO)
    if price.original_unit_cost is not None and price.fx_rate is not None:
        unit_cost = f"{money(price.original_unit_cost)} {price.currency}"
        what = f"receipt {entry.receipt_id} at {unit_cost} x {rate(price.fx_rate)} a unit"
        cost = Fraction(entry.quantity * price.original_unit_cost, MICRO)
        cost *= Fraction(price.fx_rate)
    elif entry.provisional_quantity:
        what += ", assumed: it came without a cost"
    amount = round(cost)
    if amount == entry.amount:
        return Line(what, amount, entry.quantity, entry.id)
    parts = [Line(what, amount, entry.quantity)]
    rounded = entry.amount - amount
    if abs(rounded) * MICRO <= entry.quantity + MICRO:
        parts.append(Line("its unit cost, rounded to 6 decimals", rounded))
    name = f"purchase cost of receipt {entry.receipt_id}"
    return Line(name, entry.amount, entry.quantity, entry.id, tuple(parts))


async def landed(records: Records, entry: Entry) -> Line:
    """A receipt line's share of a charge."""
    charge = await records.charge(entry)
    of = f"receipt {entry.receipt_id}"
    if charge is None:
        what = f"share of charge {entry.charge_id} on {of}"
    else:
        what = f"{charge.kind} {entry.charge_id}, {_told(charge)}, on {of}"
    return Line(what, entry.amount, None, entry.id)


async def corrected(records: Records, entry: Entry) -> Line:
    """What a receipt line turned out to cost more."""
    price = await records.price(entry.id)
    what = f"receipt {entry.receipt_id} corrected by event {entry.source_id}"
    if price.original_unit_cost is not None and price.fx_rate is not None:
        original = f"{money(price.original_unit_cost)} {price.currency}"
        what += f" to {original} x {rate(price.fx_rate)}"
    return Line(what, entry.amount, None, entry.id)


async def absorbed(records: Records, entry: Entry) -> Line:
    """What a later receipt takes of a charge beyond the charge; the variance is negative."""
    what = f"receipt {entry.receipt_id} at the locked rate of charge {entry.charge_id}"
    return Line(what, entry.amount, None, entry.id)


async def adjusted(records: Records, entry: Entry) -> Line:
    """What was adjusted, and the reason given."""
    reason = (await records.price(entry.id)).reason or "no reason given"
    what = "adjusted" if entry.quantity else "value adjusted"
    units = entry.quantity or None
    return Line(f"{what}: {reason} (event {entry.source_id})", entry.amount, units, entry.id)


def _told(charge: Charge) -> str:
    amount = money(charge.amount)
    if charge.original_amount is not None and charge.fx_rate is not None:
        original = f"{money(charge.original_amount)} {charge.currency}"
        amount = f"{original} x {rate(charge.fx_rate)}"
    return f"{amount} by {charge.basis}"
