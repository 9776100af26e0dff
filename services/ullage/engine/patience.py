"""A call of the Kafka client that may never come back, without waiting for ever."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

from confluent_kafka import KafkaException


def within(seconds: float, call: Callable[[], None]) -> None:
    """Make a call; raises its KafkaException, or TimeoutError when it does not come back.

    It is then left behind, in a thread that does not keep the process from its end.
    """
    outcome = SimpleQueue[KafkaException | None]()

    def run() -> None:
        try:
            call()
        except KafkaException as reason:
            outcome.put(reason)
        else:
            outcome.put(None)

    Thread(target=run, daemon=True, name="bounded call").start()
    try:
        failure = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if failure is not None:
        raise failure
