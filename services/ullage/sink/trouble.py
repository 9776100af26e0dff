"""What keeps the sink from reading, and when its consumer is given up for it."""

from time import monotonic

from confluent_kafka import Consumer, KafkaError, KafkaException

from ullage.connection import PATIENCE_SECONDS
from ullage.sink.errors import NotReady

_PROBE_SECONDS = 1.0


class Trouble:
    """The last that went wrong on the way to the brokers, until it is over."""

    def __init__(self) -> None:
        self.sentence = ""
        """Why nothing can be read at the moment; empty when all is well."""
        self._well = monotonic()

    def hear(self, error: KafkaError) -> None:
        """Told by the client what befell it, whatever it was doing."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self.sentence = f"no broker answers: {error.str()}"

    def probe(self, consumer: Consumer, alive: bool) -> None:
        """While there is some, ask: partitions without new records would never tell it is over.

        Raises NotReady when it has lasted so long that a new consumer may do better.
        """
        if self.sentence and not alive:
            try:
                consumer.list_topics(timeout=_PROBE_SECONDS)
            except KafkaException as reason:
                if monotonic() - self._well > PATIENCE_SECONDS:
                    raise NotReady(self.sentence) from reason
                return
        self.sentence, self._well = "", monotonic()
