"""What is remembered of a build until its components have been costed.

Money in 10^-6 of the base currency.
"""

from typing import Final, NamedTuple

import msgspec

from ullage.processors.documents import key
from ullage.processors.envelope import trace
from ullage.step import Record, Store

Json = dict[str, object]


class Progress(NamedTuple):
    """How far a build is: `waiting` components are not costed yet."""

    waiting: int
    amount: int = 0
    """What those that are did cost, exact."""
    posted: int = 0
    """The same in whole minor units."""


class _Kept(NamedTuple):
    """A build as it came."""

    timestamp: int
    trace: str | None


_encode: Final = msgspec.json.Encoder().encode
_progress: Final = msgspec.json.Decoder(Progress)
_kept: Final = msgspec.json.Decoder(_Kept)
_said: Final = msgspec.json.Decoder(Json)
_REFUSED: Final = b"refused"


class Productions:
    """What productions said of their cost, in the store. Key: `z` movement."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, production: str) -> Json | None:
        """What a production said; None while its goods were not produced."""
        found = self._store.get(key("z", production))
        return None if found is None else _said.decode(found)

    def keep(self, production: str, said: Json) -> None:
        self._store.put(key("z", production), _encode(said))


class OpenBuilds:
    """The open builds in the store.

    Keys: `a` order, movement: which build a consumption is of, or that it was refused, and
    that stays; `e` build: the event; `g` build: how it came; `w` build: its progress. A
    build is order, source and id.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, build: str, order_id: str, record: Record, consumptions: list[str]) -> None:
        """Keep a build until each of its consumptions has been answered."""
        for consumption in consumptions:
            self._store.put(key("a", order_id, consumption), build.encode())
        self._store.put(key("e", build), record.value)
        traces = [value.decode("latin-1") for _, value in trace(record.headers)]
        came = _Kept(record.timestamp, traces[0] if traces else None)
        self._store.put(key("g", build), _encode(came))
        self.advance(build, Progress(len(consumptions)))

    def of(self, order_id: str, consumption: str) -> str | None:
        """Which build waits for the cost of a consumption; None: none does."""
        found = self._store.get(key("a", order_id, consumption))
        return None if found in (None, _REFUSED) else found.decode()

    def answer(self, order_id: str, consumption: str, *, refused: bool) -> None:
        """A consumption is answered: nobody waits for it any more."""
        self._store.put(key("a", order_id, consumption), _REFUSED if refused else None)

    def was_refused(self, order_id: str, consumption: str) -> bool:
        """Say whether a consumption was refused, and counted zero."""
        return self._store.get(key("a", order_id, consumption)) == _REFUSED

    def progress(self, build: str) -> Progress:
        return _progress.decode(self._store.get(key("w", build)) or b"")

    def advance(self, build: str, progress: Progress) -> None:
        self._store.put(key("w", build), _encode(progress))

    def close(self, build: str, answer: Record) -> Record:
        """Forget a build, and return its record at the place of the answer that completes it.

        It is learnt when the build was: when the ledger's answer was written is chance.
        """
        value = self._store.get(key("e", build))
        came = _kept.decode(self._store.get(key("g", build)) or b"")
        for kind in ("e", "g", "w"):
            self._store.put(key(kind, build), None)
        headers = () if came.trace is None else (("traceparent", came.trace.encode("latin-1")),)
        return answer._replace(timestamp=came.timestamp, value=value, headers=headers)
