"""Why a movement is refused (domain 9). A refused movement changes nothing."""


class CostingError(Exception):
    """A movement that cannot be applied; the book stays as it was. A clerk reads it."""

    code: int
    name: str


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
