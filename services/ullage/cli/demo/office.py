"""The shop's papers: freight and duty of a delivery, bills that come late, goods sent back."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from ullage.cli.demo.assortment import money
from ullage.cli.demo.diary import Diary, Json

_SEED = 1871
_BILL_DAYS = 7
_FREIGHT_CENTS, _DUTY_CENTS, _STORAGE_CENTS = 7, 4, 2
"""Of a charge, for each unit of the shipment."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a delivery; a cost that is not known yet is None."""

    sku: str
    warehouse: str
    quantity: int
    unit_cost: str | None

    def json(self) -> Json:
        line: Json = {"sku": self.sku, "warehouse": self.warehouse, "quantity": self.quantity}
        return line if self.unit_cost is None else {**line, "unit_cost": self.unit_cost}


class Office:
    """Knows what each shipment brought. Its dice are its own: the shop's fall as they would."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._random = Random(_SEED)
        self._received: dict[str, list[Line]] = {}
        self._due: dict[int, list[str]] = defaultdict(list)

    def deliver(self, day: int, lines: list[Line]) -> list[Json]:
        """The receipt, and freight and duty; for every fourth, storage is billed later."""
        shipment = f"shop-S{len(self._received) + 1:02}"
        self._received[shipment] = lines
        if self._random.random() < 0.25:
            self._due[day + _BILL_DAYS].append(shipment)
        receipt = self._diary.event(
            "receipt",
            day,
            8,
            shipment_id=shipment,
            receipt_id=f"{shipment}-R",
            lines=[line.json() for line in lines],
        )
        charges = [
            self._charge("freight", _FREIGHT_CENTS, "unit", shipment),
            self._charge("duty", _DUTY_CENTS, "value", shipment),
        ]
        return [receipt, self._charged(day, shipment, charges)]

    def bills(self, day: int) -> list[Json]:
        """What is billed today for deliveries of a week ago; some of it was sold since."""
        return [
            self._charged(
                day, shipment, [self._charge("storage", _STORAGE_CENTS, "unit", shipment)]
            )
            for shipment in self._due.pop(day, ())
        ]

    def send_back(self, day: int, quantity: int) -> tuple[Json, Line]:
        """Return some of a line to the supplier. There must have been a delivery."""
        shipment = self._random.choice([*self._received][: len(self._received) // 2 + 1])
        line = self._random.choice(self._received[shipment])
        event = self._diary.event(
            "purchase_return",
            day,
            8,
            shipment_id=shipment,
            receipt_id=f"{shipment}-R",
            sku=line.sku,
            warehouse=line.warehouse,
            quantity=quantity,
        )
        return event, line

    def skus_of(self, shipment: str) -> list[str]:
        """What a charge of the shipment reaches."""
        return [line.sku for line in self._received[shipment]]

    def _charged(self, day: int, shipment: str, charges: list[Json]) -> Json:
        return self._diary.event("landed_cost", day, 8, shipment_id=shipment, charges=charges)

    def _charge(self, kind: str, cents: int, basis: str, shipment: str) -> Json:
        units = sum(line.quantity for line in self._received[shipment])
        name: Json = {"charge_id": f"{shipment}-{kind}", "kind": kind}
        return {**name, "amount": money(cents * units), "basis": basis}
