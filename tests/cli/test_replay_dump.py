"""A dump of several partitions: a policy holds for what stands behind its copy."""

from itertools import chain, zip_longest
from pathlib import Path

import pytest

from tests.cli.jsonl import read, write
from tests.processors.events import Json, example, record
from ullage.cli.replay import replay_log
from ullage.processors.intake import Intake
from ullage.step import Output

PARTITIONS = {"bag": 0, "kit": 1}
"""Where Kafka's own partitioner puts these SKUs, of two."""


def test_its_lines_may_come_in_any_order_of_partitions(tmp_path: Path) -> None:
    logs = _logs()
    orders = (
        list(chain.from_iterable(logs)),
        list(chain.from_iterable(reversed(logs))),
        [line for lines in zip_longest(*logs) for line in lines if line],
    )
    days = {"before": "2026-10-05", "after": "2026-10-06"}
    for lines in orders:
        made = _replayed(tmp_path, lines)
        found = {(one["sku"], one["source_id"]): one["posting_date"] for one in made}
        assert found == {(sku, sale): days[sale] for sku in PARTITIONS for sale in days}


@pytest.mark.parametrize("lines", [[b"no json"], [b'{"sku": "kit"}', b"[]"]])
def test_what_is_no_movement_is_told_by_its_line(tmp_path: Path, lines: list[bytes]) -> None:
    logs = _logs()
    with pytest.raises(Exception, match=f"{len(lines)} lines? .*first: line 1\\)"):
        _replayed(tmp_path, [*lines, *chain.from_iterable(logs)])


def _logs() -> list[list[bytes]]:
    """Of two partitions: a sale, a policy that moves midnight, and another sale of each SKU."""
    midnight = {"effective_at": "2026-10-05T23:30:00Z", "warehouse": "A"}
    events: list[Json] = [
        *(example("sale", id="before", sku=sku, **midnight) for sku in PARTITIONS),
        example("policy", time_zone="Europe/Berlin"),
        *(example("sale", id="after", sku=sku, **midnight) for sku in PARTITIONS),
    ]
    logs: list[list[bytes]] = [[], []]
    for event in events:
        intake = Intake({"movements": 2, "ullage-shipments": 1, "ullage-builds": 1})
        for made in intake.run({}, [record(event)]):  # type: ignore[arg-type]
            assert isinstance(made, Output)
            if made.topic == "movements":
                logs[_place(made, event)].append(made.value or b"")
    return logs


def _place(made: Output, event: Json) -> int:
    return PARTITIONS[str(event["sku"])] if made.partition is None else made.partition


def _replayed(directory: Path, lines: list[bytes]) -> list[Json]:
    """The costs of sales that the ledger makes of a dump."""
    dump, out = directory / "dump.jsonl", directory / "cogs.jsonl"
    write(dump, *lines)
    made: list[Output] = []
    replay_log(dump, made.append)
    write(out, *(one.value or b"" for one in made if one.topic == "cogs"))
    return read(out)
