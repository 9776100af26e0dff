"""Documents that were taken: what makes one the same again, and how far back is remembered."""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from ullage.costing.retention import months_before
from ullage.processors.refuse import IdConflict, PeriodClosed
from ullage.processors.text import EPOCH, MICROSECOND, rfc3339
from ullage.processors.wire import encode
from ullage.step import Record, Store
from ullage_schemas.fields import write_time
from ullage_schemas.inputs import InputEvent

SEPARATOR: Final = "\x1f"
"""No id and no name holds a control character, so joined parts are never ambiguous."""


Places = dict[int, int]
"""Parts of a document that are sent again: where each was in it, and where it is now."""


def key(kind: str, *parts: str) -> bytes:
    """Return a key of a store."""
    return SEPARATOR.join((kind, *parts)).encode()


class _Taken(NamedTuple):
    """A document that was taken: digests of its head and of each part, its first movement."""

    head: bytes
    parts: tuple[bytes, ...]
    first: str | None


_taken: Final = msgspec.json.Decoder(_Taken)


class Documents:
    """Documents taken of one shipment or order, known by source and id (domain 7 and 9).

    The ledger refuses a document part by part, and gives back those it has refused: so some
    parts of a document, each as it was, are the same document again.

    Keys: `d` of, source, id: a document taken; `t` of: the latest `effective_at` of all.
    """

    def __init__(self, store: Store, of: str) -> None:
        """`of` is what they belong to, in words: `shipment S1`."""
        self.store, self.of = store, of

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
                f"{self.of} nothing before {rfc3339(horizon)} is taken any more "
                f"(keep_months is {keep_months}); adjust the stock or its value instead."
            )

    def came_before(self, event: InputEvent) -> Places | None:
        """Return which parts of a document that was taken are sent again; None: it is new.

        Raises:
            IdConflict: the same id came with other content, or a part that was not in it.
        """
        found = self.store.get(self._key(event))
        if found is None:
            return None
        known, (head, parts) = _taken.decode(found), _digests(event)
        if head != known.head or not Counter(parts) <= Counter(known.parts):
            raise IdConflict(
                f"The id {event.id} of {event.source} came before in {self.of} "
                "with other content; send what is new under an id of its own.",
                conflicts_with=known.first,
            )
        now = {part: place for place, part in enumerate(parts)}
        return {place: now[part] for place, part in enumerate(known.parts) if part in now}

    def remember(self, event: InputEvent, first: str | None) -> None:
        """Keep a document that was taken; `first` is its first movement, where it made one."""
        self.store.put(self._key(event), encode(_Taken(*_digests(event), first)))
        latest, at = self._latest(), _effective_at(event)
        if latest is None or at > latest:
            self.store.put(key("t", self.of), b"%d" % at)

    def _latest(self) -> int | None:
        found = self.store.get(key("t", self.of))
        return None if found is None else int(found)

    def _key(self, event: InputEvent) -> bytes:
        return key("d", self.of, event.source, event.id)


def _effective_at(event: InputEvent) -> int:
    return (event.effective_at - EPOCH) // MICROSECOND


def _digests(event: InputEvent) -> tuple[bytes, tuple[bytes, ...]]:
    """Return what identifies the content: equal whatever order of fields or form of numbers."""
    content = event.model_dump(mode="json", exclude_none=True)
    parts = tuple([_digest(part) for part in _parts(event.type, content)])
    return _digest(content), parts


def _parts(kind: str, content: dict[str, object]) -> Sequence[object]:
    """Take out of a document what the ledger may refuse of it alone, in its order."""
    match kind:
        case "receipt":
            return _taken_out(content, "lines")
        case "build":
            return _taken_out(content, "consume", "produce", "overhead")
        case "receipt_merge":
            named = [name for _, name in _taken_out(content, "receipt_ids")]
            return list(dict.fromkeys((*named, content["into"])))
    return ()


def _taken_out(content: dict[str, object], *names: str) -> list[tuple[str, object]]:
    """Return the entries of some fields, each with the name of its own."""
    fields = [(name, content.pop(name)) for name in names if name in content]
    return [
        (name, part)
        for name, field in fields
        for part in (field if isinstance(field, list) else (field,))
    ]


def _digest(content: object) -> bytes:
    return blake2b(encode(content), digest_size=16).digest()
