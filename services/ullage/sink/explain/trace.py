"""An explanation: the trace of an amount back, and what an input reached."""

from typing import NamedTuple

import asyncpg

from ullage.sink.explain.entries import traced
from ullage.sink.explain.forward import of_charge, of_receipt, since
from ullage.sink.explain.line import Line, summed
from ullage.sink.explain.records import Entry, Journal, Records


class Explanation(NamedTuple):
    """What was found under an id."""

    about: str
    backward: list[Line]
    """Amounts, each down to where it comes from."""
    forward: list[Line]
    """What came of it since."""


class Tracer:
    """Traces records back, asking the books as it goes."""

    def __init__(self, records: Records) -> None:
        self.records = records

    async def line(self, entry: Entry) -> Line:
        return await traced(entry)(self, entry)

    async def journal(self, journal: Journal, entry: Entry) -> Line:
        """What a journal posts: its record, to the minor unit."""
        carried = Line(
            "rounded to what is posted, carried", journal.posted_amount - entry.amount
        )
        what = f"{journal.status} journal of {entry.type.replace('_', ' ')}"
        parts = [await self.line(entry), carried]
        return summed(what, journal.posted_amount, parts, record_id=journal.id)


async def explain(url: str, what: str) -> list[Explanation]:
    """Explain what goes by this id: a record, an event, an order, a receipt, a charge.

    Nothing: the books know no such id. All at one moment of the books.
    """
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await _explain(Tracer(Records(connection)), what)
    finally:
        await connection.close()


async def _explain(tracer: Tracer, what: str) -> list[Explanation]:
    journal = await tracer.records.journal(what)
    booked = await tracer.records.entry(journal.document) if journal else None
    if journal and booked:
        line = await tracer.journal(journal, booked)
        return [Explanation(f"journal {what}", [line], [])]
    entry = await tracer.records.entry(what)
    if entry:
        corrected = await since(tracer.records, entry)
        return [Explanation(f"record {what}", [await tracer.line(entry)], corrected)]
    found = []
    for name, column in (("event", "source_id"), ("order", "order_id")):
        entries = await tracer.records.entries(f"{column} = $1", what)
        if entries:
            lines = [await tracer.line(entry) for entry in entries]
            found.append(Explanation(f"{name} {what}", lines, []))
    return found + await _inputs(tracer, what)


async def _inputs(tracer: Tracer, what: str) -> list[Explanation]:
    """Receipts and charges: what they brought, and every cost that was reached."""
    found = []
    for name, reached in (("receipt", of_receipt), ("charge", of_charge)):
        kinds = "'received', 'landed', 'corrected'" if name == "receipt" else "'landed'"
        entries = await tracer.records.entries(f"{name}_id = $1 and type in ({kinds})", what)
        if entries:
            lines = [await tracer.line(entry) for entry in entries]
            forward = [
                line for entry in entries for line in await reached(tracer.records, entry)
            ]
            found.append(Explanation(f"{name} {what}", lines, forward))
    return found
