"""What every movement has."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ullage_schemas.fields import Id, Name, UtcTime, Uuid
from ullage_schemas.money import Plain


class Settings(BaseModel):
    """How a SKU is costed, by its item or by the policy; what is absent is the default."""

    method: Literal["fifo", "lifo", "wac"] | None = None
    cost_pool: Literal["sku", "warehouse"] | None = None
    layer_merge: Literal["never", "same_cost"] | None = None
    standard_cost: Plain | None = None
    negative_stock: Literal["allow", "reject"] | None = None
    provisional_cost: Literal["hierarchy", "zero"] | None = None
    non_diminishing: bool | None = None
    backdated: Literal["restate", "reject"] | None = None


class Movement(BaseModel):
    """What every movement has."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    id: Uuid
    """The movement's, made of source, source id, SKU and line."""
    type: str
    sku: Name
    source: Id
    source_id: Id
    """The `id` of the event at its source."""
    effective_at: UtcTime
    recorded_at: UtcTime
    """The timestamp of the input's Kafka record."""
