"""What one applied movement tells the world: its entries as records of the event topics."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from ullage import topics
from ullage.costing.book import Book
from ullage.costing.entry import (
    CostEntry,
    CostNeeded,
    CostVariance,
    Draw,
    Entry,
    QuantityVariance,
)
from ullage.costing.money import per_unit, plain, to_step
from ullage.processors.envelope import headers
from ullage.processors.log import AnyLogged, Receipt, Sale, Transfer
from ullage.processors.text import money, output_id
from ullage.step import Output, Record

MAX_DRAWS: Final = 500
"""Layers named in one record; more go into further parts of the same document."""

CURRENCY: Final = "USD"
"""The base currency, unless a policy sets another."""

Json = dict[str, object]
encode: Final = msgspec.json.Encoder().encode


class Totals(msgspec.Struct, frozen=True):
    """Where a book stood: what changes are measured from."""

    quantity: int
    value: int
    carry: int

    @classmethod
    def of(cls, book: Book) -> "Totals":
        return cls(book.quantity, book.value, book.carry)


class Outcome:
    """The records of one applied movement; what they share is prepared once."""

    def __init__(self, record: Record, logged: AnyLogged, book: Book) -> None:
        self._record, self.logged, self.sequence = record, logged, book.sequence
        self.now = Totals.of(book)
        self._minor_unit = book.policy.minor_unit
        self._made: Counter[str] = Counter()
        self._about: Json = {
            "sku": logged.sku,
            "sequence": book.sequence,
            "movement_id": logged.id,
            "source_id": logged.source_id,
            "effective_at": logged.effective_at,
            "recorded_at": logged.recorded_at,
        }
        self._money: Json = {
            "currency": CURRENCY,
            "posting_date": logged.effective_at[:10],
            "on_hand": plain(self.now.quantity),
            "value": money(self.now.value),
        }

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
        self, topic: str, kind: str, fields: Json, number: int | None = None, key: str = ""
    ) -> Output:
        """Write one record of this movement, keyed by its SKU unless told, in its partition."""
        if number is None:
            number = self._made[kind]
            self._made[kind] += 1
        logged = self.logged
        record_id = output_id(logged.id, kind, number)
        value: Json = {"id": record_id, "type": kind} | self._about | fields
        return Output(
            topic,
            (key or logged.sku).encode(),
            encode(value),
            headers(record_id, kind, logged.sku, logged.recorded_at, self._record.headers),
            self._record.partition,
        )

    def _ledger_entry(self, before: Totals) -> Output:
        change = self.now.value - before.value
        posted = change - (self.now.carry - before.carry)
        fields: Json = {
            **self._money,
            "movement_type": self.logged.type,
            "quantity": plain(self.now.quantity - before.quantity),
            "amount": money(change),
            "posted_amount": money(posted),
        }
        if not isinstance(self.logged, Transfer):
            fields |= given(warehouse=getattr(self.logged, "warehouse", None))
        return self.record(
            topics.LEDGER.name, "ledger_entry", fields | given(reference=self.logged.reference)
        )

    def _cost(self, entry: CostEntry) -> Iterator[Output]:
        """Write a cost; beyond 500 layers in parts of one document that add up (contract)."""
        topic = topics.COGS if entry.type == "cogs" else topics.COSTS
        document = output_id(self.logged.id, entry.type, self._made[entry.type])
        for part in _parts(entry, self._minor_unit):
            yield self.record(
                topic.name,
                entry.type,
                {
                    **self._money,
                    "amount": money(part.amount),
                    "posted_amount": money(part.posted),
                    "warehouse": part.warehouse,
                    "quantity": plain(part.quantity),
                    "unit_cost": money(_unit_cost(part)),
                    "provisional_quantity": plain(part.provisional_quantity),
                    "layers": [_draw(draw) for draw in part.draws],
                    "document": document,
                    **self._particulars(),
                },
            )

    def _particulars(self) -> Json:
        """What the movement itself says of a cost: its order, its receipt, its reason."""
        logged = self.logged
        if isinstance(logged, Sale):
            return {"order_id": logged.order_id, "line_id": logged.line_id} | given(
                unit_price=logged.unit_price
            )
        if isinstance(logged, Receipt):
            return {"receipt_id": logged.receipt_id}
        if isinstance(logged, Transfer):
            return {"to_warehouse": logged.to_warehouse}
        return given(reason=getattr(logged, "reason", None))

    def _quantity_variance(self, variance: QuantityVariance) -> Output:
        return self.record(
            topics.VARIANCES.name,
            "quantity_variance",
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
            **self._money,
            "amount": money(variance.amount),
            "posted_amount": money(variance.posted),
            "kind": variance.kind.value,
            "quantity": plain(variance.quantity),
            "corrects": output_id(corrects.movement_id, corrects.type, 0),
            "cause": self.logged.source_id,
        }
        return self.record(
            topics.VARIANCES.name,
            "cost_variance",
            fields
            | given(
                warehouse=variance.warehouse,
                receipt_id=variance.receipt_id,
                order_id=corrects.order_id,
                line_id=corrects.line_id,
            ),
        )

    def _cost_needed(self, needed: CostNeeded) -> Output:
        return self.record(
            topics.VARIANCES.name,
            "cost_needed",
            {
                "receipt_id": needed.receipt_id,
                "quantity": plain(needed.quantity),
                "assumed_unit_cost": money(needed.assumed_unit_cost),
            },
        )


def given(**fields: object) -> Json:
    """Leave out what there is not."""
    return {name: value for name, value in fields.items() if value is not None}


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


def _parts(entry: CostEntry, minor_unit: int) -> Iterator[CostEntry]:
    """Split off 500 layers at a time; the last part has the provisional units."""
    while len(entry.draws) > MAX_DRAWS:
        draws, rest = entry.draws[:MAX_DRAWS], entry.draws[MAX_DRAWS:]
        quantity = sum(draw.quantity for draw in draws)
        amount = sum(draw.amount for draw in draws)
        posted = to_step(amount, minor_unit)
        yield CostEntry(entry.type, entry.warehouse, quantity, amount, posted, 0, draws)
        entry = CostEntry(
            entry.type,
            entry.warehouse,
            entry.quantity - quantity,
            entry.amount - amount,
            entry.posted - posted,
            entry.provisional_quantity,
            rest,
        )
    yield entry
