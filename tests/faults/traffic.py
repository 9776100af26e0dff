"""A seeded trade in 40 SKUs: every kind of event, some of them again, some of them wrong.

Half of the SKUs keep to what the oracle knows; the others use the remaining switches. Each
record carries a trace of its own, a timestamp of its own, and in `fate` what must become of it.
"""

import json
import random
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

Json = dict[str, object]

FIFO = [f"fifo-{number}" for number in range(14)]
WAC = [f"wac-{number}" for number in range(10)]
WILD = [f"wild-{number}" for number in range(12)]
GOODS = [f"goods-{number}" for number in range(4)]
SKUS = (*FIFO, *WAC, *WILD, *GOODS)
WAREHOUSES = ("A", "B")
STRICT = "wild-3"
"""Never sold below zero: what is not there is refused."""

EVENT, REFUSED, UNREADABLE = "event", "refused", "unreadable"
"""Fates: an event in due form, one refused on form, and bytes that are no event."""

BEGIN = datetime(2026, 10, 1, 8, tzinfo=UTC)
_AGAIN, _CONFLICT, _WRONG = 0.10, 0.015, 0.01
_REMEMBERED = 400


class Sent(NamedTuple):
    """A record to send. No partition: that of its key."""

    topic: str
    key: bytes | None
    value: bytes
    fate: str = EVENT
    partition: int | None = None


class Trade:
    """The same seed makes the same records; whether a line was received is not known to it."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._count = 0
        self._recent: deque[tuple[str, bytes, Json]] = deque(maxlen=_REMEMBERED)
        self._sold: deque[Json] = deque(maxlen=100)
        self._receipts: deque[Json] = deque(maxlen=60)

    def settings(self) -> Iterator[Sent]:
        """Item records: to be in the log before anything moves."""
        yield self._send(*self._policy())
        for sku in SKUS:
            yield self._send("items", sku, self._event("item", sku=sku, **_terms_of(sku)))

    def records(self, count: int) -> Iterator[Sent]:
        for _ in range(count):
            yield self._next()

    def _next(self) -> Sent:
        draw = self._chance.random()
        if self._recent and draw < _AGAIN + _CONFLICT:
            topic, key, event = self._chance.choice(self._recent)
            if draw >= _AGAIN:
                event = {**event, "effective_at": _a_second_later(event)}
            return Sent(topic, key, json.dumps(event).encode())
        kinds, weights = zip(*_KINDS, strict=True)
        (make,) = self._chance.choices(kinds, weights)
        topic, key, event = make(self)
        if draw > 1 - _WRONG:
            wrong = {**event, "id": event["id"] + "-wrong", "effective_at": "yesterday"}
            return Sent(topic, key.encode(), json.dumps(wrong).encode(), REFUSED)
        return self._send(topic, key, event)

    def _send(self, topic: str, key: str, event: Json) -> Sent:
        if topic != "control":  # its copies would each refuse the other content
            self._recent.append((topic, key.encode(), event))
        return Sent(topic, key.encode(), json.dumps(event).encode())

    def _event(self, kind: str, **fields: object) -> Json:
        self._count += 1
        name = {"id": f"{kind}-{self._count}", "type": kind, "source": "traffic"}
        return {**name, "effective_at": self._when(), **fields}

    def _when(self) -> str:
        return (BEGIN + timedelta(seconds=self._count)).isoformat()

    def _units(self, most: int = 12) -> int:
        return self._chance.randint(1, most)

    def _cost(self) -> str:
        return f"{self._chance.randint(50, 4_000) / 100:.2f}"

    def _at(self, *skus: str) -> Json:
        sku = self._chance.choice(skus or SKUS)
        return {"sku": sku, "warehouse": self._chance.choice(WAREHOUSES)}

    def _sale(self) -> tuple[str, str, Json]:
        line = {**self._at(), "order_id": f"O{self._count}", "line_id": "1"}
        event = self._event("sale", **line, quantity=self._units(), unit_price="19.99")
        if line["sku"] != STRICT:
            self._sold.append(event)
        return "sales", line["sku"], event

    def _return(self) -> tuple[str, str, Json]:
        if not self._sold:
            return self._sale()
        sold = self._sold.popleft()
        line = {name: sold[name] for name in ("sku", "warehouse", "order_id", "line_id")}
        back = self._chance.randint(1, sold["quantity"])
        return "sales", line["sku"], self._event("sale_return", **line, quantity=back)

    def _pull(self) -> tuple[str, str, Json]:
        place = self._at()
        event = self._event("stock_pull", **place, on_hand=self._chance.randint(0, 80))
        return "wms.stock-pulls", place["sku"], event

    def _adjust(self) -> tuple[str, str, Json]:
        place, change = self._at(), self._units(5) * self._chance.choice((-1, 1))
        fields = {"mode": "quantity", "quantity": change, "reason": "counted again"}
        return "inventory", place["sku"], self._event("adjustment", **place, **fields)

    def _revalue(self) -> tuple[str, str, Json]:
        place = self._at(*WILD)
        fields = {"mode": "value", "value": self._cost(), "reason": "appraised"}
        return "inventory", place["sku"], self._event("adjustment", **place, **fields)

    def _defect(self) -> tuple[str, str, Json]:
        place = self._at()
        event = self._event("defective_report", **place, quantity=self._units(3), reason="wet")
        return "inventory", place["sku"], event

    def _transfer(self) -> tuple[str, str, Json]:
        sku = self._chance.choice(SKUS)
        places = {"from_warehouse": "A", "to_warehouse": "B", "quantity": self._units(5)}
        return "inventory", sku, self._event("transfer", sku=sku, **places)

    def _receive(self) -> tuple[str, str, Json]:
        """Now and then a further receipt of an earlier shipment, at its locked rates."""
        shipment = f"P{self._count}"
        if self._receipts and self._chance.random() < 0.2:
            shipment = str(self._chance.choice(self._receipts)["shipment_id"])
        skus = self._chance.sample(SKUS, self._units(4))
        lines = [
            {**self._at(sku), "quantity": self._units(), "unit_cost": self._cost()}
            for sku in skus
        ]
        fields = {"shipment_id": shipment, "receipt_id": f"R{self._count}", "lines": lines}
        event = self._event("receipt", **fields)
        self._receipts.append(event)
        return "purchasing", shipment, event

    def _charge(self) -> tuple[str, str, Json]:
        """For a shipment that came, or for the one that may come next."""
        shipment = f"P{self._count + 1}"
        if self._receipts and self._chance.random() < 0.8:
            shipment = str(self._chance.choice(self._receipts)["shipment_id"])
        charge = {
            "charge_id": f"C{self._count}",
            "kind": "freight",
            "amount": self._cost(),
            "basis": self._chance.choice(("unit", "value")),
        }
        event = self._event("landed_cost", shipment_id=shipment, charges=[charge])
        return "purchasing", shipment, event

    def _of_receipt(self) -> tuple[Json, Json]:
        receipt = self._chance.choice(self._receipts)
        line = self._chance.choice(receipt["lines"])
        names = {name: receipt[name] for name in ("shipment_id", "receipt_id")}
        return {**names, "sku": line["sku"]}, line

    def _correct(self) -> tuple[str, str, Json]:
        """Never below what it was received at: a credit is bounded by what layers are worth."""
        if not self._receipts:
            return self._receive()
        of, line = self._of_receipt()
        cost = Decimal(str(line["unit_cost"])) + Decimal(self._units(8)) / 4
        event = self._event("cost_correction", **of, unit_cost=str(cost))
        return "purchasing", str(of["shipment_id"]), event

    def _send_back(self) -> tuple[str, str, Json]:
        """Only of what the oracle leaves alone; else the receipt that it would be of."""
        of, line = self._of_receipt() if self._receipts else ({}, {})
        if line.get("sku") not in WILD:
            return self._receive()
        place = {"warehouse": line["warehouse"], "quantity": 1}
        event = self._event("purchase_return", **of, **place)
        return "purchasing", str(of["shipment_id"]), event

    def _policy(self) -> tuple[str, str, Json]:
        """The account of sales is taken away, and given again: what was held is released."""
        account = self._chance.choice((None, "5000"))
        event = self._event("policy", gl_mapping={"cogs": account, "inventory": "1400"})
        return "control", "all", event

    def _build(self) -> tuple[str, str, Json]:
        parts = self._chance.sample((*FIFO, *WAC, STRICT), self._units(3))
        order = f"M{self._count}"
        event = self._event(
            "build",
            order_id=order,
            consume=[{**self._at(sku), "quantity": self._units(3)} for sku in parts],
            produce=[{**self._at(*GOODS), "quantity": self._units(4)}],
            overhead="1.25",
        )
        return "manufacturing", order, event


_KINDS = (
    (Trade._sale, 38),
    (Trade._return, 8),
    (Trade._receive, 16),
    (Trade._charge, 6),
    (Trade._correct, 2),
    (Trade._send_back, 2),
    (Trade._pull, 8),
    (Trade._adjust, 6),
    (Trade._revalue, 2),
    (Trade._defect, 4),
    (Trade._transfer, 4),
    (Trade._build, 4),
    (Trade._policy, 0.3),
)


def _a_second_later(event: Json) -> str:
    """Other content that is otherwise as good."""
    return (
        datetime.fromisoformat(str(event["effective_at"])) + timedelta(seconds=1)
    ).isoformat()


def _terms_of(sku: str) -> Json:
    if sku in WAC:
        return {"method": "wac", "standard_cost": "5.00"}
    if sku == STRICT:
        return {"negative_stock": "reject"}
    if sku not in WILD:
        return {"standard_cost": "3.00"}
    number = WILD.index(sku)
    return {
        "method": ("lifo", "fifo", "wac")[number % 3],
        "cost_pool": ("sku", "warehouse")[number % 2],
        "layer_merge": ("never", "same_cost")[number // 6],
    }
