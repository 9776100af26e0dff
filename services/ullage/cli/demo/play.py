"""The demo, act by act: the story, the month, the books, the proof."""

import contextlib
import uuid
from collections.abc import Iterable

import asyncpg
import msgspec
from confluent_kafka import Producer
from rich.console import Console
from rich.table import Table

from ullage.cli import books, cluster
from ullage.cli.check import check
from ullage.cli.demo import closing, shop, story
from ullage.cli.demo.watch import Watch
from ullage.cli.failure import Refused
from ullage.cli.progress import advance
from ullage.cli.send import LONGEST_WAIT_MS, deliver, event_of
from ullage.cli.up import Running

WIDTH = 100
_SETTLE_SECONDS = 5.0

Json = dict[str, object]


def play(running: Running) -> None:
    """Play all acts on a running service. Raises Refused for any figure that is not right."""
    console = Console(width=WIDTH, highlight=False)
    brokers, database = running.servers.kafka, running.servers.database
    producer = cluster.idempotent_producer(brokers, longest_wait_ms=LONGEST_WAIT_MS)
    with contextlib.closing(Watch(brokers, running.check)) as watch:
        _tell_story(console, producer, watch)
        _play_month(console, producer, watch)
        _wait_for_the_sink(database, watch)
    closing.show(console, database)
    wrong = check(brokers, database)
    if wrong:
        raise Refused("\n".join(wrong))
    console.print("[green]ullage check: nothing wrong, the books add up to the last 10^-6[/]\n")


def _tell_story(console: Console, producer: Producer, watch: Watch) -> None:
    """One event at a time, each held against what must come of it."""
    sku = f"story-{uuid.uuid4().hex[:6]}"
    table = Table(
        "step", "layers", "expected", "estimated", "variance", title=f"SKU {sku}, FIFO"
    )
    wrong = []
    for step, event in story.events(sku):
        found = _tell_step(producer, watch, sku, event, step.says)
        table.add_row(step.name, *found, style="" if found == step.says else "red")
        if found != step.says:
            wrong.append(f"{step.name}: the books say {found}, right is {step.says}")
    console.print(table)
    if wrong:
        raise Refused("\n".join(wrong))
    console.print("[green]every value is the one it must be[/]\n")


def _tell_step(
    producer: Producer, watch: Watch, sku: str, event: Json, right: story.Shown
) -> story.Shown:
    """Send an event and await what the books say of it.

    A document may still be under way when the books stand; one that is wrong stays wrong.
    """
    book, event_id = watch.books[sku], str(event["id"])
    _send(producer, [event])
    watch.wait(lambda: story.is_told(book, event_id))
    watch.wait_at_most(_SETTLE_SECONDS, lambda: story.shown(book, event_id) == right)
    return story.shown(book, event_id)


def _play_month(console: Console, producer: Producer, watch: Watch) -> None:
    """Send what has not been answered yet, so a month played before is not played again."""
    refused = watch.refused
    played = shop.Shop()
    days = advance(played.month(), shop.DAYS, "a month of a small shop")
    sent = sum(_play_phase(producer, watch, played, phase) for day in days for phase in day)
    if not sent:
        console.print("The month was played here before; nothing was sent again.")
        return
    console.print(
        f"A month of a small shop: {sent:,} events, 40 SKUs, 2 warehouses, 3 methods; "
        f"{watch.refused - refused} refused.\n"
        "There are freight, duty and late bills, goods that come back and go back, and kits.\n"
    )


def _play_phase(producer: Producer, watch: Watch, played: shop.Shop, phase: list[Json]) -> int:
    """Send a phase and await its answers; returns how many events had none before."""
    events = [event for event in phase if _asked(played, event) - watch.answered]
    asked = {one for event in events for one in _asked(played, event)}
    _send(producer, events)
    watch.wait(lambda: asked <= watch.answered)
    return len(events)


def _asked(played: shop.Shop, event: Json) -> set[tuple[str, str]]:
    return {(str(event["id"]), sku) for sku in played.skus_of(event)}


def _send(producer: Producer, events: Iterable[Json]) -> None:
    lines = [event_of(msgspec.json.encode(event)) for event in events]
    deliver(producer, lines, total=len(lines))


def _wait_for_the_sink(database: str, watch: Watch) -> None:
    """Wait until the tables hold all that was read here."""
    watch.wait(lambda: books.ask(database, lambda: _has_written(database, watch.latest)))


async def _has_written(database: str, latest: dict[tuple[str, int], int]) -> bool:
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch(
            "select topic, partition, next_offset from ullage.sink_offsets"
        )
    finally:
        await connection.close()
    written = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    return all(written.get(place, 0) > offset for place, offset in latest.items())
