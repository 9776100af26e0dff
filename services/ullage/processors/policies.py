"""The service's policy: checked on form, and copied into every partition of every log."""

from collections.abc import Iterator, Mapping
from typing import Final

from ullage import topics
from ullage.processors import sentence
from ullage.processors.calendar import is_zone
from ullage.processors.envelope import attributes, headers
from ullage.processors.identity import movement_id, recorded_at
from ullage.processors.internal import forwarded
from ullage.processors.refuse import Refused
from ullage.processors.wire import encode, fields_of, source_of
from ullage.step import Output, Record
from ullage_schemas.inputs import Policy
from ullage_schemas.inputs.control import ROLES

LOGS: Final = (topics.MOVEMENTS, topics.SHIPMENTS_LOG, topics.BUILDS_LOG)
"""Each is read by one processor that the policy matters to."""


def check(policy: Policy) -> None:
    """Look at what the contract's form leaves open.

    Raises:
        Refused: a time zone or a role is none.
    """
    if policy.time_zone is not None and not is_zone(policy.time_zone):
        raise Refused(
            f'There is no time zone "{sentence.clip(policy.time_zone)}"; give a name of the '
            "IANA database, like Europe/Vienna."
        )
    for role in policy.gl_mapping or ():
        if role not in ROLES:
            raise Refused(
                f'gl_mapping names the role "{sentence.clip(role)}", which no journal has; '
                f"the roles are {', '.join(ROLES)}."
            )


def copies(record: Record, policy: Policy, partitions: Mapping[str, int]) -> Iterator[Output]:
    """Write a copy into each partition of each log, all with the same id.

    Those in `movements` say where they stand, for a dump of the log to be read by partition.
    """
    for log in LOGS:
        count = partitions[log.name]
        for partition in range(count):
            place = {"partition": partition, "partitions": count}
            is_movement = log is topics.MOVEMENTS
            copy = _movement(record, policy, place) if is_movement else forwarded(record, log)
            yield copy._replace(partition=partition)


def _movement(record: Record, policy: Policy, place: Mapping[str, int]) -> Output:
    made, learnt = movement_id(policy.source, policy.id, sku=""), recorded_at(record)
    about = {"id": made, "type": policy.type, **source_of(policy), "recorded_at": learnt}
    value = {**about, **place, **fields_of(policy)}
    shared = attributes(None, learnt, record.headers)
    return Output(
        topics.MOVEMENTS.name, record.key, encode(value), headers(made, policy.type, shared)
    )
