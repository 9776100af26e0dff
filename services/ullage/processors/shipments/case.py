"""A purchasing document being taken, and what it writes of its receipt lines."""

from collections.abc import Mapping
from typing import NamedTuple

from ullage.processors.identity import movement_id
from ullage.processors.in_force import InForce
from ullage.processors.shipments.shipment import Line, Shipment
from ullage.processors.wire import movement
from ullage.step import Output, Record
from ullage_schemas.inputs import InputEvent

Json = dict[str, object]


class Case(NamedTuple):
    """A document's surroundings: its record, its shipment, and the policy in force."""

    record: Record
    event: InputEvent
    shipment: Shipment
    policy: InForce

    def movement_id(self, sku: str, place: int = 0) -> str:
        return movement_id(self.event.source, self.event.id, sku, self.shipment.id, place)

    def movement(
        self,
        sku: str,
        fields: Mapping[str, object],
        place: int = 0,
        kind: str | None = None,
    ) -> Output:
        """Write a movement; `place` tells it from others of this document and SKU."""
        made = self.movement_id(sku, place)
        return movement(self.record, self.event, made, sku, fields, kind)

    def of_line(self, line: Line) -> Json:
        """Return the fields that name a receipt line."""
        return {
            "shipment_id": self.shipment.id,
            "receipt_id": line.receipt_id,
            "warehouse": line.warehouse,
            "receipt": line.movement,
        }
