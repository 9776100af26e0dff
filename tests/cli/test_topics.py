"""`ullage topics`: all of them, once; what stands otherwise is reported and left alone."""

from collections.abc import Iterator

import pytest
from kafka.admin import KafkaAdminClient

from ullage import topics as registry
from ullage.cli.admin import create_topics


@pytest.fixture
def admin(topics: str) -> Iterator[KafkaAdminClient]:
    admin = KafkaAdminClient(bootstrap_servers=topics)
    yield admin
    admin.close()


def test_creates_every_topic_of_the_contract(admin: KafkaAdminClient) -> None:
    counts = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
    for topic in registry.ALL:
        assert counts[topic.name] == (3 if topic.partitioned else 1), topic.name


def test_a_second_time_changes_nothing(ullage, topics: str) -> None:
    again = ullage("topics", kafka=topics, partitions="3")
    assert (again.returncode, again.stdout) == (0, b"created 0 topics\n")


def test_another_number_of_partitions_is_reported(ullage, topics: str) -> None:
    refused = ullage("topics", kafka=topics, partitions="4")
    assert refused.returncode == 1
    assert b"sales" in refused.stderr
    assert b"3 partitions, not 4" in refused.stderr
    assert b"control" not in refused.stderr


@pytest.mark.parametrize(
    ("setting", "value", "right"),
    [
        ("max.message.bytes", "1000000", str(registry.MOVEMENTS.max_bytes)),
        ("retention.ms", "60000", "-1"),
        ("cleanup.policy", "compact", "delete"),
    ],
)
def test_a_topic_that_would_lose_records_is_reported(
    admin: KafkaAdminClient, topics: str, setting: str, value: str, right: str
) -> None:
    _alter(admin, "movements", {setting: value})
    try:
        wrong = create_topics(topics, 3).wrong
    finally:
        _alter(admin, "movements", registry.MOVEMENTS.config)
    assert [sentence for sentence in wrong if f"{setting}={value}, not {right}" in sentence]
    assert create_topics(topics, 3).wrong == []


def test_how_long_other_topics_are_kept_is_the_operators_choice(
    admin: KafkaAdminClient, topics: str
) -> None:
    _alter(admin, "sales", {"retention.ms": "60000"})
    try:
        assert create_topics(topics, 3).wrong == []
    finally:
        _alter(admin, "sales", registry.SALES.config)


def _alter(admin: KafkaAdminClient, topic: str, configs: dict[str, str]) -> None:
    from kafka.admin import ConfigResource, ConfigResourceType

    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs)])
