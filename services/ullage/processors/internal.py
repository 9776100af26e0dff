"""Documents on their way from intake to the processor that knows what they are about."""

from typing import Final

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
