"""The log's records as the ledger reads them: JSON of `movements` to the kernel's movements."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

import msgspec

from ullage.costing import movement as kernel
from ullage.costing.money import MICRO

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class Logged(msgspec.Struct, frozen=True, tag_field="type"):
    """What every record of the log has; decimals and times are text, as they are published."""

    id: str
    sku: str
    source: str
    source_id: str
    effective_at: str
    recorded_at: str

    @property
    def type(self) -> str:
        return str(self.__struct_config__.tag)

    @property
    def reference(self) -> str | None:
        """The document a person would look for: an order, a receipt."""
        return None


class Item(Logged, frozen=True, tag="item"):
    method: kernel.Method | None = None
    cost_pool: kernel.CostPool | None = None
    layer_merge: kernel.LayerMerge | None = None
    standard_cost: str | None = None
    negative_stock: kernel.NegativeStock | None = None
    provisional_cost: kernel.ProvisionalCost | None = None
    non_diminishing: bool | None = None
    backdated: kernel.Backdated | None = None


class StockPull(Logged, frozen=True, tag="stock_pull"):
    warehouse: str
    on_hand: str


class Sale(Logged, frozen=True, tag="sale"):
    warehouse: str
    quantity: str
    order_id: str
    line_id: str
    unit_price: str | None = None
    override_unit_cost: str | None = None

    @property
    def reference(self) -> str:
        return self.order_id


class Receipt(Logged, frozen=True, tag="receipt"):
    shipment_id: str
    receipt_id: str
    warehouse: str
    quantity: str
    unit_cost: str | None = None

    @property
    def reference(self) -> str:
        return self.receipt_id


class Adjustment(Logged, frozen=True, tag="adjustment"):
    warehouse: str
    mode: kernel.AdjustmentMode
    reason: str
    quantity: str = "0"
    value: str = "0"


class DefectiveReport(Logged, frozen=True, tag="defective_report"):
    warehouse: str
    quantity: str
    reason: str


class Transfer(Logged, frozen=True, tag="transfer"):
    from_warehouse: str
    to_warehouse: str
    quantity: str


AnyLogged = Item | StockPull | Sale | Receipt | Adjustment | DefectiveReport | Transfer
_decoder: Final[msgspec.json.Decoder[AnyLogged]] = msgspec.json.Decoder(AnyLogged)
_fields: Final = msgspec.json.Decoder(dict[str, object])
_encode: Final = msgspec.json.Encoder().encode
_OF_A_LINE: Final = frozenset(
    ("sku", "warehouse", "quantity", "unit_cost", "original_unit_cost", "weight", "volume")
)


def read(value: bytes) -> AnyLogged:
    """Decode one record of the log.

    Raises:
        msgspec.DecodeError: it is none; only a processor of this service writes there.
    """
    return _decoder.decode(value)


def digest(value: bytes) -> bytes:
    """Return what identifies a movement's content, whenever it was recorded (domain 9, 104).

    Movements are canonical JSON: a retransmission differs in `recorded_at` alone. The bare
    quotes of the key cannot stand inside a JSON string, so the first match is the field.
    """
    start = value.index(b',"recorded_at":"')
    end = value.index(b'"', start + 16)
    return blake2b(value[:start] + value[end:], digest_size=16).digest()


def as_event(logged: AnyLogged, value: bytes) -> bytes:
    """Return a movement as the event it came from, to be published whole when it is refused.

    Of a receipt, which the log holds line by line, it is the document with the line refused.
    """
    fields = _fields.decode(value)
    about = {name: fields.pop(name) for name in ("type", "source", "effective_at")}
    event: dict[str, object] = {"id": fields.pop("source_id"), **about}
    for name in ("id", "recorded_at"):
        del fields[name]
    if not isinstance(logged, Receipt):
        return _encode(event | fields)
    line = {name: fields.pop(name) for name in tuple(fields) if name in _OF_A_LINE}
    if "original_unit_cost" in line:
        line["unit_cost"] = line.pop("original_unit_cost")
    return _encode(event | fields | {"lines": [line]})


def micro(text: str) -> int:
    """Read a plain decimal of at most 6 decimals as an integer of 10^-6.

    >>> [micro(text) for text in ("12.5", "-0.000001", "3")]
    [12500000, -1, 3000000]
    """
    whole, point, fraction = text.partition(".")
    if not point:
        return int(whole) * MICRO
    return int(whole + fraction.ljust(6, "0"))


def microseconds(text: str) -> int:
    """Read an RFC 3339 time as microseconds since 1970 UTC."""
    return (datetime.fromisoformat(text) - EPOCH) // MICROSECOND


def rfc3339(instant: int) -> str:
    """Write microseconds since 1970 UTC as RFC 3339, with a fraction where there is one.

    >>> rfc3339(1_000_000), rfc3339(1_500_000)
    ('1970-01-01T00:00:01Z', '1970-01-01T00:00:01.500000Z')
    """
    return (EPOCH + instant * MICROSECOND).isoformat().replace("+00:00", "Z")


def movement_of(logged: AnyLogged) -> kernel.Movement:
    """Return the kernel's movement of a record of the log."""
    return _MOVEMENT[type(logged)](logged)


def _optional(text: str | None) -> int | None:
    return None if text is None else micro(text)


def _about(logged: Logged) -> tuple[str, str, str, str, int, int]:
    return (
        logged.id,
        logged.sku,
        logged.source,
        logged.source_id,
        microseconds(logged.effective_at),
        microseconds(logged.recorded_at),
    )


def _item(item: Item) -> kernel.Item:
    return kernel.Item(
        *_about(item),
        item.method,
        item.cost_pool,
        item.layer_merge,
        _optional(item.standard_cost),
        item.negative_stock,
        item.provisional_cost,
        item.non_diminishing,
        item.backdated,
    )


def _stock_pull(pull: StockPull) -> kernel.StockPull:
    return kernel.StockPull(*_about(pull), pull.warehouse, micro(pull.on_hand))


def _sale(sale: Sale) -> kernel.Sale:
    return kernel.Sale(
        *_about(sale),
        sale.warehouse,
        micro(sale.quantity),
        sale.order_id,
        sale.line_id,
        _optional(sale.override_unit_cost),
    )


def _receipt(receipt: Receipt) -> kernel.Receipt:
    return kernel.Receipt(
        *_about(receipt),
        receipt.warehouse,
        micro(receipt.quantity),
        _optional(receipt.unit_cost),
        receipt.shipment_id,
        receipt.receipt_id,
    )


def _adjustment(adjustment: Adjustment) -> kernel.Adjustment:
    return kernel.Adjustment(
        *_about(adjustment),
        adjustment.warehouse,
        adjustment.mode,
        micro(adjustment.quantity),
        micro(adjustment.value),
        adjustment.reason,
    )


def _defective_report(report: DefectiveReport) -> kernel.DefectiveReport:
    return kernel.DefectiveReport(
        *_about(report), report.warehouse, micro(report.quantity), report.reason
    )


def _transfer(transfer: Transfer) -> kernel.Transfer:
    return kernel.Transfer(
        *_about(transfer),
        transfer.from_warehouse,
        transfer.to_warehouse,
        micro(transfer.quantity),
    )


_MOVEMENT: Final[dict[type[Logged], Callable[..., kernel.Movement]]] = {
    Item: _item,
    StockPull: _stock_pull,
    Sale: _sale,
    Receipt: _receipt,
    Adjustment: _adjustment,
    DefectiveReport: _defective_report,
    Transfer: _transfer,
}
