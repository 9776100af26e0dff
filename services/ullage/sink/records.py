"""The output records as the sink reads them (contract, output topics).

A struct's fields, but for nested ones, are the columns of its table, by name and in order.
msgspec ignores fields it does not know; a missing or mistyped one raises, and that is a bug of
the writer. Decimals come as strings and stay exact.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

Sequence = Annotated[int, Meta(ge=1, le=2**63 - 1)]
"""From 1, within a bigint."""


class Published(Struct, kw_only=True, gc=False):
    """What every output record has; `sequence` is the movement's number within the SKU."""

    id: str
    sku: str
    sequence: Sequence
    movement_id: str
    source_id: str
    effective_at: datetime
    recorded_at: datetime


class Draw(Struct, gc=False):
    """Units of one layer that a cost took or made."""

    layer_id: str
    quantity: Decimal
    amount: Decimal
    receipt_id: str | None = None


class LedgerEntry(Published, kw_only=True, gc=False, tag_field="type", tag="ledger_entry"):
    """One applied movement; `quantity` and `amount` are what it changed."""

    movement_type: str
    currency: str
    posting_date: date
    quantity: Decimal
    amount: Decimal
    posted_amount: Decimal
    on_hand: Decimal
    value: Decimal
    warehouse: str | None = None
    reference: str | None = None
    merged: tuple[str, ...] | None = None


class Posted(Published, kw_only=True, gc=False):
    """What a record with units and money has; `amount` is exact."""

    currency: str
    posting_date: date
    warehouse: str
    quantity: Decimal
    unit_cost: Decimal
    amount: Decimal
    posted_amount: Decimal
    on_hand: Decimal
    value: Decimal
    provisional_quantity: Decimal
    document: str | None = None


class Cogs(Posted, kw_only=True, gc=False):
    """Cost of goods sold, or what a return reverses of it."""

    type: Literal["cogs", "cogs_reversal"]
    order_id: str
    line_id: str
    unit_price: Decimal | None = None
    layers: tuple[Draw, ...]


class Charge(Struct, gc=False):
    """The whole charge behind a share of it, in the base currency."""

    kind: str
    basis: str
    amount: Decimal
    currency: str | None = None
    fx_rate: Decimal | None = None
    original_amount: Decimal | None = None


class Original(Struct, gc=False):
    """What a purchase cost was before it was converted."""

    currency: str
    fx_rate: Decimal
    unit_cost: Decimal


class Cost(Posted, kw_only=True, gc=False):
    """Every other cost that moved; the last three fields are nested, and no columns."""

    type: Literal[
        "received",
        "landed",
        "corrected",
        "purchase_returned",
        "transferred",
        "write_off",
        "inventory_adjustment",
        "consumed",
        "produced",
    ]
    to_warehouse: str | None = None
    reason: str | None = None
    receipt_id: str | None = None
    charge_id: str | None = None
    order_id: str | None = None
    shipment_id: str | None = None
    refused_components: tuple[str, ...] | None = None
    charge: Charge | None = None
    original: Original | None = None
    layers: tuple[Draw, ...]


class Variance(Published, kw_only=True, gc=False):
    """Three types, one table; the table's constraints say what each type must have."""

    type: Literal["quantity_variance", "cost_variance", "cost_needed"]
    quantity: Decimal
    currency: str | None = None
    posting_date: date | None = None
    amount: Decimal | None = None
    posted_amount: Decimal | None = None
    on_hand: Decimal | None = None
    value: Decimal | None = None
    warehouse: str | None = None
    label: str | None = None
    previous_quantity: Decimal | None = None
    unit_cost: Decimal | None = None
    expected: Decimal | None = None
    counted: Decimal | None = None
    status: Literal["opened", "changed", "resolved"] | None = None
    kind: str | None = None
    corrects: str | None = None
    cause: str | None = None
    receipt_id: str | None = None
    charge_id: str | None = None
    order_id: str | None = None
    line_id: str | None = None
    shipment_id: str | None = None
    assumed_unit_cost: Decimal | None = None


class JournalLine(Struct, kw_only=True, gc=False):
    """One side of a journal; without an account its role is mapped to none."""

    role: str
    account: str | None
    debit: Decimal
    credit: Decimal


class Journal(Published, kw_only=True, gc=False, tag_field="type", tag="journal"):
    """A balanced entry in the base currency that books one record."""

    currency: str
    posting_date: date
    amount: Decimal
    posted_amount: Decimal
    on_hand: Decimal
    value: Decimal
    status: Literal["ready", "held", "off"]
    document: str
    releases: str | None = None
    lines: tuple[JournalLine, ...]


class Stock(Struct, kw_only=True, gc=False):
    """What one warehouse should hold, holds as far as known, and last counted."""

    warehouse: str
    expected: Decimal
    estimated: Decimal
    variance: Decimal | None = None  # none before the first count
    value: Decimal
    counted: Decimal | None = None
    counted_at: datetime | None = None


class Snapshot(Published, kw_only=True, gc=False, tag_field="type", tag="snapshot"):
    """The state of a SKU after its latest movement."""

    method: str
    on_hand: Decimal
    value: Decimal
    open_layers: int
    oversold: Decimal
    flags: tuple[str, ...]
    currency: str | None = None
    average_cost: Decimal | None = None
    last_landed_cost: Decimal | None = None
    cost_pool: str | None = None
    stock: tuple[Stock, ...]


class CostLayer(Published, kw_only=True, gc=False, tag_field="type", tag="cost_layer"):
    """An open layer."""

    layer_id: str
    receipt_ids: tuple[str, ...]
    received_at: datetime
    quantity: Decimal
    unit_cost: Decimal
    value: Decimal
    warehouse: str | None = None
    currency: str | None = None


class Drained(Struct, gc=False):
    """A layer that has nothing left: a tombstone, its key and `sequence` header."""

    sku: str
    layer_id: str
    sequence: int


class Rejection(Struct, kw_only=True, gc=False, tag_field="type", tag="rejection"):
    """A refused event, whole, and why."""

    id: str
    code: int
    name: str
    message: str
    recorded_at: datetime
    source_id: str
    sku: str | None = None
    sequence: int | None = None
    movement_id: str | None = None
    effective_at: datetime | None = None
    conflicts_with: str | None = None
    event: Raw
