"""A shipment being unloaded: documents in, and what each receipt line bears of each charge."""

from decimal import Decimal

from tests.processors.events import Json, MemoryStore, Published, example, record, run
from ullage.processors.shipments.step import Shipments
from ullage_schemas.movements import LandedCostMovement, ReceiptMovement

FREIGHT: Json = {"charge_id": "F", "kind": "freight", "amount": "850.00", "basis": "unit"}
DUTY: Json = {"charge_id": "D", "kind": "duty", "amount": "480.00", "basis": "value"}
HANDLING: Json = {"charge_id": "H", "kind": "handling", "amount": "120", "basis": "unit"}
A, B, C = (
    {"sku": "12345", "warehouse": "A", "quantity": 750, "unit_cost": "5.00"},
    {"sku": "12346", "warehouse": "A", "quantity": 375, "unit_cost": "12.00"},
    {"sku": "12347", "warehouse": "A", "quantity": 150, "unit_cost": "25.00"},
)


class Dock:
    """A shipment's documents, one after the other."""

    def __init__(self, **policy: object) -> None:
        self.store, self.number = MemoryStore(), 0
        self.sent: list[tuple[Json, Published]] = []
        self.bears: dict[tuple[str, str], Decimal] = {}
        self.posts: dict[tuple[str, str], Decimal] = {}
        self.absorbs: dict[tuple[str, str], Decimal] = {}
        if policy:
            self.send("policy", **policy)

    def send(self, kind: str, **changes: object) -> Published:
        self.number += 1
        event = example(kind, id=f"e{self.number}", **changes)
        said = run(Shipments(), [record(event)], self.store)
        self.sent.append((event, said))
        for movement in said.movements:
            self._note(movement)
        return said

    def receive(self, *lines: Json, **changes: object) -> Published:
        return self.send("receipt", receipt_id=f"R{self.number}", lines=list(lines), **changes)

    def charge(self, *charges: Json) -> Published:
        return self.send("landed_cost", charges=list(charges))

    def _note(self, movement: Json) -> None:
        """Add up what each receipt line bears of each charge."""
        model = ReceiptMovement if movement["type"] == "receipt" else LandedCostMovement
        read = model.model_validate(movement)
        line = movement["id"] if movement["type"] == "receipt" else movement["receipt"]
        for share in read.charges or ():
            place = (str(line), share.charge_id)
            self.bears[place] = self.bears.get(place, Decimal()) + share.amount
            self.posts[place] = self.posts.get(place, Decimal()) + share.posted_amount
        if isinstance(read, ReceiptMovement):
            for taken in read.absorbed or ():
                self.absorbs[str(line), taken.charge_id] = taken.amount

    def of(self, movement: Json) -> Decimal:
        """What a receipt line bears in all."""
        both = (self.bears, self.absorbs)
        return sum(
            (sum_ for one in both for (line, _), sum_ in one.items() if line == movement["id"]),
            Decimal(),
        )
