"""Traces records back to what their amounts came from, down to prices, charges and rates."""

from collections.abc import Awaitable, Callable

from ullage.sink.explain import words
from ullage.sink.explain.builds import difference, produced
from ullage.sink.explain.facts import Entry, History, Journal
from ullage.sink.explain.flow import Flow, Portion
from ullage.sink.explain.line import Line
from ullage.sink.explain.records import Records
from ullage.sink.explain.rounding import rounding
from ullage.sink.explain.rules import follow
from ullage.sink.explain.value import Source, total
from ullage.sink.explain.words import title

_OWN: dict[str, Callable[[Records, Entry], Awaitable[Line]]] = {
    "received": words.received,
    "landed": words.landed,
    "corrected": words.corrected,
    "landed_over_absorption": words.absorbed,
    "rounding": rounding,
}
"""Where their amounts come from, they say themselves."""


class Tracer:
    """Traces records, asking the books as it goes; asked in their order, it goes once."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self._histories: dict[str, History] = {}
        self._flows: dict[str, tuple[Flow, int]] = {}
        self._entries: dict[str, Entry] = {}
        self._sources: dict[str, Line] = {}

    async def history(self, sku: str) -> History:
        if sku not in self._histories:
            history = self._histories[sku] = await self.records.history(sku)
            for movement in history.movements:
                self._entries.update({entry.id: entry for entry in movement.entries})
        return self._histories[sku]

    async def record(self, record_id: str) -> Entry | None:
        """A record with money, with the layers it names."""
        found = await self.records.entry(record_id)
        if found is not None:
            await self.history(found.sku)
        return self._entries.get(record_id)

    async def line(self, entry: Entry) -> Line:
        """Trace the amount of a record."""
        own = _OWN.get(entry.type)
        if own:
            return await own(self.records, entry)
        if entry.type == "produced":
            return await produced(self, entry)
        if entry.type == "production_difference":
            return await difference(self, entry)
        if entry.type == "inventory_adjustment" and entry.quantity >= 0:
            return await words.adjusted(self.records, entry)
        portions = (await self._told(entry)).get(entry.id, [])
        parts = [await self._portion(portion) for portion in portions if portion.parts]
        known = bool(parts) or not entry.amount
        return Line(title(entry), entry.amount, entry.quantity, entry.id, tuple(parts), known)

    async def journal(self, journal: Journal, entry: Entry) -> Line:
        """What a journal posts: its record, to the minor unit; or overhead, as it is."""
        what = f"{journal.status} journal of"
        if journal.amount == journal.posted_amount != entry.amount:
            what += f" overhead of order {entry.order_id}"
            return Line(what, journal.posted_amount, None, journal.id)
        what += f" {entry.type.replace('_', ' ')}"
        parts = [await self.line(entry)]
        carried = journal.posted_amount - entry.amount
        if carried:
            parts.append(Line("rounded to what is posted, carried", carried))
        return Line(what, journal.posted_amount, None, journal.id, tuple(parts))

    async def _told(self, entry: Entry) -> dict[str, list[Portion]]:
        """What the records of a movement were made of."""
        history = await self.history(entry.sku)
        flow, done = self._flows.get(entry.sku, (None, 0))
        if flow is None or flow.sequence > entry.sequence:
            flow, done = Flow(history.method, history.by_warehouse), 0
        while done < len(history.movements):
            if history.movements[done].sequence > entry.sequence:
                break
            follow(flow, history.movements[done])
            done += 1
        self._flows[entry.sku] = flow, done
        return flow.told

    async def _portion(self, portion: Portion) -> Line:
        parts = [await self._source(source, amount) for source, amount in portion.parts.items()]
        return Line(portion.what, total(portion.parts), parts=tuple(parts))

    async def _source(self, source: Source, amount: int) -> Line:
        """A part of what a record brought."""
        entry = self._entries[source.record_id]
        if source.rule:
            return Line(f"{source.rule}: {title(entry)}", amount, None, entry.id)
        if entry.id not in self._sources:
            self._sources[entry.id] = await self.line(entry)
        return self._sources[entry.id].scaled(amount)
