"""What one applied movement tells the world: its entries as records of the event topics."""

from collections.abc import Iterator
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
from ullage.processors.envelope import attributes, headers
from ullage.processors.identity import output_id
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

Json = dict[str, object]
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
    """The records of one applied movement; what they share is encoded once."""

    __slots__ = (
        "_about", "_attributes", "_made", "_money", "_partition",
        "logged", "sequence", "totals",
    )  # fmt: skip

    def __init__(self, record: Record, logged: AnyLogged, book: Book) -> None:
        self.logged, self.sequence, self.totals = logged, book.sequence, Totals.of(book)
        self._partition = record.partition
        self._made: dict[str, int] = {}
        self._attributes = attributes(logged.sku, logged.recorded_at, record.headers)
        self._about = _members(
            {
                "sku": logged.sku,
                "sequence": book.sequence,
                "movement_id": logged.id,
                "source_id": logged.source_id,
                "effective_at": logged.effective_at,
                "recorded_at": logged.recorded_at,
            }
        )
        self._money = self._about + _members(
            {
                "currency": BASE_CURRENCY,
                "posting_date": posting_date(logged.effective_at),
                "on_hand": plain(self.totals.quantity),
                "value": money(self.totals.value),
            }
        )

    def records(self, entries: list[Entry], before: Totals) -> Iterator[Output]:
        """Write the ledger's line, then one record an entry, in parts where layers are many."""
        yield self._ledger_entry(before)
        for entry in entries:
            match entry:
                case CostEntry():
                    yield from self._cost(entry)
                case QuantityVariance():
                    yield self._quantity_variance(entry)
                case CostVariance():
                    yield self._cost_variance(entry)
                case CostNeeded():
                    yield self._cost_needed(entry)

    def record(
        self, topic: str, kind: str, fields: Json, number: int = 0, key: str = ""
    ) -> Output:
        """Write a record without money, keyed by its SKU unless told, in its partition."""
        return self._record(
            topic, kind, output_id(self.logged.id, kind, number), self._about, fields, key
        )

    def _record(
        self, topic: str, kind: str, record_id: str, shared: bytes, fields: Json, key: str = ""
    ) -> Output:
        value = b'{"id":"%s","type":"%s",%s%s' % (
            record_id.encode(), kind.encode(), shared, encode(fields)[1:],
        )  # fmt: skip
        return Output(
            topic,
            (key or self.logged.sku).encode(),
            value,
            headers(record_id, kind, self._attributes),
            self._partition,
        )

    def _new_id(self, kind: str) -> str:
        number = self._made.get(kind, 0)
        self._made[kind] = number + 1
        return output_id(self.logged.id, kind, number)

    def _ledger_entry(self, before: Totals) -> Output:
        logged = self.logged
        change = self.totals.value - before.value
        fields: Json = {
            "amount": money(change),
            "posted_amount": money(change - self.totals.carry + before.carry),
            "movement_type": logged.type,
            "quantity": plain(self.totals.quantity - before.quantity),
        }
        if not isinstance(logged, Item | Transfer):
            fields["warehouse"] = logged.warehouse
        if logged.reference is not None:
            fields["reference"] = logged.reference
        record_id = self._new_id("ledger_entry")
        return self._record(topics.LEDGER.name, "ledger_entry", record_id, self._money, fields)

    def _cost(self, entry: CostEntry) -> Iterator[Output]:
        """Write a cost; beyond 500 layers in parts of one document that add up (contract)."""
        topic = topics.COGS if entry.type is EntryType.COGS else topics.COSTS
        document = ""
        for part in parts_of(entry):
            record_id = self._new_id(entry.type)
            document = document or record_id
            fields: Json = {
                "amount": money(part.amount),
                "posted_amount": money(part.posted),
                "warehouse": part.warehouse,
                "quantity": plain(part.quantity),
                "unit_cost": money(_unit_cost(part)),
                "provisional_quantity": plain(part.provisional_quantity),
                "layers": [_draw(draw) for draw in part.draws],
                "document": document,
            }
            self._add_particulars(fields)
            yield self._record(topic.name, entry.type, record_id, self._money, fields)

    def _add_particulars(self, fields: Json) -> None:
        """Add what the movement itself says of a cost: its order, its receipt, its reason."""
        match self.logged:
            case Sale() as sale:
                fields["order_id"] = sale.order_id
                fields["line_id"] = sale.line_id
                if sale.unit_price is not None:
                    fields["unit_price"] = sale.unit_price
            case Receipt() as receipt:
                fields["receipt_id"] = receipt.receipt_id
            case Transfer() as transfer:
                fields["to_warehouse"] = transfer.to_warehouse
            case Adjustment() | DefectiveReport() as reasoned:
                fields["reason"] = reasoned.reason

    def _variance(self, kind: str, shared: bytes, fields: Json) -> Output:
        return self._record(topics.VARIANCES.name, kind, self._new_id(kind), shared, fields)

    def _quantity_variance(self, variance: QuantityVariance) -> Output:
        return self._variance(
            "quantity_variance",
            self._about,
            {
                "warehouse": variance.warehouse,
                "label": "Variance",
                "quantity": plain(variance.quantity),
                "previous_quantity": plain(variance.previous_quantity),
                "unit_cost": "0.00",
                "expected": plain(variance.expected),
                "counted": plain(variance.counted),
                "status": variance.status.value,
            },
        )

    def _cost_variance(self, variance: CostVariance) -> Output:
        corrects = variance.corrects
        fields: Json = {
            "amount": money(variance.amount),
            "posted_amount": money(variance.posted),
            "kind": variance.kind.value,
            "quantity": plain(variance.quantity),
            "corrects": output_id(corrects.movement_id, corrects.type, 0),
            "cause": self.logged.source_id,
        }
        optional = {
            "warehouse": variance.warehouse,
            "receipt_id": variance.receipt_id,
            "order_id": corrects.order_id,
            "line_id": corrects.line_id,
        }
        fields |= {name: value for name, value in optional.items() if value is not None}
        return self._variance("cost_variance", self._money, fields)

    def _cost_needed(self, needed: CostNeeded) -> Output:
        return self._variance(
            "cost_needed",
            self._about,
            {
                "receipt_id": needed.receipt_id,
                "quantity": plain(needed.quantity),
                "assumed_unit_cost": money(needed.assumed_unit_cost),
            },
        )


def _members(fields: Json) -> bytes:
    """Encode the members of an object that others follow."""
    return encode(fields)[1:-1] + b","


def _draw(draw: Draw) -> Json:
    return {
        "layer_id": draw.layer_id,
        "receipt_id": draw.receipt_id,
        "quantity": plain(draw.quantity),
        "amount": money(draw.amount),
    }


def _unit_cost(entry: CostEntry) -> int:
    if not entry.quantity:
        return 0
    return per_unit(abs(entry.amount), abs(entry.quantity))
