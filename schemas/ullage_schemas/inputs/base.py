"""What every input event has, and the settings an item and a policy share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ullage_schemas.fields import Id, Time
from ullage_schemas.money import NotNegative


class Part(BaseModel):
    """A part of an event: a line, a charge."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)


class Identity(Part):
    """What makes an event the same one again: the system that sent it, and its id there."""

    id: Id
    source: Id
    """The system that sent it."""


class InputEvent(Identity):
    """What every event has."""

    type: str
    effective_at: Time
    """When it happened."""


class ItemSettings(Part):
    """How a SKU is costed; what is absent is the service's default."""

    method: Literal["fifo", "lifo", "wac"] | None = None
    cost_pool: Literal["sku", "warehouse"] | None = None
    layer_merge: Literal["never", "same_cost"] | None = None
    standard_cost: NotNegative | None = None
    negative_stock: Literal["allow", "reject"] | None = None
    provisional_cost: Literal["hierarchy", "zero"] | None = None
    non_diminishing: Annotated[bool, Field(strict=True)] | None = None
    backdated: Literal["restate", "reject"] | None = None
