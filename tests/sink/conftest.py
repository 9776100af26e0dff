"""A broker of the sink's own: its tests delete topics and publish records no ledger would."""

from collections.abc import AsyncIterator, Callable, Iterator

import asyncpg
import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from tests.sink.harness import Books, Publisher
from ullage import topics
from ullage.local import LocalBroker
from ullage.sink.migrate import migrate
from ullage.sink.projection import INPUTS

PARTITIONS = 2


@pytest.fixture(scope="session")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    broker = LocalBroker(tmp_path_factory.mktemp("sink-broker"))
    try:
        broker.start()
        broker.wait()
        yield broker.bootstrap
    finally:
        broker.stop()


@pytest.fixture
def broker(own_broker: str) -> str:
    """The sink's topics, made anew and empty."""
    admin = AdminClient({"bootstrap.servers": own_broker})
    there = admin.list_topics(timeout=30).topics.keys() & set(INPUTS)
    for deleted in admin.delete_topics(list(there)).values() if there else ():
        deleted.result()
    for topic in topics.ALL:
        if topic.name in INPUTS:
            _create(admin, NewTopic(topic.name, PARTITIONS, 1, config=topic.config))
    return own_broker


def _create(admin: AdminClient, topic: NewTopic) -> None:
    while True:
        try:
            admin.create_topics([topic])[topic.topic].result()
        except KafkaException as reason:
            # The broker may still be at the deletion; it answers when it is not.
            if reason.args[0].name() != "TOPIC_ALREADY_EXISTS":
                raise
        else:
            return


@pytest.fixture
def publisher(broker: str) -> Publisher:
    return Publisher(broker)


@pytest.fixture(scope="session")
def own_database(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
async def books(own_database: str) -> AsyncIterator[Books]:
    """Empty books. One database serves all tests: making one takes longer than a test."""
    await migrate(own_database)
    connection = await asyncpg.connect(own_database)
    books = Books(own_database, connection)
    await books.empty()
    await books.listen()
    yield books
    await connection.close()
