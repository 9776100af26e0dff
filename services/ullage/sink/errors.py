"""What can stop the sink, and what it only waits for."""

from ullage.step import Record

_SHOWN_CHARACTERS = 200


class SinkError(Exception):
    """The sink cannot go on; the message says what happened and what to do next."""


class NotReady(Exception):
    """Something the sink needs is away; it waits and tries again. The message is for Health."""


class OffsetMoved(NotReady):
    """Another sink wrote these partitions; begin again where the database stands."""

    def __init__(self) -> None:
        super().__init__(
            "another sink moved an offset of this one's partitions; reading again from where "
            "the database stands (no rows were written)"
        )


class ContractBroken(SinkError):
    """A record of an output topic that the contract does not allow: a bug, never skipped."""

    def __init__(self, record: Record, reason: str) -> None:
        self.record, self.reason = record, reason
        super().__init__(
            f"{record.topic}, partition {record.partition}, offset {record.offset}, key "
            f"{_shown(record.key)}: {reason}. An output record that does not fit the contract "
            "is a bug; nothing was skipped. Upgrade the sink if the writer is newer, else "
            f"report this record: {_shown(record.value)}"
        )


class BatchRefused(SinkError):
    """PostgreSQL refuses records together that it takes one by one."""

    def __init__(self, records: list[Record], reason: str) -> None:
        first, last = records[0], records[-1]
        super().__init__(
            f"a batch of {len(records)} records, {first.topic} {first.partition} offset "
            f"{first.offset} to {last.topic} {last.partition} offset {last.offset}: {reason}. "
            "Two of them contradict each other, which is a bug; nothing was written"
        )


class TopicReplaced(SinkError):
    """A topic is not the one the stored offset belongs to."""

    def __init__(self, topic: str, reason: str) -> None:
        super().__init__(
            f"topic {topic}: {reason}. The database was filled from other topics than these. "
            "Give the sink a new database (ULLAGE_DATABASE), or, to add these topics to the "
            f"same books: delete from ullage.sink_offsets where topic = '{topic}'"
        )


class MigrationError(SinkError):
    """The database cannot be brought to this version."""


def _shown(part: bytes | None) -> str:
    if part is None:
        return "none"
    text = part[:_SHOWN_CHARACTERS].decode(errors="replace")
    return repr(text) if len(part) <= _SHOWN_CHARACTERS else f"{text!r}..."
