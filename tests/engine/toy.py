"""The engine's test step: counts per key, and says the count after each record."""

from collections.abc import Iterable, Iterator

from ullage.step import Occurrence, Output, Record, Store


def not_its_own(partition: int) -> int:
    """A partition (of four) that the key would not lead to: one a step can name."""
    return (partition + 1) % 4


class Counter:
    """Value: an integer to add. One output per record: `source partition:offset running sum`.

    What is no integer goes to the dead letters, `duplicate` is ignored, `raise` is a bug.
    """

    def __init__(self, name: str, source: str, keeps_state: bool = True) -> None:
        self.name = name
        self.inputs: tuple[str, ...] = (source,)
        self.output = f"{source}.counted"
        self.dead_letters = f"{source}.dead"
        self.keeps_state = keeps_state
        self.state_format = 1

    def run(self, store: Store, records: Iterable[Record]) -> Iterator[Output | Occurrence]:
        for record in records:
            key, value = record.key or b"", record.value or b""
            try:
                number = int(value)
            except ValueError:
                yield from self._odd(record, value)
                continue
            total = int(store.get(key) or b"0") + number if self.keeps_state else number
            store.put(key, b"%d" % total)
            place = b"%d:%d %d" % (record.partition, record.offset, total)
            yield Output(self.output, key, place, (("ce_id", place),))

    def _odd(self, record: Record, value: bytes) -> Iterator[Output | Occurrence]:
        if value == b"raise":
            raise RuntimeError("a bug in the step")
        if value == b"duplicate":
            yield Occurrence("duplicate", None, "seen before")
            return
        yield Output(self.dead_letters, record.key, value, (), not_its_own(record.partition))
        yield Occurrence("dead_letter", None, f"not a number: {value[:20]!r}")
