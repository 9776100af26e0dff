"""Manufacturing, keyed by order: components in, products out."""

from typing import Annotated, Literal

from pydantic import Field

from ullage_schemas.fields import Id, Name
from ullage_schemas.inputs.base import InputEvent, Part
from ullage_schemas.money import NotNegative, Positive


class Component(Part):
    """Units consumed."""

    sku: Name
    warehouse: Name
    quantity: Positive


class Product(Part):
    """Units produced; without a unit cost they cost what was consumed, and overhead."""

    sku: Name
    warehouse: Name
    quantity: Positive
    unit_cost: NotNegative | None = None


class Build(InputEvent):
    """A manufacturing order carried out."""

    type: Literal["build"]
    order_id: Id
    consume: Annotated[list[Component], Field(fail_fast=True)]
    produce: Annotated[list[Product], Field(fail_fast=True, min_length=1)]
    overhead: NotNegative | None = None
