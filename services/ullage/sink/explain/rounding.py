"""Cost variance `rounding`: whole cents posted beyond the exact value (domain 3)."""

from ullage.sink.explain.facts import Entry
from ullage.sink.explain.line import Line
from ullage.sink.explain.records import Records
from ullage.sink.signs import SIGNS

_POSTED = {
    sign.type: (sign.debit == "inventory") - (sign.credit == "inventory") for sign in SIGNS
}
"""What a posted amount does to the inventory account."""


async def rounding(records: Records, entry: Entry) -> Line:
    """What was posted less what it is worth; what is below a cent stays in the carry."""
    before = await records.entries(
        "sku = $1 and sequence <= $2 and id <> $3", entry.sku, entry.sequence, entry.id
    )
    posted = sum(_POSTED.get(each.type, 0) * each.posted_amount for each in before)
    value = await records.value_after(entry.sku, entry.sequence)
    carry = value - posted + entry.posted_amount
    parts = (
        Line(f"posted of {entry.sku} so far", posted),
        Line("less what it is worth exactly", -value),
        Line("stays in the carry, below a cent", carry),
    )
    return Line("rounding to what is posted", entry.amount, None, entry.id, parts)
