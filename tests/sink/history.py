"""Random events of a few SKUs: whatever can happen to them, in a mix that hits its mark."""

import random
from collections.abc import Iterator

Json = dict[str, object]

WAREHOUSES = ("Oslo", "Bergen")
KINDS = {
    "receipt": 5, "landed_cost": 3, "cost_correction": 1, "purchase_return": 1, "sale": 8,
    "sale_return": 3, "stock_pull": 2, "transfer": 2, "defective_report": 1, "adjustment": 2,
    "build": 2, "policy": 1, "receipt_merge": 1,
}  # fmt: skip


class History:
    """A shop's events; what refers to a receipt or an order mostly names one that exists."""

    def __init__(self, seed: int, merges: tuple[str, ...] = ("never", "same_cost")) -> None:
        self._chance, self._merges = random.Random(seed), merges
        self._skus = {f"SKU-{n}": self._settings(n) for n in range(6)}
        self._received: list[tuple[str, str, list[Json]]] = []
        self._sold: list[tuple[str, str]] = []

    def events(self, count: int) -> Iterator[Json]:
        for number, (sku, settings) in enumerate(self._skus.items()):
            yield self._event("item", f"I{number}") | {"sku": sku} | settings
        for number in range(count):
            kind = self._chance.choices(list(KINDS), list(KINDS.values()))[0]
            yield self._event(kind, f"E{number}") | getattr(self, f"_{kind}")(number)

    def _settings(self, number: int) -> Json:
        return {
            "method": ("fifo", "lifo", "wac")[number % 3],
            "cost_pool": ("sku", "warehouse")[number // 3],
            "layer_merge": self._chance.choice(self._merges),
            "standard_cost": "2.345678",
            "non_diminishing": self._chance.random() < 0.2,
        }

    def _event(self, kind: str, event_id: str) -> Json:
        at = "2026-10-01T10:00:00Z"
        return {"type": kind, "id": event_id, "source": "shop", "effective_at": at}

    def _sku(self) -> str:
        return self._chance.choice(list(self._skus))

    def _place(self) -> Json:
        return {"sku": self._sku(), "warehouse": self._chance.choice(WAREHOUSES)}

    def _units(self) -> str:
        return f"{self._chance.randint(1, 9000) / 1000}"

    def _receipt(self, number: int) -> Json:
        shipment = f"S{number}"
        if self._received and self._chance.random() < 0.4:
            shipment = self._chance.choice(self._received)[0]
        skus = self._chance.sample(list(self._skus), self._chance.randint(1, 3))
        lines = [self._line(sku) for sku in skus]
        self._received.append((shipment, f"R{number}", lines))
        event: Json = {"shipment_id": shipment, "receipt_id": f"R{number}", "lines": lines}
        if self._chance.random() < 0.3:
            event |= {"currency": "EUR", "fx_rate": "1.0857"}
        return event

    def _line(self, sku: str) -> Json:
        line: Json = {
            "sku": sku,
            "warehouse": self._chance.choice(WAREHOUSES),
            "quantity": f"{self._chance.randint(1, 20)}",
        }
        if self._chance.random() < 0.9:
            line["unit_cost"] = f"{self._chance.choice((1, 2.5, 3.333333, 0, 7.1))}"
        return line

    def _landed_cost(self, number: int) -> Json:
        shipment = self._a_receipt()[0]
        charge: Json = {
            "charge_id": f"C{number}",
            "kind": "freight",
            "basis": self._chance.choice(("unit", "value", "weight")),
            "amount": f"{self._chance.choice((10, 3.33, 0.01, 77.777, -1.5))}",
        }
        if self._chance.random() < 0.3:
            charge |= {"currency": "EUR", "fx_rate": "1.1234567"}
        return {"shipment_id": shipment, "charges": [charge]}

    def _a_receipt(self) -> tuple[str, str, list[Json]]:
        if not self._received:
            return "S-none", "R-none", [self._place()]
        return self._chance.choice(self._received)

    def _cost_correction(self, number: int) -> Json:
        shipment, receipt, lines = self._a_receipt()
        return {
            "shipment_id": shipment,
            "receipt_id": receipt,
            "sku": lines[0]["sku"],
            "unit_cost": f"{self._chance.randint(0, 9000) / 1000}",
        }

    def _purchase_return(self, number: int) -> Json:
        shipment, receipt, lines = self._a_receipt()
        of_line = {name: lines[0][name] for name in ("sku", "warehouse")}
        return {"shipment_id": shipment, "receipt_id": receipt, "quantity": "1"} | of_line

    def _receipt_merge(self, number: int) -> Json:
        shipment, into, _ = self._a_receipt()
        receipts = [receipt for place, receipt, _ in self._received if place == shipment]
        return {"shipment_id": shipment, "receipt_ids": receipts or [into], "into": into}

    def _sale(self, number: int) -> Json:
        sale = self._place() | {"quantity": self._units()}
        self._sold.append((str(sale["sku"]), f"O{number}"))
        return sale | {"order_id": f"O{number}", "line_id": "1", "override_unit_cost": "0.5"}

    def _sale_return(self, number: int) -> Json:
        sku, order = self._chance.choice(self._sold or [(self._sku(), "O-none")])
        place = self._place() | {"sku": sku, "quantity": self._units()}
        return place | {"order_id": order, "line_id": "1"}

    def _stock_pull(self, number: int) -> Json:
        return self._place() | {"on_hand": self._units()}

    def _transfer(self, number: int) -> Json:
        there, here = self._chance.sample(WAREHOUSES, 2)
        route = {"sku": self._sku(), "from_warehouse": there, "to_warehouse": here}
        return route | {"quantity": self._units()}

    def _defective_report(self, number: int) -> Json:
        return self._place() | {"quantity": self._units(), "reason": "broken"}

    def _adjustment(self, number: int) -> Json:
        mode = self._chance.choice(("quantity", "value", "quantity_and_value"))
        sign = self._chance.choice(("", "-"))
        event: Json = self._place() | {"mode": mode}
        if mode != "value":
            event["quantity"] = sign + self._units()
        if mode != "quantity":
            event["value"] = sign + self._units()
        return event | {"reason": "recount"}

    def _build(self, number: int) -> Json:
        consume = [self._place() | {"quantity": self._units()} for _ in range(2)]
        made = self._place() | {"quantity": f"{self._chance.randint(1, 5)}"}
        if self._chance.random() < 0.3:
            made["unit_cost"] = "4.2"
        build: Json = {"order_id": f"B{number}", "consume": consume, "produce": [made]}
        return build | {"overhead": self._chance.choice(("0", "1.005", "3"))}

    def _policy(self, number: int) -> Json:
        accounts: Json = {"cogs": self._chance.choice((None, "5000")), "inventory": "1300"}
        return {
            "gl_mapping": accounts,
            "landed_cost_policy": self._chance.choice(("locked", "true_up")),
        }
