"""What one applied movement tells the world: its entries as records of the event topics."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from ullage import topics
from ullage.costing.book import Book
from ullage.costing.entry import (
    CostEntry,
    CostNeeded,
    CostVariance,
    Draw,
    Entry,
    EntryType,
    QuantityVariance,
)
from ullage.costing.money import per_unit
from ullage.processors import published
from ullage.processors.envelope import attributes, headers
from ullage.processors.identity import OutputIds, output_id
from ullage.processors.log import (
    Adjustment,
    AnyLogged,
    DefectiveReport,
    Item,
    Receipt,
    Sale,
    Transfer,
)
from ullage.processors.parts import parts_of
from ullage.processors.text import BASE_CURRENCY, money, plain, posting_date
from ullage.step import Output, Record

encode: Final = msgspec.json.Encoder().encode


class Totals(NamedTuple):
    """Where a book stands: what changes are measured from."""

    quantity: int
    value: int
    carry: int

    @classmethod
    def of(cls, book: Book) -> "Totals":
        return cls(book.quantity, book.value, book.account.carry)


class Outcome:
    """The records of one applied movement, and what they share."""

    __slots__ = (
        "_attributes", "_ids", "_key", "_partition", "about", "logged", "money", "sequence",
        "totals",
    )  # fmt: skip

    def __init__(self, record: Record, logged: AnyLogged, book: Book) -> None:
        self.logged, self.sequence, self.totals = logged, book.sequence, Totals.of(book)
        self._partition, self._key = record.partition, logged.sku.encode()
        self._ids = OutputIds(logged.id)
        self._attributes = attributes(logged.sku, logged.recorded_at, record.headers)
        self.about = (
            logged.sku, book.sequence, logged.id, logged.source_id,
            logged.effective_at, logged.recorded_at,
        )  # fmt: skip
        self.money = (
            *self.about, BASE_CURRENCY, posting_date(logged.effective_at),
            plain(self.totals.quantity), money(self.totals.value),
        )  # fmt: skip

    def records(self, entries: list[Entry], before: Totals) -> list[Output]:
        """Write the ledger's line, then one record an entry, in parts where layers are many."""
        records = [self._ledger_entry(before)]
        for entry in entries:
            records += _WRITE[type(entry)](self, entry)
        return records

    def id_of(self, kind: str, number: int) -> str:
        """The id of a record of which a movement makes a number known beforehand."""
        return self._ids.of(kind, number)

    def output(self, topic: topics.Topic, said: published.About, key: bytes = b"") -> Output:
        """Write a record in the movement's partition, keyed by its SKU unless told."""
        return Output(
            topic.name,
            key or self._key,
            encode(said),
            headers(said.id, said.type, self._attributes),
            self._partition,
        )

    def _ledger_entry(self, before: Totals) -> Output:
        logged, totals = self.logged, self.totals
        change = totals.value - before.value
        said = published.LedgerEntry(
            self._ids.next("ledger_entry"), "ledger_entry", *self.money,
            money(change), money(change - totals.carry + before.carry),
            logged.type, plain(totals.quantity - before.quantity),
            None if isinstance(logged, Item | Transfer) else logged.warehouse,
            logged.reference,
        )  # fmt: skip
        return self.output(topics.LEDGER, said)

    def cost(self, entry: CostEntry) -> list[Output]:
        """Write a cost; beyond 500 layers in parts of one document that add up (contract)."""
        topic = topics.COGS if entry.type is EntryType.COGS else topics.COSTS
        kind, document = entry.type.value, ""
        records = []
        for part in parts_of(entry):
            record_id = self._ids.next(kind)
            document = document or record_id
            said = published.Cost(
                record_id, kind, *self.money, money(part.amount), money(part.posted),
                part.warehouse, plain(part.quantity), money(_unit_cost(part)),
                plain(part.provisional_quantity), [_draw(draw) for draw in part.draws],
                document,
            )  # fmt: skip
            self._add_particulars(said)
            records.append(self.output(topic, said))
        return records

    def _add_particulars(self, said: published.Cost) -> None:
        """Add what the movement itself says of a cost: its order, its receipt, its reason."""
        match self.logged:
            case Sale() as sale:
                said.order_id, said.line_id = sale.order_id, sale.line_id
                said.unit_price = sale.unit_price
            case Receipt() as receipt:
                said.receipt_id = receipt.receipt_id
            case Transfer() as transfer:
                said.to_warehouse = transfer.to_warehouse
            case Adjustment() | DefectiveReport() as reasoned:
                said.reason = reasoned.reason

    def quantity_variance(self, variance: QuantityVariance) -> list[Output]:
        said = published.QuantityVariance(
            self._ids.next("quantity_variance"), "quantity_variance", *self.about,
            variance.warehouse, "Variance", plain(variance.quantity),
            plain(variance.previous_quantity), "0.00", plain(variance.expected),
            plain(variance.counted), variance.status.value,
        )  # fmt: skip
        return [self.output(topics.VARIANCES, said)]

    def cost_variance(self, variance: CostVariance) -> list[Output]:
        corrects = variance.corrects
        said = published.CostVariance(
            self._ids.next("cost_variance"), "cost_variance", *self.money,
            money(variance.amount), money(variance.posted), variance.kind.value,
            plain(variance.quantity), output_id(corrects.movement_id, corrects.type, 0),
            self.logged.source_id, variance.warehouse, variance.receipt_id,
            corrects.order_id, corrects.line_id,
        )  # fmt: skip
        return [self.output(topics.VARIANCES, said)]

    def cost_needed(self, needed: CostNeeded) -> list[Output]:
        said = published.CostNeeded(
            self._ids.next("cost_needed"), "cost_needed", *self.about,
            needed.receipt_id, plain(needed.quantity), money(needed.assumed_unit_cost),
        )  # fmt: skip
        return [self.output(topics.VARIANCES, said)]


_WRITE: Final[dict[type[Entry], Callable[..., list[Output]]]] = {
    CostEntry: Outcome.cost,
    QuantityVariance: Outcome.quantity_variance,
    CostVariance: Outcome.cost_variance,
    CostNeeded: Outcome.cost_needed,
}


def _draw(draw: Draw) -> published.Draw:
    return published.Draw(
        draw.layer_id, draw.receipt_id, plain(draw.quantity), money(draw.amount)
    )


def _unit_cost(entry: CostEntry) -> int:
    if not entry.quantity:
        return 0
    return per_unit(abs(entry.amount), abs(entry.quantity))
