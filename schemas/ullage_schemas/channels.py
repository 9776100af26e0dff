"""Topics, what they are keyed by, and the records each carries."""

from typing import NamedTuple

from pydantic import BaseModel

from ullage_schemas.inputs import INPUT_EVENTS
from ullage_schemas.movements import MOVEMENTS
from ullage_schemas.outputs import OUTPUTS

BY_SKU = "the SKU"


class Channel(NamedTuple):
    """A topic. `models` are its records by name; a topic of raw bytes has none."""

    topic: str
    direction: str
    key: str
    models: dict[str, type[BaseModel]]


def _some(of: dict[str, type[BaseModel]], *names: str) -> dict[str, type[BaseModel]]:
    return {name: of[name] for name in names}


_INPUT: dict[str, type[BaseModel]] = dict(INPUT_EVENTS)
_OUTPUT: dict[str, type[BaseModel]] = dict(OUTPUTS)

CHANNELS = (
    Channel("items", "input", BY_SKU, _some(_INPUT, "item")),
    Channel("wms.stock-pulls", "input", BY_SKU, _some(_INPUT, "stock_pull")),
    Channel("sales", "input", BY_SKU, _some(_INPUT, "sale", "sale_return")),
    Channel(
        "purchasing", "input", "the shipment_id",
        _some(
            _INPUT,
            "receipt", "landed_cost", "cost_correction", "receipt_merge", "purchase_return",
        ),
    ),
    Channel(
        "inventory", "input", BY_SKU,
        _some(_INPUT, "adjustment", "defective_report", "transfer"),
    ),
    Channel("manufacturing", "input", "the order_id", _some(_INPUT, "build")),
    Channel(
        "control", "input", "the word all", _some(_INPUT, "policy", "period_close", "rebuild")
    ),
    Channel("movements", "movement", BY_SKU, dict(MOVEMENTS)),
    Channel("ledger", "output", BY_SKU, _some(_OUTPUT, "ledger_entry")),
    Channel("cogs", "output", BY_SKU, _some(_OUTPUT, "cogs")),
    Channel("costs", "output", BY_SKU, _some(_OUTPUT, "cost")),
    Channel(
        "variances", "output", BY_SKU,
        _some(_OUTPUT, "quantity_variance", "cost_variance", "cost_needed"),
    ),
    Channel("journals", "output", BY_SKU, _some(_OUTPUT, "journal")),
    Channel("snapshots", "output", BY_SKU, _some(_OUTPUT, "snapshot")),
    Channel(
        "cost-layers", "output", "the SKU, U+001F, the layer_id; in the SKU's partition",
        _some(_OUTPUT, "cost_layer"),
    ),
    Channel("rejections", "output", "the key of the input", _some(_OUTPUT, "rejection")),
    Channel("dead-letters", "output", "the key of the input", {}),
)  # fmt: skip
"""Every topic of the contract."""
