"""The policy of the settings, made an event in the log when it is another than the last one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

import msgspec
from pydantic import ValidationError

from ullage import topics
from ullage.cli import cluster
from ullage.cli.send import LONGEST_WAIT_MS, Event, deliver
from ullage.settings import PolicySettings, Settings
from ullage_schemas.fields import write_time
from ullage_schemas.inputs import Policy

SOURCE: Final = "ullage-settings"
_FIELDS: Final = frozenset(PolicySettings.model_fields)

Json = dict[str, object]


def announce(bootstrap: str, known: Settings) -> str | None:
    """Send the settings' policy to `control` unless it is the last one they sent.

    Returns the event's id; None when nothing is set, or nothing new. A policy that others sent
    in between stands: the settings speak when they change. Raises Refused.
    """
    said: Json = known.model_dump(mode="json", include=set(_FIELDS), exclude_none=True)
    if not said or said == last_of(_control(bootstrap)):
        return None
    event = event_of(said, datetime.now(UTC))
    value = msgspec.json.encode(event)
    producer = cluster.idempotent_producer(bootstrap, longest_wait_ms=LONGEST_WAIT_MS)
    deliver(producer, [Event(topics.CONTROL.name, topics.OF_ALL, value)], total=1)
    return str(event["id"])


def event_of(said: Json, now: datetime) -> Json:
    """Return the event that says a policy; going back to an earlier one is a new event."""
    about = {"type": "policy", "source": SOURCE, "effective_at": write_time(now)}
    event: Json = {**about, **said}
    digest = blake2b(msgspec.json.encode(event, order="sorted"), digest_size=16).hexdigest()
    return {"id": f"policy-{digest}", **event}


def last_of(records: Iterator[bytes]) -> Json | None:
    """Return what the settings' last policy among the records of `control` says."""
    last = None
    for value in records:
        try:
            policy = Policy.model_validate(msgspec.json.decode(value))
        except (msgspec.DecodeError, ValidationError):  # no policy, and intake says so
            continue
        if policy.source == SOURCE:
            last = policy
    if last is None:
        return None
    return last.model_dump(mode="json", include=set(_FIELDS), exclude_none=True)


def _control(bootstrap: str) -> Iterator[bytes]:
    """Every record of `control` so far."""
    name, counts = topics.CONTROL.name, cluster.partition_counts(bootstrap)
    if name not in counts:
        raise cluster.missing(name, counts)
    consumer = cluster.committed_reader(bootstrap)
    try:
        bounds = cluster.ends(consumer, name, counts[name])
        cluster.assign(consumer, name, [low for low, _ in bounds])
        stops = {partition: high for partition, (_, high) in enumerate(bounds)}
        for message in cluster.up_to(consumer, stops):
            yield message.value() or b""
    finally:
        consumer.close()
