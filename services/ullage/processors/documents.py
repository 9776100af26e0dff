"""Documents that were taken: what makes one the same again, and how far back is remembered."""

from hashlib import blake2b
from typing import Final

from ullage.costing.retention import months_before
from ullage.processors.refuse import IdConflict, PeriodClosed
from ullage.processors.text import EPOCH, MICROSECOND, rfc3339
from ullage.processors.wire import encode
from ullage.step import Record, Store
from ullage_schemas.fields import write_time
from ullage_schemas.inputs import InputEvent

SEPARATOR: Final = "\x1f"
"""No id and no name holds a control character, so joined parts are never ambiguous."""


def key(kind: str, *parts: str) -> bytes:
    """Return a key of a store."""
    return SEPARATOR.join((kind, *parts)).encode()


class Documents:
    """Documents taken of one shipment or order, known by source and id (domain 7 and 9).

    Keys: `d` of, source, id: a document's digest; `t` of: the latest `effective_at` of all.
    """

    def __init__(self, store: Store, of: str) -> None:
        """`of` is what they belong to, in words: `shipment S1`."""
        self._store, self._of = store, of

    def check_age(self, record: Record, event: InputEvent, keep_months: int) -> None:
        """Look whether a document is of a time that is still remembered.

        Raises:
            PeriodClosed: nobody could tell whether it came before.
        """
        latest = self._latest()
        if latest is None:
            return
        horizon = months_before(min(latest, record.timestamp * 1_000), keep_months)
        if _effective_at(event) < horizon:
            raise PeriodClosed(
                f"The {event.type} {event.id} is dated {write_time(event.effective_at)}; of "
                f"{self._of} nothing before {rfc3339(horizon)} is taken any more "
                f"(keep_months is {keep_months}); adjust the stock or its value instead."
            )

    def came_before(self, event: InputEvent) -> bool:
        """Say whether a document is a retransmission: the same id with the same content.

        Raises:
            IdConflict: the same id came with other content.
        """
        known = self._store.get(self._key(event))
        if known is not None and known != _digest(event):
            raise IdConflict(
                f"The id {event.id} of {event.source} came before in {self._of} "
                "with other content; send what is new under an id of its own."
            )
        return known is not None

    def remember(self, event: InputEvent) -> None:
        """Keep a document that was taken."""
        self._store.put(self._key(event), _digest(event))
        latest, at = self._latest(), _effective_at(event)
        if latest is None or at > latest:
            self._store.put(key("t", self._of), b"%d" % at)

    def _latest(self) -> int | None:
        found = self._store.get(key("t", self._of))
        return None if found is None else int(found)

    def _key(self, event: InputEvent) -> bytes:
        return key("d", self._of, event.source, event.id)


def _effective_at(event: InputEvent) -> int:
    return (event.effective_at - EPOCH) // MICROSECOND


def _digest(event: InputEvent) -> bytes:
    """Return what identifies the content: equal whatever order of fields or form of numbers."""
    content = event.model_dump(mode="json", exclude_none=True)
    return blake2b(encode(content), digest_size=16).digest()
