"""Movements of manufacturing orders: components in, finished goods out."""

from typing import Literal

from ullage_schemas.fields import Id, Name
from ullage_schemas.money import Plain
from ullage_schemas.movements.base import Movement


class ConsumptionMovement(Movement):
    """A component that went into a manufacturing order."""

    type: Literal["consumption"]
    order_id: Id
    warehouse: Name
    quantity: Plain


class ProductionMovement(Movement):
    """Finished goods; `cost` is their part of what the order consumed, and of overhead."""

    type: Literal["production"]
    order_id: Id
    warehouse: Name
    quantity: Plain
    unit_cost: Plain | None = None
    cost: Plain
    posted_cost: Plain
    """The same in whole minor units: what work in progress was charged with."""
    overhead: Plain | None = None
    """What of `posted_cost` is overhead, in whole minor units."""
    refused_components: list[Name] | None = None
    """Components that were refused, and count zero."""
