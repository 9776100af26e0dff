"""After a session has ended: how long to wait for the next one, and when to give up."""

from collections.abc import Callable
from threading import Event

from confluent_kafka import KafkaException

from ullage.engine.errors import EngineError, SessionLost, SessionsLost, StoreFull
from ullage.engine.failure import can_heal

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.2, 5.0
_LOSSES_IN_A_ROW = 10

Say = Callable[[Exception, float], None]
"""Told why a session ended, and how many seconds the next one is away."""


class Recovery:
    """Waits longer each time, until a session is well again."""

    def __init__(self, step: str, stop: Event, say: Say) -> None:
        self._step = step
        self._stop = stop
        self._say = say
        self.well()

    def well(self) -> None:
        """A session works: what was before is over."""
        self._seconds = _FIRST_WAIT_SECONDS
        self._losses = 0

    def after(self, reason: EngineError | KafkaException) -> None:
        """Wait for another session to be worth a try; raise when none would be."""
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
