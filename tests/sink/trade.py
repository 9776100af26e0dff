"""Output records of the whole accounting: charges, rates, builds."""

import json
from decimal import Decimal

from tests.sink.published import JSON, Book, output
from ullage import topics
from ullage.step import Output

SHIPMENT = "S-1"
FREIGHT: JSON = {"kind": "freight", "basis": "unit", "amount": "60.00"}
Layer = tuple[str, str, Decimal, Decimal]
GRNI, CLEARING = "goods_received_not_invoiced", "landed_cost_clearing"


class Trade(Book):
    """A book with charges and builds; each movement is published whole."""

    def receive_in_euro(self, quantity: int, unit_cost: str, rate: str) -> list[Output]:
        """Receive at a price in euro, converted at the rate."""
        self.sequence += 1
        amount = quantity * Decimal(unit_cost) * Decimal(rate)
        layer = self._add_layer(quantity, amount)
        record = self._cost("received", quantity, amount, [layer]) | self._of(layer[1])
        original = {"currency": "EUR", "fx_rate": rate, "unit_cost": unit_cost}
        booked = self._book(record | {"original": original}, "inventory", GRNI)
        return self._whole("receipt", quantity, amount, [*booked, self._open(layer)])

    def receive_with_freight(self, quantity: int, unit_cost: str, share: str) -> list[Output]:
        """Receive with a share of the freight of 60.00."""
        self.sequence += 1
        amount, freight = quantity * Decimal(unit_cost), Decimal(share)
        layer = self._add_layer(quantity, amount + freight)
        received = self._cost("received", quantity, amount, [layer]) | self._of(layer[1])
        landed = self._cost("landed", quantity, freight, []) | self._of(layer[1])
        landed |= {"charge_id": "F-1", "charge": FREIGHT}
        booked = self._book(received, "inventory", GRNI)
        booked += self._book(landed, "inventory", CLEARING)
        return self._whole("receipt", quantity, amount + freight, [*booked, self._open(layer)])

    def charge_late(self, received: int, cost: str, gone: int) -> list[Output]:
        """Charge the first layer late, when part of what was received with it is gone."""
        self.sequence += 1
        layer_id, receipt, quantity, value = self.layers[0]
        late = Decimal(cost) * gone / received
        self.layers[0] = layer = layer_id, receipt, quantity, value + Decimal(cost) - late
        landed = self._cost("landed", received, Decimal(cost), []) | self._of(receipt)
        charge = {"kind": "duty", "basis": "value", "amount": cost}
        landed |= {"charge_id": "D-1", "charge": charge}
        origin = self._id("received", int(layer_id))
        gone_units = self._variance("late_cost", gone, late, origin)
        gone_units |= self._of(receipt) | {"charge_id": "D-1"}
        booked = self._book(landed, "inventory", CLEARING)
        booked += self._book(gone_units, "cost_variance", "inventory")
        changed = Decimal(cost) - late
        return self._whole("landed_cost", 0, changed, [*booked, self._open(layer)])

    def consume(self, quantity: int, order: str) -> list[Output]:
        """A component of the first layer goes into an order, not all of it."""
        self.sequence += 1
        layer_id, receipt, there, worth = self.layers[0]
        amount = worth * quantity / there
        self.layers[0] = left = layer_id, receipt, there - quantity, worth - amount
        drawn = layer_id, receipt, Decimal(quantity), amount
        record = self._cost("consumed", quantity, amount, [drawn])
        record |= {"order_id": order, "source_id": order}
        booked = self._book(record, "wip", "inventory")
        return self._whole("consumption", -quantity, -amount, [*booked, self._open(left)])

    def produce(self, quantity: int, cost: str, order: str, overhead: str) -> list[Output]:
        """Finished goods of an order come in; overhead is part of their cost."""
        self.sequence += 1
        layer = self._add_layer(quantity, Decimal(cost))
        record = self._cost("produced", quantity, Decimal(cost), [layer])
        record |= {"order_id": order, "source_id": order, "refused_components": ["GONE"]}
        booked = self._book(record, "inventory", "wip")
        applied = record | {"id": self._id("overhead"), "posted_amount": overhead}
        for journal in self.journal(applied, "wip", "overhead_applied"):
            told = json.loads(journal.value or b"") | {"document": record["id"]}
            booked.append(output(topics.JOURNALS, told))
        return self._whole("production", quantity, Decimal(cost), [*booked, self._open(layer)])

    def _add_layer(self, quantity: int, value: Decimal) -> Layer:
        layer = str(self.sequence), f"R-{self.sequence}", Decimal(quantity), value
        self.layers.append(layer)
        return layer

    def _of(self, receipt: str) -> JSON:
        return {"receipt_id": receipt, "shipment_id": SHIPMENT}

    def _variance(self, kind: str, quantity: int, amount: Decimal, corrects: str) -> JSON:
        return self._money("cost_variance", amount) | {
            "kind": kind,
            "quantity": str(quantity),
            "corrects": corrects,
            "cause": f"E-{self.sequence}",
            "warehouse": self.warehouse,
        }

    def _book(self, record: JSON, debit: str, credit: str) -> list[Output]:
        topic = topics.VARIANCES if "kind" in record else topics.COSTS
        return [output(topic, record), *self.journal(record, debit, credit)]

    def _whole(
        self, kind: str, quantity: int, amount: Decimal, records: list[Output]
    ) -> list[Output]:
        return [self._movement(kind, quantity, amount), *records, self._snapshot()]

    def hold(self, journal: Output) -> Output:
        """The same journal while one of its accounts is none."""
        return _changed(journal, {"status": "held"})

    def release(self, held: Output) -> Output:
        """A journal that stands for one that was held."""
        return _changed(
            held, {"status": "ready", "id": self._id("release"), "releases": _id(held)}
        )


def _id(record: Output) -> object:
    return json.loads(record.value or b"")["id"]


def _changed(record: Output, fields: JSON) -> Output:
    return record._replace(value=json.dumps(json.loads(record.value or b"") | fields).encode())
