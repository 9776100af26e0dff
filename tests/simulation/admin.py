"""confluent_kafka.admin.AdminClient as the engine and the sink use it."""

from typing import Generic, NamedTuple, TypeVar

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import NewTopic

from tests.simulation.broker import Broker, error

Answer = TypeVar("Answer")


class Described(NamedTuple):
    """A topic; made once, its name may serve as its id."""

    topic_id: str
    partitions: list[int]


class Future(Generic[Answer]):
    """An answer that is there already."""

    def __init__(self, answer: Answer | KafkaException) -> None:
        self._answer = answer

    def result(self) -> Answer:
        if isinstance(self._answer, KafkaException):
            raise self._answer
        return self._answer


class AdminClient:
    """Describes and creates topics."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def describe_topics(
        self, names: TopicCollection, request_timeout: float = 0
    ) -> dict[str, Future[Described]]:
        return {name: Future(self._describe(name)) for name in names.topic_names}

    def create_topics(self, new: list[NewTopic]) -> dict[str, Future[None]]:
        for topic in new:
            is_compacted = topic.config["cleanup.policy"] == "compact"
            self._broker.create(topic.topic, topic.num_partitions, is_compacted)
        return {topic.topic: Future(None) for topic in new}

    def _describe(self, name: str) -> Described | KafkaException:
        if name not in self._broker.topics:
            return error(KafkaError.UNKNOWN_TOPIC_OR_PART)
        logs = self._broker.topics[name]
        return Described(f"id-of-{name}", [log.place[1] for log in logs])
