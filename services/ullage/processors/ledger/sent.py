"""Movements back to the events that people sent, for those that are refused (domain 9).

Of a document, which the log holds line by line, it is the document with the line refused: sent
again as it is, that line is taken (see `documents`).
"""

from collections.abc import Callable
from typing import Final

import msgspec

Json = dict[str, object]


class _Charge(msgspec.Struct, omit_defaults=True):
    """A charge as the log has it; `total` in the base currency."""

    charge_id: str
    kind: str
    total: str
    basis: str
    currency: str | None = None
    fx_rate: str | None = None
    original_total: str | None = None


_fields: Final = msgspec.json.Decoder(Json)
_charges: Final = msgspec.json.Decoder(list[_Charge])
_encode: Final = msgspec.json.Encoder().encode

_LINE: Final = ("sku", "warehouse", "quantity", "unit_cost", "weight", "volume")
_OF_THE_LOG: Final = (
    "id", "type", "source", "source_id", "effective_at", "recorded_at", "partition",
    "partitions",
)  # fmt: skip


def as_event(value: bytes) -> bytes:
    """Return the event that a record of the log came from."""
    fields = _fields.decode(value)
    kind = str(fields["type"])
    event: Json = {
        "id": fields["source_id"],
        "type": "build" if kind in ("consumption", "production") else kind,
        "source": fields["source"],
        "effective_at": fields["effective_at"],
    }
    for name in _OF_THE_LOG:
        fields.pop(name, None)
    return _encode(event | _SENT.get(kind, _as_it_is)(fields))


def _as_it_is(fields: Json) -> Json:
    return fields


def _receipt(fields: Json) -> Json:
    sent = _only(fields, "shipment_id", "receipt_id", "currency", "fx_rate")
    return sent | {"lines": [_priced(fields)]}


def _landed_cost(fields: Json) -> Json:
    charges = [
        {
            "charge_id": one.charge_id,
            "kind": one.kind,
            "amount": one.original_total or one.total,
            "basis": one.basis,
            **({} if one.currency is None else {"currency": one.currency}),
            **({} if one.fx_rate is None else {"fx_rate": one.fx_rate}),
        }
        for one in _charges.decode(_encode(fields["charges"]))
    ]
    return _only(fields, "shipment_id") | {"charges": charges}


def _cost_correction(fields: Json) -> Json:
    sent = _only(fields, "shipment_id", "receipt_id", "sku")
    return sent | {"unit_cost": _priced(fields)["unit_cost"]}


def _purchase_return(fields: Json) -> Json:
    sent = _only(fields, "shipment_id", "receipt_id", "sku", "warehouse", "quantity")
    return sent | {"quantity": fields.get("whole_quantity", fields["quantity"])}


def _receipt_merge(fields: Json) -> Json:
    sent = _only(fields, "shipment_id", "receipt_ids", "received_at")
    return sent | {"into": fields.get("into_receipt", fields["receipt_id"])}


def _consumption(fields: Json) -> Json:
    """A build has to produce something: the log names one of its goods."""
    return _only(fields, "order_id", "produce") | {"consume": [_priced(fields)]}


def _production(fields: Json) -> Json:
    return _only(fields, "order_id") | {"consume": [], "produce": [_priced(fields)]}


_SENT: Final[dict[str, Callable[[Json], Json]]] = {
    "receipt": _receipt,
    "landed_cost": _landed_cost,
    "cost_correction": _cost_correction,
    "purchase_return": _purchase_return,
    "receipt_merge": _receipt_merge,
    "consumption": _consumption,
    "production": _production,
}


def _only(fields: Json, *names: str) -> Json:
    return {name: fields[name] for name in names if name in fields}


def _priced(fields: Json) -> Json:
    """A document's line, its cost in the currency that it came in."""
    line = _only(fields, *_LINE)
    if "original_unit_cost" in fields:
        line["unit_cost"] = fields["original_unit_cost"]
    return line
