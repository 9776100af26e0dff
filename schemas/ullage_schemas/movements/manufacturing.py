"""Movements of manufacturing orders: components in, finished goods out."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ullage_schemas.fields import Id, Name
from ullage_schemas.money import Plain
from ullage_schemas.movements.base import Movement


class Goods(BaseModel):
    """A line of what a build produces."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    sku: Name
    warehouse: Name
    quantity: Plain
    unit_cost: Plain | None = None


class ConsumptionMovement(Movement):
    """A component that went into a manufacturing order."""

    type: Literal["consumption"]
    order_id: Id
    warehouse: Name
    quantity: Plain
    produce: list[Goods] | None = None
    """One of the goods of its build, for a build that can be sent again if it is refused."""
    late: bool | None = None
    """It was refused before, and its goods were produced without it: its cost is variance."""


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
