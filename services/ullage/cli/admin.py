"""`ullage topics` and `ullage migrate`: what must be there before the first event."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from ullage import topics
from ullage.cli import books, cluster, logs
from ullage.cli.failure import Refused
from ullage.sink.errors import MigrationError
from ullage.sink.migrate import migrate as migrate_schema
from ullage.topics import Topic


class Found(NamedTuple):
    """Topics just created, and a sentence for each older one that is not as it must be."""

    created: list[str]
    wrong: list[str]


def create_topics(bootstrap: str, partitions: int) -> Found:
    """Create the topics of the contract that are not there, and look at those that are.

    Nothing that exists is changed: partitions cannot be taken away, and adding some would move
    keys away from their state. Raises Refused.
    """
    counts = cluster.partition_counts(bootstrap)
    absent = [topic for topic in topics.ALL if topic.name not in counts]
    present = [topic for topic in topics.ALL if topic.name in counts]
    admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    try:
        if absent:
            wanted = {topic.name: _wanted(topic, partitions) for topic in absent}
            admin.create_topics(wanted, wait_for_metadata=True)
        wrong = [
            *_wrong_counts(present, counts, partitions),
            *_wrong_configs(present, _configs(admin, present)),
        ]
    finally:
        admin.close()
    return Found([topic.name for topic in absent], wrong)


def migrate(database: str) -> list[str]:
    """Bring the database's schema up to date; returns what was applied. Raises Refused."""
    logs.configure("warning", "console")  # what was applied is returned, and said once
    try:
        return books.ask(database, lambda: migrate_schema(database))
    except MigrationError as reason:
        raise Refused(str(reason)) from None


def _wanted(topic: Topic, partitions: int) -> dict[str, int | dict[str, str]]:
    """The replication factor is the cluster's to choose."""
    count = partitions if topic.partitioned else 1
    return {"num_partitions": count, "configs": topic.config}


def _wrong_counts(
    present: Iterable[Topic], counts: dict[str, int], partitions: int
) -> Iterable[str]:
    """One sentence for all topics that have the same wrong number."""
    wrong: dict[tuple[int, int], list[str]] = defaultdict(list)
    for topic in present:
        wrong[counts[topic.name], partitions if topic.partitioned else 1].append(topic.name)
    for (has, wanted), names in wrong.items():
        if has != wanted:
            yield (
                f"{', '.join(names)}: {has} partitions, not {wanted}; set ULLAGE_PARTITIONS to "
                "what the cluster has, or use a cluster without these topics"
            )


def _wrong_configs(
    present: Iterable[Topic], configs: dict[str, dict[str, str]]
) -> Iterable[str]:
    for topic in present:
        has = configs[topic.name]
        for name, wanted in topic.config.items():
            if name == "max.message.bytes":
                right = int(has[name]) >= topic.max_bytes
            elif name == "cleanup.policy":
                right = has[name] == wanted
            else:  # the log is the books; how long others are kept is the operator's choice
                right = topic is not topics.MOVEMENTS or has[name] == wanted
            if not right:
                yield (
                    f"{topic.name} has {name}={has[name]}, not {wanted}; alter it with "
                    f"`kafka-configs --alter --topic {topic.name} --add-config {name}={wanted}`"
                )


def _configs(admin: KafkaAdminClient, present: list[Topic]) -> dict[str, dict[str, str]]:
    if not present:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in present]
    answer = admin.describe_configs(asked, config_filter="all")
    return {
        topic: {name: str(setting["value"]) for name, setting in settings.items()}
        for topic, settings in answer["topic"].items()
    }
