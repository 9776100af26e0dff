"""An engine whose consumer finds no broker: said at once, and given up when it lasts."""

import pytest
from confluent_kafka import Consumer, KafkaException

from ullage.connection import PATIENCE_SECONDS
from ullage.engine import pulse
from ullage.engine.pulse import Pulse


def test_a_consumer_that_finds_no_broker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    consumer = Consumer(
        {"bootstrap.servers": "127.0.0.1:9", "group.id": "none", "log_level": 0}
    )
    began = pulse.monotonic()
    felt = Pulse(consumer, "movements")
    monkeypatch.setattr(pulse, "monotonic", lambda: began + PATIENCE_SECONDS - 1)
    felt.feel()
    assert felt.missed is not None
    monkeypatch.setattr(pulse, "monotonic", lambda: began + PATIENCE_SECONDS + 1)
    with pytest.raises(KafkaException):
        felt.feel()
