"""Output records: what the ledger says happened to the books.

Decimals are plain decimal strings, times UTC with `Z`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from ullage_schemas.fields import Currency, Day, Id, Name, Text, UtcTime, Uuid
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


class Draw(Fact):
    """Units of one layer that a record took or made."""

    layer_id: str
    receipt_id: Id | None = None
    quantity: Plain
    amount: Plain


class LedgerEntry(MoneyOutput):
    """One applied movement; `quantity` and `amount` are what it changed."""

    type: Literal["ledger_entry"]
    movement_type: str
    warehouse: Name | None = None
    quantity: Plain
    reference: Text | None = None
    """The order, receipt or reason behind it."""


class Cogs(MoneyOutput):
    """Cost of goods sold, or its reversal; amounts are positive in both."""

    type: Literal["cogs", "cogs_reversal"]
    order_id: Id
    line_id: Id
    warehouse: Name
    quantity: Plain
    unit_cost: Plain
    unit_price: Plain | None = None
    provisional_quantity: Plain
    layers: Annotated[list[Draw], Field(max_length=500)]
    document: Uuid | None = None
    """The same in all parts of one record that was too long."""


class Charge(Fact):
    """The charge behind a `landed` record: the whole of it, in the base currency."""

    kind: Id
    basis: Literal["unit", "value", "weight", "volume"]
    amount: Plain
    currency: Currency | None = None
    """What it was charged in, where that is another currency."""
    fx_rate: Plain | None = None
    original_amount: Plain | None = None


class Original(Fact):
    """What a purchase cost was before it was converted to the base currency."""

    currency: Currency
    fx_rate: Plain
    unit_cost: Plain


class Cost(MoneyOutput):
    """A cost that is no sale's: received, moved, written off, adjusted, consumed, produced."""

    type: Literal[
        "received", "landed", "corrected", "purchase_returned", "transferred", "write_off",
        "inventory_adjustment", "consumed", "produced",
    ]  # fmt: skip
    warehouse: Name
    to_warehouse: Name | None = None
    """Where a transfer went."""
    quantity: Plain
    unit_cost: Plain
    reason: Text | None = None
    receipt_id: Id | None = None
    charge_id: Id | None = None
    order_id: Id | None = None
    shipment_id: Id | None = None
    charge: Charge | None = None
    original: Original | None = None
    refused_components: list[Name] | None = None
    """Of what was produced: components that were refused, and count zero."""
    provisional_quantity: Plain
    layers: Annotated[list[Draw], Field(max_length=500)]
    document: Uuid | None = None
    """The same in all parts of one record that was too long."""


class QuantityVariance(Output):
    """The variance layer of a warehouse: counted less expected, at no cost."""

    type: Literal["quantity_variance"]
    warehouse: Name
    label: Literal["Variance"]
    quantity: Plain
    previous_quantity: Plain
    unit_cost: Plain
    expected: Plain
    counted: Plain
    status: Literal["opened", "changed", "resolved"]


class CostVariance(MoneyOutput):
    """A correction of cost, positive when it makes more cost."""

    type: Literal["cost_variance"]
    kind: Literal[
        "rounding", "oversold_settlement", "late_cost", "non_diminishing_override",
        "landed_over_absorption", "return_difference", "production_difference", "restatement",
        "rebuild",
    ]  # fmt: skip
    quantity: Plain
    corrects: Uuid
    """The output it corrects."""
    cause: str
    """The event behind it."""
    warehouse: Name | None = None
    receipt_id: Id | None = None
    charge_id: Id | None = None
    order_id: Id | None = None
    line_id: Id | None = None
    shipment_id: Id | None = None


class CostNeeded(Output):
    """A receipt without a cost was taken at an assumed one."""

    type: Literal["cost_needed"]
    receipt_id: Id
    quantity: Plain
    assumed_unit_cost: Plain


class JournalLine(Fact):
    """One side of an entry; the empty side is `0.00`."""

    account: str | None
    role: Id
    debit: Plain
    credit: Plain


class Journal(MoneyOutput):
    """A balanced entry; only `ready` is to be posted."""

    type: Literal["journal"]
    status: Literal["ready", "held", "off"]
    lines: list[JournalLine]
    document: Uuid
    """The output it books."""
    releases: Uuid | None = None
    """The held journal it stands for."""


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


OUTPUTS: dict[str, type[Fact]] = {
    "ledger_entry": LedgerEntry,
    "cogs": Cogs,
    "cost": Cost,
    "quantity_variance": QuantityVariance,
    "cost_variance": CostVariance,
    "cost_needed": CostNeeded,
    "journal": Journal,
    "snapshot": Snapshot,
    "cost_layer": CostLayer,
    "rejection": Rejection,
}
"""The model of each record by the name of its schema; `cogs` and `cost` cover several types."""
