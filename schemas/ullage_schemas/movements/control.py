"""Records of the log that are of no SKU: the policy, and notes of the ledger to itself."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ullage_schemas.fields import Currency, Id, UtcTime, Uuid
from ullage_schemas.movements.base import Settings


class PolicyMovement(Settings):
    """The service's policy from here on, whole; a copy stands in every partition."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    id: Uuid
    type: Literal["policy"]
    source: Id
    source_id: Id
    effective_at: UtcTime
    recorded_at: UtcTime
    partition: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Where this copy stands."""
    partitions: Annotated[int, Field(strict=True, ge=1)] | None = None
    """How many copies there are: as many as `movements` has partitions."""
    base_currency: Currency | None = None
    time_zone: Id | None = None
    cost_precision: int | None = None
    gl_mapping: dict[Id, Id | None] | None = None
    landed_cost_policy: Literal["locked", "true_up"] | None = None
    closed_period: Literal["reject", "next_open"] | None = None
    unknown_items: Literal["allow", "reject"] | None = None
    keep_months: int | None = None
    post_non_diminishing_cogs: bool | None = None


class ReleaseMovement(BaseModel):
    """The ledger's note to itself: more held journals of this partition wait to be released."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    id: Uuid
    type: Literal["release"]
    recorded_at: UtcTime
    partition: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Whose journals wait: the one that the note stands in."""
