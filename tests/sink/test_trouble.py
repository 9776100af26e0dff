"""A consumer that finds no broker: said at once, and given up when it lasts."""

import pytest
from confluent_kafka import Consumer, KafkaError

from ullage.connection import PATIENCE_SECONDS
from ullage.sink import trouble
from ullage.sink.errors import NotReady
from ullage.sink.trouble import Trouble

DOWN = KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down")


@pytest.fixture
def nowhere() -> Consumer:
    return Consumer({"bootstrap.servers": "127.0.0.1:9", "group.id": "none", "log_level": 0})


@pytest.fixture
def heard() -> Trouble:
    heard = Trouble()
    heard.hear(DOWN)
    return heard


def test_trouble_is_said_and_borne_for_a_while(nowhere: Consumer, heard: Trouble) -> None:
    heard.probe(nowhere, alive=False)
    assert heard.sentence == "no broker answers: 1/1 brokers are down"


def test_after_that_the_consumer_is_given_up(
    nowhere: Consumer, heard: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = trouble.monotonic()
    monkeypatch.setattr(trouble, "monotonic", lambda: now + PATIENCE_SECONDS + 1)
    with pytest.raises(NotReady, match="1/1 brokers are down"):
        heard.probe(nowhere, alive=False)


def test_a_record_says_that_it_is_over(nowhere: Consumer, heard: Trouble) -> None:
    heard.probe(nowhere, alive=True)
    assert not heard.sentence
