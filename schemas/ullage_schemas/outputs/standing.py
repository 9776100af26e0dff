"""Where a SKU stands: compacted, the last value of each key."""

from typing import Annotated, Literal

from pydantic import Field

from ullage_schemas.fields import Currency, Id, Name, UtcTime
from ullage_schemas.money import Plain
from ullage_schemas.outputs.base import Fact, Output


class Stock(Fact):
    """One warehouse of a SKU; what a count says is null before the first."""

    warehouse: Name
    expected: Plain
    estimated: Plain
    counted: Plain | None = None
    counted_at: UtcTime | None = None
    variance: Plain | None = None
    value: Plain


class Snapshot(Output):
    """A SKU as it stands; the last one is kept."""

    type: Literal["snapshot"]
    currency: Currency | None = None
    method: Literal["fifo", "lifo", "wac"]
    cost_pool: Literal["sku", "warehouse"] | None = None
    on_hand: Plain
    value: Plain
    average_cost: Plain | None = None
    last_landed_cost: Plain | None = None
    open_layers: Annotated[int, Field(strict=True, ge=0)]
    stock: list[Stock]
    oversold: Plain
    flags: list[Literal["negative", "oversold", "cost_pending", "variance_open"]]


class CostLayer(Output):
    """An open layer; a tombstone takes its place when it is drained."""

    type: Literal["cost_layer"]
    currency: Currency | None = None
    layer_id: str
    receipt_ids: list[Id]
    warehouse: Name | None = None
    received_at: UtcTime
    quantity: Plain
    unit_cost: Plain
    value: Plain
