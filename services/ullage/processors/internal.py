"""What processors say to each other: documents on their way, and what consumption cost."""

from typing import Final

import msgspec

from ullage.processors.envelope import trace
from ullage.processors.refuse import Unreadable
from ullage.step import Output, Record
from ullage.topics import Topic

_RECORDED_AT: Final = "recorded_at"


def forwarded(record: Record, topic: Topic) -> Output:
    """Write a document as it came, with the time at which it was learnt."""
    learnt = (_RECORDED_AT, b"%d" % record.timestamp)
    return Output(topic.name, record.key, record.value, (learnt, *trace(record.headers)))


def as_it_came(record: Record) -> Record:
    """Return a forwarded document dated as its source's record was.

    Raises:
        Unreadable: intake did not write it.
    """
    found = [value for name, value in record.headers if name == _RECORDED_AT]
    if not found or not found[0].isdigit():
        raise Unreadable(
            f"The record has no {_RECORDED_AT}; only intake writes to {record.topic}."
        )
    return record._replace(timestamp=int(found[0]))


class Consumed(msgspec.Struct, frozen=True, tag_field="type", tag="consumed"):
    """What the ledger tells `builds`: what a component cost that an order consumed (domain 6).

    Amounts are of what left, plain decimals; a refused component cost nothing.
    """

    order_id: str
    movement_id: str
    sku: str
    amount: str
    posted_amount: str
    refused: bool
