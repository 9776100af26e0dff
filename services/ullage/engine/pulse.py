"""Whether the broker answers: an idle client would not notice that it is gone."""

from time import monotonic

from confluent_kafka import Consumer, KafkaError, KafkaException

from ullage.connection import PATIENCE_SECONDS

_QUIET_SECONDS = 2.0  # how long nothing has to be heard before the broker is asked
_ANSWER_SECONDS = 1.0


class Pulse:
    """Feels for the broker between two reads; what is heard of it counts as well."""

    def __init__(self, consumer: Consumer, topic: str) -> None:
        self._consumer = consumer
        self._topic = topic
        self._felt = monotonic()
        self.missed: KafkaError | None = None
        """Why the broker was last not heard; None while it is."""

    def felt(self) -> None:
        """A record or an acknowledgement came."""
        self._felt = monotonic()
        self.missed = None

    def feel(self) -> None:
        """Ask the broker, if it has been quiet for long or was away.

        Raises KafkaException when it has been away for so long that a new client may do better.
        """
        if self.missed is None and monotonic() - self._felt < _QUIET_SECONDS:
            return
        try:
            self._consumer.list_topics(self._topic, _ANSWER_SECONDS)
        except KafkaException as reason:
            self.missed = reason.args[0]
            if monotonic() - self._felt > PATIENCE_SECONDS:
                raise
        else:
            self.felt()
