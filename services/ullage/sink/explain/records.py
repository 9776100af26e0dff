"""The records an explanation follows, read from PostgreSQL one question at a time."""

from decimal import Decimal
from typing import NamedTuple

import asyncpg

from ullage.sink.signs import SIGN_OF


class Entry(NamedTuple):
    """A record with money: a row of the view `money_records`."""

    id: str
    document: str
    type: str
    sku: str
    sequence: int
    movement_id: str
    source_id: str
    currency: str
    warehouse: str | None
    to_warehouse: str | None
    quantity: Decimal
    amount: Decimal
    posted_amount: Decimal
    provisional_quantity: Decimal
    order_id: str | None
    line_id: str | None
    receipt_id: str | None
    charge_id: str | None
    shipment_id: str | None
    corrects: str | None


class Draw(NamedTuple):
    """Units of a layer that a record names."""

    layer_id: str
    receipt_id: str | None
    quantity: Decimal
    amount: Decimal


class Journal(NamedTuple):
    """A journal without its lines."""

    id: str
    document: str
    status: str
    amount: Decimal
    posted_amount: Decimal
    releases: str | None


class Charge(NamedTuple):
    """A charge, whole, in the base currency and what it was charged in."""

    kind: str
    basis: str
    amount: Decimal
    currency: str | None
    fx_rate: Decimal | None
    original_amount: Decimal | None


class Price(NamedTuple):
    """What a receipt line cost a unit, and what that was before it was converted."""

    unit_cost: Decimal
    currency: str | None
    fx_rate: Decimal | None
    original_unit_cost: Decimal | None


class Taken(NamedTuple):
    """Units of a receipt that a record took; less than 0: that came back with it."""

    entry: Entry
    quantity: Decimal
    amount: Decimal


_ENTRY = f"select {', '.join(Entry._fields)} from ullage.money_records"


class Records:
    """Questions to the books, all at one moment of them."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def entries(self, where: str, *parameters: str | int | None) -> list[Entry]:
        """Records with money in their order; `where` is SQL over `money_records`."""
        query = f"{_ENTRY} where {where} order by sku, sequence, id"
        return [Entry(*row) for row in await self._connection.fetch(query, *parameters)]

    async def entry(self, record_id: str) -> Entry | None:
        found = await self.entries("id = $1", record_id)
        return found[0] if found else None

    async def of_movement(self, entry: Entry) -> list[Entry]:
        """All that the movement of a record did."""
        return await self.entries("sku = $1 and sequence = $2", entry.sku, entry.sequence)

    async def draws(self, record_id: str) -> list[Draw]:
        rows = await self._connection.fetch(
            "select layer_id, receipt_id, quantity, amount from ullage.draws "
            "where entry_id = $1 order by line",
            record_id,
        )
        return [Draw(*row) for row in rows]

    async def journal(self, journal_id: str) -> Journal | None:
        row = await self._connection.fetchrow(
            "select id, document, status, amount, posted_amount, releases "
            "from ullage.journals where id = $1",
            journal_id,
        )
        return None if row is None else Journal(*row)

    async def overhead(self, record_id: str) -> Decimal:
        """What a production's journal takes from overhead."""
        return await self._number(
            "select coalesce(sum(lines.credit - lines.debit), 0) from ullage.journals "
            "join ullage.journal_lines as lines on lines.journal_id = journals.id "
            "where document = $1 and releases is null and role = 'overhead_applied'",
            record_id,
        )

    async def charge(self, entry: Entry) -> Charge | None:
        """The charge behind a share of it."""
        row = await self._connection.fetchrow(
            f"select {', '.join(Charge._fields)} from ullage.charges "
            "where shipment_id = $1 and charge_id = $2",
            entry.shipment_id, entry.charge_id,
        )  # fmt: skip
        return None if row is None else Charge(*row)

    async def price(self, record_id: str) -> Price:
        row = await self._connection.fetchrow(
            "select unit_cost, original_currency, fx_rate, original_unit_cost "
            "from ullage.costs where id = $1",
            record_id,
        )
        return Price(*row)

    async def reason(self, record_id: str) -> str:
        """The reason given for an adjustment."""
        found: str | None = await self._connection.fetchval(
            "select reason from ullage.costs where id = $1", record_id
        )
        return found or "no reason given"

    async def method(self, sku: str) -> str:
        found: str | None = await self._connection.fetchval(
            "select method from ullage.skus where sku = $1", sku
        )
        return found or "fifo"

    async def has_pools(self, sku: str) -> bool:
        """Whether each warehouse draws from layers of its own, as far as layers tell."""
        found: bool = await self._connection.fetchval(
            "select exists (select from ullage.cost_layers "
            "where sku = $1 and warehouse is not null) "
            "or exists (select from ullage.drained_layers "
            "where sku = $1 and starts_with(layer_id, 'average:')) "
            "or exists (select from ullage.costs join ullage.draws on entry_id = costs.id "
            "where costs.sku = $1 and costs.type = 'transferred')",
            sku,
        )
        return found

    async def value_after(self, sku: str, sequence: int) -> Decimal:
        """What a SKU was worth after a movement."""
        return await self._number(
            "select value from ullage.movements where sku = $1 and sequence = $2",
            sku, sequence,
        )  # fmt: skip

    async def taken(self, sku: str, receipt_id: str | None, since: int) -> list[Taken]:
        """What took units of a receipt after a movement, or brought them back."""
        rows = await self._connection.fetch(
            f"select {', '.join(f'money_records.{name}' for name in Entry._fields)}, "
            "drawn.quantity, drawn.amount from ullage.money_records join ("
            "select entry_id, sum(quantity) as quantity, sum(amount) as amount "
            "from ullage.draws where sku = $1 and receipt_id = $2 group by entry_id"
            ") as drawn on drawn.entry_id = money_records.id "
            "where sequence > $3 and type <> 'transferred' order by sequence, id",
            sku, receipt_id, since,
        )  # fmt: skip
        found = [Taken(Entry(*row[:-2]), row[-2], row[-1]) for row in rows]
        return [
            Taken(entry, -quantity, -amount) if SIGN_OF[entry.type].quantity > 0
            else Taken(entry, quantity, amount)
            for entry, quantity, amount in found
        ]  # fmt: skip

    async def merged(self, entry: Entry, receipt_id: str | None, since: int) -> str | None:
        """The event that merged receipts into this one before a record, if one did."""
        found: str | None = await self._connection.fetchval(
            "select max(source_id) from ullage.movements where sku = $1 "
            "and movement_type = 'receipt_merge' and reference = $2 "
            "and sequence > $3 and sequence < $4",
            entry.sku, receipt_id, since, entry.sequence,
        )  # fmt: skip
        return found

    async def emptied_before(self, entry: Entry) -> int:
        """The last movement that left nothing at all of a SKU; 0: there was none."""
        found: int = await self._connection.fetchval(
            "select coalesce(max(sequence), 0) from ullage.movements "
            "where sku = $1 and sequence < $2 and on_hand = 0 and value = 0",
            entry.sku, entry.sequence,
        )  # fmt: skip
        return found

    async def _number(self, query: str, *parameters: str | int | None) -> Decimal:
        found: Decimal = await self._connection.fetchval(query, *parameters)
        return found
