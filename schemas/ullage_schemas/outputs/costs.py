"""Costs: what moved, of how many units, from and to which layers."""

from typing import Annotated, Literal

from pydantic import Field

from ullage_schemas.fields import Currency, Id, Name, Text, Uuid
from ullage_schemas.money import Plain
from ullage_schemas.outputs.base import Fact, MoneyOutput


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
    merged: list[Id] | None = None
    """Of a `receipt_merge`: the `movement_id` of each receipt line that became one layer."""


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
