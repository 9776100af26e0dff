"""The one registry of topics: names, keys, clean-up and sizes."""

from typing import Final, NamedTuple

MIB = 1024 * 1024


class Topic(NamedTuple):
    """A topic as it is created. `max_bytes` bounds one record, framing included."""

    name: str
    compacted: bool = False
    max_bytes: int = 1 * MIB
    partitioned: bool = True
    """False: one partition, whatever the number of the others."""

    @property
    def config(self) -> dict[str, str]:
        """Broker settings: books are kept for ever; compaction keeps a key's last value."""
        return {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": "-1",
            "max.message.bytes": str(self.max_bytes),
        }


# Inputs take 10 MiB of value; the rest is room for key, headers and framing.
_INPUT = 10 * MIB + 64 * 1024
# What is refused is published whole, with a sentence about it.
_REFUSED = 12 * MIB + 64 * 1024

ITEMS = Topic("items", compacted=True, max_bytes=_INPUT)
STOCK_PULLS = Topic("wms.stock-pulls", max_bytes=_INPUT)
SALES = Topic("sales", max_bytes=_INPUT)
PURCHASING = Topic("purchasing", max_bytes=_INPUT)
INVENTORY = Topic("inventory", max_bytes=_INPUT)
MANUFACTURING = Topic("manufacturing", max_bytes=_INPUT)
CONTROL = Topic("control", max_bytes=_INPUT, partitioned=False)

MOVEMENTS = Topic("movements", max_bytes=_INPUT)

SHIPMENTS_LOG = Topic("ullage-shipments", max_bytes=_INPUT)
BUILDS_LOG = Topic("ullage-builds", max_bytes=_INPUT)

LEDGER = Topic("ledger")
COGS = Topic("cogs")
COSTS = Topic("costs")
VARIANCES = Topic("variances")
JOURNALS = Topic("journals")
SNAPSHOTS = Topic("snapshots", compacted=True)
COST_LAYERS = Topic("cost-layers", compacted=True)
REJECTIONS = Topic("rejections", max_bytes=_REFUSED)
DEAD_LETTERS = Topic("dead-letters", max_bytes=_REFUSED)

INPUTS = (ITEMS, STOCK_PULLS, SALES, PURCHASING, INVENTORY, MANUFACTURING, CONTROL)
OUTPUTS = (
    LEDGER,
    COGS,
    COSTS,
    VARIANCES,
    JOURNALS,
    SNAPSHOTS,
    COST_LAYERS,
    REJECTIONS,
    DEAD_LETTERS,
)
PUBLISHED = (*INPUTS, MOVEMENTS, *OUTPUTS)
"""The contract's."""
INTERNAL = (SHIPMENTS_LOG, BUILDS_LOG)
"""What one processor says to another: documents of several SKUs, and answers about them."""
ALL = (*PUBLISHED, *INTERNAL)

TOPIC_OF_TYPE = {
    "item": ITEMS,
    "stock_pull": STOCK_PULLS,
    "sale": SALES,
    "sale_return": SALES,
    "receipt": PURCHASING,
    "landed_cost": PURCHASING,
    "cost_correction": PURCHASING,
    "receipt_merge": PURCHASING,
    "purchase_return": PURCHASING,
    "adjustment": INVENTORY,
    "defective_report": INVENTORY,
    "transfer": INVENTORY,
    "build": MANUFACTURING,
    "policy": CONTROL,
    "period_close": CONTROL,
    "rebuild": CONTROL,
}
"""Where an event goes that comes as a line of a file; its topic follows from its type."""


OF_ALL: Final = "all"
"""The key of what is of no SKU, shipment or order, but of all: `control`, and its copies."""


def key_of(event_type: str) -> str:
    """The field an input event is keyed by; that of `control` records is the key itself."""
    topic = TOPIC_OF_TYPE[event_type]
    if topic is CONTROL:
        return OF_ALL
    return {PURCHASING: "shipment_id", MANUFACTURING: "order_id"}.get(topic, "sku")


def changelog_of(step: str, topic: str) -> Topic:
    """The compacted topic that holds the state a step keeps for one of its inputs."""
    return Topic(f"ullage-{step}-{topic}-changelog", compacted=True, max_bytes=_REFUSED)
