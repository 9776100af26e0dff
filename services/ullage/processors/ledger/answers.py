"""What the ledger says to `builds`: what a component cost that an order consumed (domain 6)."""

from collections.abc import Sequence
from typing import Final

import msgspec

from ullage import topics
from ullage.costing.entry import CostEntry, Entry, EntryType
from ullage.processors.envelope import trace
from ullage.processors.internal import Consumed
from ullage.processors.ledger.logged import Consumption
from ullage.processors.text import money
from ullage.step import Output, Record

_encode: Final = msgspec.json.Encoder().encode


def answer(record: Record, consumed: Consumption, entries: Sequence[Entry] | None) -> Output:
    """Tell what a consumption cost; no entries: it was refused."""
    costs = [
        entry
        for entry in entries or ()
        if isinstance(entry, CostEntry) and entry.type is EntryType.CONSUMED
    ]
    said = Consumed(
        consumed.order_id,
        consumed.id,
        consumed.sku,
        money(sum([cost.amount for cost in costs])),
        money(sum([cost.posted for cost in costs])),
        refused=entries is None,
    )
    key = consumed.order_id.encode()
    return Output(topics.BUILDS_LOG.name, key, _encode(said), trace(record.headers))
