"""Questions of an explanation to PostgreSQL."""

import uuid
from collections import Counter
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

import asyncpg

from ullage.sink.explain.facts import (
    Charge,
    Draw,
    Entry,
    History,
    Journal,
    Movement,
    Price,
)

_FIELDS = Entry._fields[:-1]
_KEPT = (
    "select method, coalesce(cost_pool = 'warehouse', exists (select from ullage.cost_layers "
    "where cost_layers.sku = skus.sku and warehouse is not null)) "
    "from ullage.skus where sku = $1"
)


class Records:
    """Questions to the books, all at one moment of them."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def entries(self, where: str, *parameters: str | int | None) -> list[Entry]:
        """Records with money in their order; `where` is SQL over `money_records`."""
        rows = await self._connection.fetch(
            f"select {', '.join(_FIELDS)} from ullage.money_records where {where} "
            "order by sku, sequence, id",
            *parameters,
        )
        return [_entry(row) for row in rows]

    async def beginning(self, start: str) -> list[str]:
        """Ids of journals and of records with money that begin like this."""
        rows = await self._connection.fetch(
            "select id from ullage.money_records where id between $1 and $1 || 'g' "
            "union all select id from ullage.journals where id between $1 and $1 || 'g'",
            start,
        )
        return [row["id"] for row in rows]

    async def entry(self, record_id: str) -> Entry | None:
        found = await self.entries("id = $1", record_id)
        return found[0] if found else None

    async def history(self, sku: str) -> History:
        """Everything that a SKU's value went through."""
        kept = await self._connection.fetchrow(_KEPT, sku)
        method, by_warehouse = kept or ("fifo", False)
        draws = await self._draws(sku)
        entries = [
            entry._replace(draws=tuple(draws.get(entry.id, ())))
            for entry in await self.entries("sku = $1", sku)
        ]
        found = [
            Movement(sequence, as_made(list(group)))
            for sequence, group in groupby(entries, attrgetter("sequence"))
        ]
        found += await self._merges(sku)
        return History(method, by_warehouse, sorted(found, key=attrgetter("sequence")))

    async def _draws(self, sku: str) -> dict[str, list[Draw]]:
        draws: dict[str, list[Draw]] = {}
        for entry_id, layer_id, receipt_id, quantity, amount in await self._connection.fetch(
            "select entry_id, layer_id, receipt_id, quantity, amount from ullage.draws "
            "where sku = $1 order by entry_id, line",
            sku,
        ):
            draw = Draw(layer_id, receipt_id, micros(quantity), micros(amount))
            draws.setdefault(entry_id, []).append(draw)
        return draws

    async def _merges(self, sku: str) -> list[Movement]:
        rows = await self._connection.fetch(
            "select sequence, merged, reference from ullage.movements "
            "where sku = $1 and merged is not null",
            sku,
        )
        return [Movement(sequence, [], tuple(merged), into) for sequence, merged, into in rows]

    async def journal(self, journal_id: str) -> Journal | None:
        row = await self._connection.fetchrow(
            "select id, document, status, amount, posted_amount "
            "from ullage.journals where id = $1",
            journal_id,
        )
        return (
            None
            if row is None
            else Journal(row[0], row[1], row[2], micros(row[3]), micros(row[4]))
        )

    async def overhead(self, record_id: str) -> list[tuple[str, int]]:
        """Journals of a production that take from overhead, and how much."""
        rows = await self._connection.fetch(
            "select journals.id, lines.credit - lines.debit from ullage.journals "
            "join ullage.journal_lines as lines on lines.journal_id = journals.id "
            "where document = $1 and releases is null and role = 'overhead_applied'",
            record_id,
        )
        return [(journal_id, micros(amount)) for journal_id, amount in rows]

    async def minor_unit(self, record_id: str) -> int:
        """The least amount of a cost's currency."""
        found: Decimal = await self._connection.fetchval(
            "select ullage.minor_unit(currency) from ullage.costs where id = $1", record_id
        )
        return micros(found)

    async def charge(self, entry: Entry) -> Charge | None:
        """The charge behind a share of it."""
        row = await self._connection.fetchrow(
            "select kind, basis, amount, currency, fx_rate, original_amount "
            "from ullage.charges where shipment_id = $1 and charge_id = $2",
            entry.shipment_id, entry.charge_id,
        )  # fmt: skip
        if row is None:
            return None
        kind, basis, amount, currency, fx_rate, original = row
        return Charge(kind, basis, micros(amount), currency, fx_rate, _or_none(original))

    async def price(self, record_id: str) -> Price:
        row = await self._connection.fetchrow(
            "select unit_cost, original_currency, fx_rate, original_unit_cost, reason "
            "from ullage.costs where id = $1",
            record_id,
        )
        unit_cost, currency, fx_rate, original, reason = row
        return Price(micros(unit_cost), currency, fx_rate, _or_none(original), reason)

    async def value_after(self, sku: str, sequence: int) -> int:
        """What a SKU was worth after a movement."""
        found: Decimal = await self._connection.fetchval(
            "select value from ullage.movements where sku = $1 and sequence = $2",
            sku, sequence,
        )  # fmt: skip
        return micros(found)


def as_made(entries: list[Entry]) -> list[Entry]:
    """Put a movement's records in the order they were made.

    An id is the uuid5 of type and number in that of the movement (contract, conventions).
    """
    numbers = {}
    for kind, many in Counter((entry.movement_id, entry.type) for entry in entries).items():
        movement_id, record_type = kind
        for number in range(many) if many > 1 else ():
            made = uuid.uuid5(uuid.UUID(movement_id), f"{record_type}/{number}")
            numbers[str(made)] = number
    return sorted(entries, key=lambda entry: numbers.get(entry.id, 0))


def micros(number: Decimal) -> int:
    """What is published has at most 6 decimals."""
    return int(number.scaleb(6))


def _or_none(number: Decimal | None) -> int | None:
    return None if number is None else micros(number)


def _entry(row: asyncpg.Record) -> Entry:
    entry = Entry(*row)
    return entry._replace(
        quantity=micros(row["quantity"]),
        amount=micros(row["amount"]),
        posted_amount=micros(row["posted_amount"]),
        provisional_quantity=micros(row["provisional_quantity"]),
    )
