"""Records of the output topics as the ledger writes them, in the order of their fields.

Fast twins of the published models (`ullage_schemas.outputs`); the tests hold both together.
Decimals are plain decimal strings. What is None is left out, but in a draw and a warehouse.
"""

import msgspec


class About(msgspec.Struct, omit_defaults=True, gc=False):
    """What every record says."""

    id: str
    type: str
    sku: str
    sequence: int
    movement_id: str
    source_id: str
    effective_at: str
    recorded_at: str


class Money(About):
    """What records with money say besides; `on_hand` and `value` are the SKU's after it."""

    currency: str
    posting_date: str
    on_hand: str
    value: str
    amount: str
    posted_amount: str


class LedgerEntry(Money):
    movement_type: str
    quantity: str
    warehouse: str | None = None
    reference: str | None = None
    merged: tuple[str, ...] | None = None


class Draw(msgspec.Struct, gc=False):
    layer_id: str
    receipt_id: str | None
    quantity: str
    amount: str


class Charge(msgspec.Struct, omit_defaults=True, gc=False):
    kind: str
    basis: str
    amount: str
    currency: str | None = None
    fx_rate: str | None = None
    original_amount: str | None = None


class Original(msgspec.Struct, gc=False):
    currency: str
    fx_rate: str
    unit_cost: str


class Cost(Money):
    """A cost of goods sold, or another cost: which, and where it goes, says its type."""

    warehouse: str
    quantity: str
    unit_cost: str
    provisional_quantity: str
    layers: list[Draw]
    document: str
    order_id: str | None = None
    line_id: str | None = None
    unit_price: str | None = None
    receipt_id: str | None = None
    to_warehouse: str | None = None
    reason: str | None = None
    charge_id: str | None = None
    shipment_id: str | None = None
    charge: Charge | None = None
    original: Original | None = None
    refused_components: list[str] | None = None


class QuantityVariance(About):
    warehouse: str
    label: str
    quantity: str
    previous_quantity: str
    unit_cost: str
    expected: str
    counted: str
    status: str


class CostVariance(Money):
    kind: str
    quantity: str
    corrects: str
    cause: str
    warehouse: str | None = None
    receipt_id: str | None = None
    order_id: str | None = None
    line_id: str | None = None
    charge_id: str | None = None
    shipment_id: str | None = None


class JournalLine(msgspec.Struct, gc=False):
    account: str | None
    role: str
    debit: str
    credit: str


class Journal(Money):
    status: str
    lines: tuple[JournalLine, JournalLine]
    document: str
    releases: str | None = None


class CostNeeded(About):
    receipt_id: str
    quantity: str
    assumed_unit_cost: str


class Stock(msgspec.Struct, gc=False):
    warehouse: str
    expected: str
    estimated: str
    counted: str | None
    counted_at: str | None
    variance: str | None
    value: str


class Snapshot(About):
    currency: str
    method: str
    on_hand: str
    value: str
    average_cost: str | None
    last_landed_cost: str | None
    open_layers: int
    stock: list[Stock]
    oversold: str
    flags: list[str]
    cost_pool: str | None = None


class CostLayer(About):
    currency: str
    layer_id: str
    receipt_ids: tuple[str, ...]
    received_at: str
    quantity: str
    unit_cost: str
    value: str
    warehouse: str | None = None
