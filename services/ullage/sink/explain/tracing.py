"""What the rules of an explanation share: the books to ask, and each other."""

from typing import Protocol

from ullage.sink.explain.line import Line
from ullage.sink.explain.records import Entry, Records


class Trace(Protocol):
    """Follows records back; one rule asks for the trace of another's record."""

    records: Records

    async def line(self, entry: Entry) -> Line:
        """Trace the amount of a record."""
