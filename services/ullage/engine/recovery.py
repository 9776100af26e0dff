"""After a session has ended: how long to wait for the next one, and when to give up."""

from collections.abc import Callable
from threading import Event
from time import monotonic

from confluent_kafka import KafkaException

from ullage.engine.errors import EngineError, SessionLost, SessionsLost, StoreFull
from ullage.engine.failure import can_heal

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.2, 5.0
_LOSSES_IN_A_ROW = 10
_LONG_SECONDS = 60.0  # a session that lasted was well, even if there was nothing to commit

Say = Callable[[Exception, float], None]
"""Told why a session ended, and how many seconds the next one is away."""


class Recovery:
    """Waits longer each time, until a session has done something again."""

    def __init__(self, step: str, stop: Event, say: Say) -> None:
        self._step = step
        self._stop = stop
        self._say = say
        self.well()

    def begin(self) -> None:
        """A session begins."""
        self._began = monotonic()

    def well(self) -> None:
        """A session has committed something: what was before is over."""
        self._seconds = _FIRST_WAIT_SECONDS
        self._losses = 0

    def after(self, reason: EngineError | KafkaException) -> None:
        """Wait for another session to be worth a try; raise when none would be.

        Raises what ended the session if it cannot heal, SessionsLost when the broker has ended
        too many in a row.
        """
        if monotonic() - self._began > _LONG_SECONDS:
            self.well()
        if isinstance(reason, SessionLost):
            self._losses += 1
            if self._losses == _LOSSES_IN_A_ROW:
                raise SessionsLost(self._step, self._losses, reason.reason) from reason
        elif not _passes(reason):
            raise reason
        self._say(reason, self._seconds)
        self._stop.wait(self._seconds)
        self._seconds = min(2 * self._seconds, _LONGEST_WAIT_SECONDS)


def _passes(reason: EngineError | KafkaException) -> bool:
    if isinstance(reason, KafkaException):
        return can_heal(reason.args[0])
    return isinstance(reason, StoreFull)
