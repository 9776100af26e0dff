"""The log's records as the ledger reads them: JSON of `movements` to the kernel's movements."""

from hashlib import blake2b
from typing import Final

import msgspec

from ullage.costing import movement as kernel


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
    start = value.find(b',"recorded_at":"')
    if start < 0:  # written anew by someone's tool: bring it back to the log's form
        return digest(_encode(_fields.decode(value)))
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
