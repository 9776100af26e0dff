"""confluent_kafka.admin.AdminClient as the engine and the sink use it."""

from typing import Generic, NamedTuple, TypeVar

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    TopicCollection,
)
from confluent_kafka.admin import ConfigResource, NewTopic

from tests.simulation.broker import error
from tests.simulation.life import RETRIABLE, Life

Answer = TypeVar("Answer")


class Described(NamedTuple):
    """A topic; made once, its name may serve as its id."""

    topic_id: str
    partitions: list[int]


class Future(Generic[Answer]):
    """An answer that is there already."""

    def __init__(self, answer: Answer | KafkaException) -> None:
        self._answer = answer

    def done(self) -> bool:
        return True

    def result(self, timeout: float = 0) -> Answer:
        if isinstance(self._answer, KafkaException):
            raise self._answer
        return self._answer


class Offset(NamedTuple):
    """A group's offset of a partition, or why it is not told."""

    offset: int
    error: KafkaError | None


class Offsets(NamedTuple):
    topic_partitions: list[Offset]


class Holder(NamedTuple):
    """A member of a group, as an operator sees it."""

    group_instance_id: str | None
    member_id: str


class Setting(NamedTuple):
    value: str


class Membership(NamedTuple):
    members: list[Holder]


class AdminClient:
    """Describes and creates topics, asks for a group's members and offsets."""

    def __init__(self, life: Life) -> None:
        self._life, self._broker = life, life.world.broker

    def describe_topics(
        self, names: TopicCollection, request_timeout: float = 0
    ) -> dict[str, Future[Described]]:
        try:
            self._life.call("describe", lambda: None, RETRIABLE)
        except KafkaException as reason:
            return {name: Future(reason) for name in names.topic_names}
        return {name: Future(self._describe(name)) for name in names.topic_names}

    def create_topics(self, new: list[NewTopic]) -> dict[str, Future[None]]:
        for topic in new:
            is_compacted = topic.config["cleanup.policy"] == "compact"
            self._broker.create(topic.topic, topic.num_partitions, is_compacted)
        return {topic.topic: Future(None) for topic in new}

    def list_consumer_group_offsets(
        self,
        asked: list[ConsumerGroupTopicPartitions],
        require_stable: bool,
        request_timeout: float,
    ) -> dict[str, Future[Offsets]]:
        """Offsets that no transaction may move any more; an answer may be late or not come."""
        [wanted] = asked
        group, answers = self._broker.group(wanted.group_id), list[Offset]()
        for one in wanted.topic_partitions:
            place = one.topic, one.partition
            unstable = require_stable and group.unstable(place)
            why = error(KafkaError.UNSTABLE_OFFSET_COMMIT).args[0] if unstable else None
            answers.append(Offset(group.offsets.get(place, -1001), why))
        try:
            self._life.call("committed", lambda: None, RETRIABLE)
        except KafkaException as reason:
            return {group.name: Future(reason)}
        return {group.name: Future(Offsets(answers))}

    def describe_consumer_groups(
        self, names: list[str], request_timeout: float
    ) -> dict[str, Future[Membership]]:
        self._life.pass_by("describe")
        return {name: Future(Membership(self._holders(name))) for name in names}

    def describe_configs(
        self, resources: list[ConfigResource]
    ) -> dict[str, Future[dict[str, Setting]]]:
        policies = {one.name: "delete" for one in resources}
        policies |= {name: "compact" for name in policies if name in self._broker.compacted}
        return {
            name: Future({"cleanup.policy": Setting(policy)})
            for name, policy in policies.items()
        }

    def _holders(self, group: str) -> list[Holder]:
        members = self._broker.group(group).members.values()
        return [Holder(one.instance, one.id) for one in members]

    def _describe(self, name: str) -> Described | KafkaException:
        if name not in self._broker.topics:
            return error(KafkaError.UNKNOWN_TOPIC_OR_PART)
        logs = self._broker.topics[name]
        return Described(f"{name}#{self._broker.made[name]}", [log.place[1] for log in logs])
