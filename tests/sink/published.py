"""Output records as the ledger publishes them, from a small FIFO book written for it."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from ullage import topics
from ullage.step import Output

_NAMESPACE = uuid.UUID("0d9cf1a8-5c1d-4b36-8d6b-0a50c7a3f1de")
_START = datetime(2026, 10, 1, 8, tzinfo=UTC)

_DRAW = ("layer_id", "receipt_id", "quantity", "amount")

_SHARED = (
    "sku", "sequence", "movement_id", "source_id", "effective_at", "recorded_at", "currency",
    "posting_date", "amount", "posted_amount", "on_hand", "value",
)  # fmt: skip

JSON = dict[str, object]


def output(topic: topics.Topic, record: JSON) -> Output:
    """A record of a topic keyed by SKU."""
    return Output(topic.name, str(record.get("sku", "")).encode(), json.dumps(record).encode())


class Book:
    """One SKU, FIFO, one warehouse. Each method returns what the ledger would publish."""

    def __init__(self, sku: str, warehouse: str = "Oslo") -> None:
        self.sku, self.warehouse, self.sequence = sku, warehouse, 0
        self.layers: list[tuple[str, str, Decimal, Decimal]] = []
        self.counted: Decimal | None = None

    @property
    def on_hand(self) -> Decimal:
        return sum((layer[2] for layer in self.layers), Decimal(0))

    @property
    def value(self) -> Decimal:
        return sum((layer[3] for layer in self.layers), Decimal(0))

    def receive(self, quantity: int, unit_cost: str) -> list[Output]:
        self.sequence += 1
        amount = quantity * Decimal(unit_cost)
        layer = str(self.sequence), f"R-{self.sequence}", Decimal(quantity), amount
        self.layers.append(layer)
        cost = self._cost("received", quantity, amount, [layer])
        cost |= {"receipt_id": layer[1]}
        return [
            self._movement("receipt", quantity, amount),
            output(topics.COSTS, cost),
            *self.journal(cost, "inventory", "goods_received_not_invoiced"),
            self._open(layer),
            self._snapshot(),
        ]

    def sell(self, quantity: int) -> list[Output]:
        self.sequence += 1
        drawn, left = [], Decimal(quantity)
        outputs: list[Output] = []
        while left:
            layer_id, receipt, there, worth = self.layers.pop(0)
            taken = min(there, left)
            amount = worth * taken / there
            drawn.append((layer_id, receipt, taken, amount))
            left -= taken
            rest = layer_id, receipt, there - taken, worth - amount
            if rest[2]:
                self.layers.insert(0, rest)
            outputs.append(self._open(rest) if rest[2] else self.drained(layer_id))
        amount = sum((draw[3] for draw in drawn), Decimal(0))
        cogs = self._cost("cogs", quantity, amount, drawn)
        cogs |= {"order_id": "O-1", "line_id": str(self.sequence), "unit_price": "9.99"}
        movement = self._movement("sale", -quantity, -amount)
        booked = self.journal(cogs, "cogs", "inventory")
        return [movement, output(topics.COGS, cogs), *booked, *outputs, self._snapshot()]

    def count(self, counted: int) -> list[Output]:
        self.sequence += 1
        self.counted = Decimal(counted)
        variance = self._envelope("quantity_variance") | {
            "warehouse": self.warehouse,
            "label": "Variance",
            "quantity": str(counted - self.on_hand),
            "previous_quantity": "0",
            "unit_cost": "0.00",
            "expected": str(self.on_hand),
            "counted": str(counted),
            "status": "opened",
        }
        return [
            self._movement("stock_pull", 0, Decimal(0)),
            output(topics.VARIANCES, variance),
            self._snapshot(),
        ]

    def drained(self, layer_id: str, sequence: int | None = None) -> Output:
        headers = (("sequence", str(sequence or self.sequence).encode()),)
        return Output(topics.COST_LAYERS.name, self._layer_key(layer_id), None, headers)

    def journal(
        self, record: JSON, debit: str, credit: str, status: str = "ready"
    ) -> list[Output]:
        """What books a record; a negative amount swaps the sides, nothing books nothing."""
        posted = Decimal(str(record["posted_amount"]))
        if posted < 0:
            debit, credit = credit, debit
        shared = {name: record[name] for name in _SHARED}
        journal = shared | {
            "id": str(uuid.uuid5(_NAMESPACE, f"journal of {record['id']}")),
            "type": "journal",
            "status": status,
            "document": record["id"],
            "lines": [
                {"role": debit, "account": debit, "debit": f"{abs(posted)}", "credit": "0.00"},
                {
                    "role": credit,
                    "account": credit,
                    "debit": "0.00",
                    "credit": f"{abs(posted)}",
                },
            ],
        }
        return [output(topics.JOURNALS, journal)] if posted else []

    def _id(self, name: str, sequence: int | None = None) -> str:
        at = self.sequence if sequence is None else sequence
        return str(uuid.uuid5(_NAMESPACE, f"{self.sku}/{at}/{name}"))

    def _envelope(self, kind: str) -> JSON:
        at = (_START + timedelta(hours=self.sequence)).isoformat()
        return {
            "id": self._id(kind),
            "type": kind,
            "sku": self.sku,
            "sequence": self.sequence,
            "movement_id": self._id("movement"),
            "source_id": f"E-{self.sequence}",
            "effective_at": at,
            "recorded_at": at,
            "added_by_a_later_version": True,
        }

    def _money(self, kind: str, amount: Decimal) -> JSON:
        return self._envelope(kind) | {
            "currency": "USD",
            "posting_date": (_START + timedelta(hours=self.sequence)).date().isoformat(),
            "amount": str(amount),
            "posted_amount": str(round(amount, 2)),
            "on_hand": str(self.on_hand),
            "value": str(self.value),
        }

    def _movement(self, kind: str, quantity: int, amount: Decimal) -> Output:
        more = {
            "movement_type": kind,
            "quantity": str(quantity),
            "warehouse": self.warehouse,
            "reference": f"E-{self.sequence}",
        }
        return output(topics.LEDGER, self._money("ledger_entry", amount) | more)

    def _cost(
        self,
        kind: str,
        quantity: int,
        amount: Decimal,
        layers: list[tuple[str, str, Decimal, Decimal]],
    ) -> JSON:
        return self._money(kind, amount) | {
            "warehouse": self.warehouse,
            "quantity": str(quantity),
            "unit_cost": str(round(amount / quantity, 6)),
            "provisional_quantity": "0",
            "layers": [dict(zip(_DRAW, map(str, layer), strict=True)) for layer in layers],
        }

    def _layer_key(self, layer_id: str) -> bytes:
        return f"{self.sku}\x1f{layer_id}".encode()

    def _open(self, layer: tuple[str, str, Decimal, Decimal]) -> Output:
        layer_id, receipt, quantity, value = layer
        record = self._envelope("cost_layer") | {
            "layer_id": layer_id,
            "receipt_ids": [receipt],
            "received_at": _START.isoformat(),
            "quantity": str(quantity),
            "unit_cost": str(round(value / quantity, 6)),
            "value": str(value),
        }
        value_bytes = json.dumps(record).encode()
        return Output(topics.COST_LAYERS.name, self._layer_key(layer_id), value_bytes)

    def _snapshot(self) -> Output:
        variance = Decimal(0) if self.counted is None else self.counted - self.on_hand
        stock = {
            "warehouse": self.warehouse,
            "expected": str(self.on_hand),
            "estimated": str(self.on_hand + variance),
            "counted": None if self.counted is None else str(self.counted),
            "counted_at": None if self.counted is None else _START.isoformat(),
            "variance": str(variance),
            "value": str(self.value),
        }
        record = self._envelope("snapshot") | {
            "currency": "USD",
            "method": "fifo",
            "on_hand": str(self.on_hand),
            "value": str(self.value),
            "average_cost": str(round(self.value / self.on_hand, 6)) if self.on_hand else "0",
            "last_landed_cost": "3",
            "open_layers": len(self.layers),
            "stock": [stock],
            "oversold": "0",
            "flags": ["variance_open"] if variance else [],
        }
        return output(topics.SNAPSHOTS, record)
