"""What every output record has."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ullage_schemas.fields import Currency, Day, Id, Name, UtcTime, Uuid
from ullage_schemas.money import Plain


class Fact(BaseModel):
    """A part of an output, or an output."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)


class Output(Fact):
    """What every output has."""

    id: Uuid
    """uuid5 of movement id, type and number: the same on every replay."""
    type: str
    sku: Name
    sequence: Annotated[int, Field(strict=True, ge=1)]
    """The movement's number within the SKU."""
    movement_id: Uuid
    source_id: Id
    effective_at: UtcTime
    recorded_at: UtcTime


class MoneyOutput(Output):
    """What outputs with money have besides; `on_hand` and `value` are the SKU's after it."""

    currency: Currency
    posting_date: Day
    amount: Plain
    """Exact, to 6 decimals."""
    posted_amount: Plain
    """What goes to the journals, in whole minor units."""
    on_hand: Plain
    value: Plain
