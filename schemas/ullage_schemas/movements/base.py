"""What every movement has."""

from pydantic import BaseModel, ConfigDict

from ullage_schemas.fields import Id, Name, UtcTime, Uuid


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
