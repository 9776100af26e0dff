"""Control, keyed `all`: the service's policy, closings, rebuilds."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ullage_schemas.fields import Currency, Id, Name, Period
from ullage_schemas.inputs.base import InputEvent, ItemSettings

ROLES = (
    "inventory",
    "goods_received_not_invoiced",
    "landed_cost_clearing",
    "cogs",
    "write_off",
    "inventory_adjustment",
    "wip",
    "overhead_applied",
    "cost_variance",
)
"""What an account is for in a journal; a role has the account of its name unless mapped."""

MOST_ROLES = 1_000
MOST_SKUS = 100_000


def _at_most(most: int) -> BeforeValidator:
    # Checked before the entries: each wrong one of a huge object would be an error of its own.
    def check(value: object) -> object:
        if isinstance(value, dict) and len(value) > most:
            raise PydanticCustomError(
                "too_many", "must have at most {most} entries", {"most": most}
            )
        return value

    return BeforeValidator(check)


class Policy(ItemSettings, InputEvent):
    """The service's policy, and the settings of items that have none of their own."""

    type: Literal["policy"]
    base_currency: Currency | None = None
    time_zone: Id | None = None
    """The calendar of days and periods: an IANA name."""
    cost_precision: Annotated[int, Field(strict=True, ge=0, le=6)] | None = None
    gl_mapping: Annotated[dict[Id, Id | None], _at_most(MOST_ROLES)] | None = None
    """Role to account; null leaves the role without one, and its journals held."""
    landed_cost_policy: Literal["locked", "true_up"] | None = None
    closed_period: Literal["reject", "next_open"] | None = None
    unknown_items: Literal["allow", "reject"] | None = None
    keep_months: Annotated[int, Field(strict=True, ge=1, le=1200)] | None = None
    post_non_diminishing_cogs: Annotated[bool, Field(strict=True)] | None = None


class PeriodClose(InputEvent):
    """Closes everything up to the end of the period."""

    type: Literal["period_close"]
    period: Period


class Rebuild(InputEvent):
    """Recompute the books of some SKUs, or of all."""

    type: Literal["rebuild"]
    skus: Annotated[list[Name], Field(fail_fast=True)] | None = None
    expected: (
        Annotated[dict[Name, Annotated[int, Field(strict=True, ge=0)]], _at_most(MOST_SKUS)]
        | None
    ) = None
    """The sequence each SKU had in the preview that is applied."""
