"""Which topics an engine works on: inputs as they are, and a changelog made for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from ullage.engine.errors import MissingTopic, PartitionCountChanged
from ullage.step import Step
from ullage.topics import Topic, changelog_of

_CREATION_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Changelog:
    """The topic that holds the state kept for one input; `id` is the broker's.

    `state_format` is that of the step which writes it.
    """

    name: str
    id: str
    state_format: int


@dataclass(frozen=True, slots=True)
class Input:
    """A topic a step reads; `id` is the broker's, another one when it is made anew."""

    name: str
    id: str
    partitions: int
    changelog: Changelog | None


class _Description(NamedTuple):
    id: str
    partitions: int


def inspect_inputs(admin: AdminClient, step: Step) -> dict[str, Input]:
    """Look at a step's inputs, and create the changelogs that are missing.

    Raises MissingTopic, PartitionCountChanged, and KafkaException when no broker answers.
    """
    found = _describe(admin, step.inputs)
    for name in step.inputs:
        if name not in found:
            raise MissingTopic(step.name, name)
    changelogs = _changelogs(admin, step, found) if step.keeps_state else {}
    return {
        name: Input(name, topic.id, topic.partitions, changelogs.get(name))
        for name, topic in found.items()
    }


def _changelogs(
    admin: AdminClient, step: Step, inputs: dict[str, _Description]
) -> dict[str, Changelog]:
    wanted = {name: changelog_of(step.name, name) for name in inputs}
    names = [topic.name for topic in wanted.values()]
    present = _describe(admin, names)
    for name, topic in wanted.items():
        if topic.name not in present:
            _create(admin, topic, inputs[name].partitions)
    deadline = monotonic() + _CREATION_SECONDS
    while len(present) < len(names) and monotonic() < deadline:
        present = _describe(admin, names)
        sleep(0.02)  # a topic just made is not at once known to every broker
    for name, topic in wanted.items():
        partitions = inputs[name].partitions
        kept = present[topic.name].partitions
        if kept != partitions:
            raise PartitionCountChanged(step.name, name, partitions, kept)
    return {
        name: Changelog(topic.name, present[topic.name].id, step.state_format)
        for name, topic in wanted.items()
    }


def _describe(admin: AdminClient, names: Sequence[str]) -> dict[str, _Description]:
    """Return the topics that exist, by name."""
    found: dict[str, _Description] = {}
    for name, future in admin.describe_topics(TopicCollection(list(names))).items():
        try:
            topic = future.result()
        except KafkaException as reason:
            if reason.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise
        else:
            found[name] = _Description(str(topic.topic_id), len(topic.partitions))
    return found


def _create(admin: AdminClient, topic: Topic, partitions: int) -> None:
    """Create a topic; another worker may have been faster."""
    new = NewTopic(topic.name, num_partitions=partitions, config=topic.config)
    try:
        admin.create_topics([new])[topic.name].result()
    except KafkaException as reason:
        if reason.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise
