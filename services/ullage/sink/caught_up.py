"""Ask Kafka how far its topics go, and know when all of it has been written."""

from collections.abc import Collection, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime

from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ListOffsetsResultInfo, OffsetSpec

from ullage.sink.projection import Partition

_ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Question:
    """What was committed, asked at a time; the answer comes by itself."""

    at: datetime
    answers: dict[Partition, "Future[ListOffsetsResultInfo]"]


class Ends:
    """Asks for the ends of committed records. Nothing here waits for a broker."""

    def __init__(self, brokers: str) -> None:
        self._admin = AdminClient({"bootstrap.servers": brokers})
        self._question: Question | None = None

    def is_asking(self, partitions: Collection[Partition]) -> bool:
        """Whether a question about these very partitions is open."""
        asked = self._question.answers.keys() if self._question else ()
        return set(asked) == set(partitions)

    def ask(self, partitions: Collection[Partition], at: datetime) -> None:
        """Ask how far these partitions go; `at` is a moment that is already over."""
        latest = OffsetSpec.latest()
        asked = self._admin.list_offsets(
            {TopicPartition(*key): latest for key in partitions},
            isolation_level=IsolationLevel.READ_COMMITTED,
            request_timeout=_ANSWER_SECONDS,
        )
        answers = {(place.topic, place.partition): answer for place, answer in asked.items()}
        self._question = Question(at, answers)

    def reached(self, written: Mapping[Partition, int]) -> datetime | None:
        """When it was asked, once all there was is written; then the question is closed."""
        question = self._question
        if question is None or wait(question.answers.values(), 0).not_done:
            return None
        try:
            ends = {key: answer.result().offset for key, answer in question.answers.items()}
        except KafkaException:
            self._question = None
            return None
        if any(written.get(key, -1) < end for key, end in ends.items()):
            return None
        self._question = None
        return question.at
