"""A policy of the settings becomes an event on `control` when it is another than the last."""

import json
from datetime import UTC, datetime

import msgspec

from tests.processors.events import Json, example
from ullage.cli import policy
from ullage.settings import Settings, load
from ullage_schemas.inputs import Policy

NOW, LATER = (datetime(2026, 10, day, tzinfo=UTC) for day in (5, 6))
SAID: Json = {"method": "wac", "keep_months": 6, "gl_mapping": {"cogs": "5000", "wip": None}}


def settings(**said: object) -> Settings:
    return load().model_copy(update=said)


def test_the_event_is_a_policy() -> None:
    event = Policy.model_validate(policy.event_of(SAID, NOW))
    assert (event.source, event.method, event.keep_months) == (policy.SOURCE, "wac", 6)
    assert event.gl_mapping == {"cogs": "5000", "wip": None}
    assert event.cost_pool is None


def test_an_earlier_policy_taken_up_again_is_a_new_event() -> None:
    """Under its old id, it would be a retransmission: ignored."""
    again = policy.event_of(dict(reversed(SAID.items())), NOW)
    assert policy.event_of(SAID, NOW)["id"] == again["id"]
    assert policy.event_of(SAID, LATER)["id"] != again["id"]
    assert policy.event_of({**SAID, "method": "lifo"}, NOW)["id"] != again["id"]


def test_the_last_one_counts_that_the_settings_sent() -> None:
    records = [
        policy.event_of({**SAID, "method": "lifo"}, NOW),
        policy.event_of(SAID, LATER),
        example("policy"),
        example("period_close", source=policy.SOURCE),
    ]
    values = [json.dumps(one).encode() for one in records] + [b"no json", b""]
    assert policy.last_of(iter(values)) == SAID
    assert policy.last_of(iter(values[2:])) is None


def test_a_policy_is_sent_once_and_again_when_it_changes(topics: str, ullage) -> None:
    assert policy.announce(topics, settings()) is None
    first = policy.announce(topics, settings(method="wac", keep_months=6))
    assert policy.announce(topics, settings(method="wac", keep_months=6)) is None
    second = policy.announce(topics, settings(method="lifo"))
    third = policy.announce(topics, settings(method="wac", keep_months=6))
    assert policy.announce(topics, settings()) is None
    shown = ullage("tail", "control", "--from-start", kafka=topics).stdout.splitlines()
    sent = [msgspec.json.decode(line, type=dict) for line in shown]
    ours = [one for one in sent if one.get("source") == "ullage-settings"]
    assert [one["id"] for one in ours] == [first, second, third]
    assert len({first, second, third}) == 3
