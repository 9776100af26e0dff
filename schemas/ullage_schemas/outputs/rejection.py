"""Events that were refused."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from ullage_schemas.fields import Id, Name, UtcTime, Uuid
from ullage_schemas.outputs.base import Fact


class Rejection(Fact):
    """An event that was refused, whole, and why."""

    id: Uuid
    type: Literal["rejection"]
    sku: Name | None = None
    sequence: Annotated[int, Field(strict=True, ge=1)] | None = None
    movement_id: Uuid | None = None
    source_id: Id
    effective_at: UtcTime | None = None
    recorded_at: UtcTime
    code: Annotated[int, Field(strict=True, ge=100, le=999)]
    name: str
    message: str
    """A sentence a person understands."""
    conflicts_with: Id | None = None
    """The movement it conflicts with, where there is one."""
    event: dict[str, JsonValue]
    """As it came."""
