"""Why a movement is refused (domain 9). A refused movement changes nothing."""


class CostingError(Exception):
    """A movement that cannot be applied; the book stays as it was. A clerk reads it.

    `conflicts_with` is the id of the movement it conflicts with, where there is one.
    """

    code: int
    name: str

    def __init__(self, message: str, conflicts_with: str | None = None) -> None:
        super().__init__(message)
        self.conflicts_with = conflicts_with


class InvalidMovement(CostingError):
    """A movement that contradicts itself."""

    code, name = 100, "invalid_event"


class NegativeInventory(CostingError):
    """More was to leave than is there, and the item's `negative_stock` is `reject`."""

    code, name = 102, "negative_inventory"


class MethodLocked(CostingError):
    """The costing method or the cost pool was to change after the first stock movement."""

    code, name = 103, "method_locked"


class NothingOnHand(CostingError):
    """A value adjustment found no units to carry the value."""

    code, name = 106, "nothing_on_hand"


class UnknownItem(CostingError):
    """A movement of a SKU without an item record, where the policy rejects those."""

    code, name = 101, "unknown_item"


class PeriodClosed(CostingError):
    """A movement dated before what is remembered."""

    code, name = 105, "period_closed"


class UnknownReference(CostingError):
    """A movement that names a receipt line of which nothing was received."""

    code, name = 107, "unknown_reference"
