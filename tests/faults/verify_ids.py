"""I3 and I4: no gap in a sequence, one record an id."""

from collections import defaultdict
from collections.abc import Iterator

from tests.faults.history import EVENT_TOPICS, History


def sequences_have_no_gap(history: History) -> Iterator[str]:
    """Of each SKU 1, 2, 3 and so on, in the topic's order and in the table."""
    topic: dict[str, list[int]] = defaultdict(list)
    table: dict[str, list[int]] = defaultdict(list)
    for record in history.of("ledger"):
        topic[record.text("sku")].append(int(record.text("sequence")))
    for row in history.tables["movements"]:
        table[str(row["sku"])].append(int(str(row["sequence"])))
    for where, found in (("topic", topic), ("table", table)):
        for sku, numbers in found.items():
            in_order = numbers if where == "topic" else sorted(numbers)
            if in_order != list(range(1, len(numbers) + 1)):
                yield f"{sku}: a gap or a repetition in the {where}, {_first_wrong(in_order)}"


def ids_have_one_content(history: History) -> Iterator[str]:
    """No two records of the event topics share an id, whatever is in them."""
    known: dict[str, tuple[str, int, int]] = {}
    for record in history.of(*EVENT_TOPICS):
        name = record.text("id")
        if record.topic == "rejections":  # of a document, a refusal a line (domain 9)
            name += str(record.body.get("movement_id"))
        if name in known:
            yield f"id {name} is at {known[name]} and at {record.place}"
        known[name] = record.place


def _first_wrong(numbers: list[int]) -> str:
    place = next(n for n, number in enumerate(numbers) if number != n + 1)
    return f"{numbers[place]} where {place + 1} was expected"
