"""Which ends of a session are waited out, and which end the process."""

from threading import Event

import pytest
from confluent_kafka import KafkaError, KafkaException

from ullage.engine.errors import EngineError, MissingTopic, SessionLost, SessionsLost, StoreFull
from ullage.engine.recovery import Recovery


class Told:
    """A recovery that says its pauses instead of making them."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        stop = Event()
        stop.set()  # nothing is waited for
        self.recovery = Recovery("toy", stop, lambda reason, pause: self.seconds.append(pause))
        self.recovery.begin()

    def after(self, reason: EngineError | KafkaException, times: int = 1) -> None:
        for _ in range(times):
            self.recovery.after(reason)


def refused(code: int) -> KafkaException:
    return KafkaException(KafkaError(code))


def test_a_broker_away_and_a_full_disk_are_waited_out_for_ever() -> None:
    """With longer pauses, up to a bound."""
    told = Told()
    told.after(refused(KafkaError._TIMED_OUT), 50)
    told.after(StoreFull("/stores", "No space left on device"), 50)
    assert told.seconds[:6] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0]
    assert told.seconds[6:] == [5.0] * 94


def test_a_commit_makes_the_next_pause_a_short_one() -> None:
    told = Told()
    told.after(refused(KafkaError._TIMED_OUT), 3)
    told.recovery.well()
    told.after(refused(KafkaError._TIMED_OUT))
    assert told.seconds == [0.2, 0.4, 0.8, 0.2]


@pytest.mark.parametrize(
    "reason",
    [
        refused(KafkaError._INVALID_ARG),
        refused(KafkaError.TOPIC_AUTHORIZATION_FAILED),
        refused(KafkaError._AUTHENTICATION),
        MissingTopic("toy", "sales"),
    ],
)
def test_what_cannot_heal_ends_the_process(reason: EngineError | KafkaException) -> None:
    with pytest.raises(type(reason)) as ended:
        Told().after(reason)
    assert ended.value is reason


def test_a_broker_that_ends_every_session_is_not_asked_for_ever() -> None:
    told = Told()
    lost = SessionLost("toy", "fenced")
    told.after(lost, 9)
    told.recovery.well()
    told.after(lost, 9)
    with pytest.raises(SessionsLost, match=r"10 sessions in a row .* fenced"):
        told.after(lost)
