"""An explanation: the trace of an amount back, and what an input reached."""

import re
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import asyncpg

from ullage.sink.explain.forward import reached, since
from ullage.sink.explain.line import Line
from ullage.sink.explain.records import Records
from ullage.sink.explain.trace import Tracer

SHORT_ID = 13
"""Characters of a record's id that are enough to ask for it: 48 of its 128 bits."""

_SHORT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")
_INPUTS = (
    ("receipt", ("received", "landed", "corrected", "landed_over_absorption")),
    ("charge", ("landed",)),
)


class Explanation(NamedTuple):
    """What was found under an id."""

    about: str
    backward: list[Line]
    """Amounts, each down to where it comes from."""
    forward: list[Line]
    """What came of it since."""


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
    found = []
    wanted = await tracer.records.beginning(what) if _SHORT.fullmatch(what) else [what]
    for record_id in wanted:
        found += await _record(tracer, record_id)
    return found or [
        *await _documents(tracer, "event", "source_id", what),
        *await _documents(tracer, "order", "order_id", what),
        *await _inputs(tracer, what),
    ]


async def _record(tracer: Tracer, record_id: str) -> list[Explanation]:
    """A journal, or a record with money."""
    journal = await tracer.records.journal(record_id)
    entry = await tracer.record(journal.document if journal else record_id)
    if entry is None:
        return []
    if journal:
        line = await tracer.journal(journal, entry)
        return [Explanation(f"journal {journal.id}", [line], [])]
    corrected = await since(tracer.records, entry)
    return [Explanation(f"record {entry.id}", [await tracer.line(entry)], corrected)]


async def _documents(
    tracer: Tracer, name: str, column: str, what: str
) -> list[Explanation]:  # fmt: skip
    entries = await tracer.records.entries(f"{column} = $1", what)
    lines = [await tracer.line(entry) for entry in entries]
    return [Explanation(f"{name} {what}", lines, [])] if lines else []


async def _inputs(tracer: Tracer, what: str) -> list[Explanation]:
    """Receipts and charges: what they brought, and every cost that was reached."""
    found = []
    for name, types in _INPUTS:
        told = ", ".join(f"'{one}'" for one in types)
        entries = await tracer.records.entries(f"{name}_id = $1 and type in ({told})", what)
        lines = [await tracer.line(entry) for entry in entries]
        forward: list[Line] = []
        for sku, sources in groupby(entries, attrgetter("sku")):
            forward += reached(await tracer.history(sku), list(sources))
        if lines:
            found.append(Explanation(f"{name} {what}", lines, forward))
    return found
