"""`ullage worker`: processors against a cluster, composed from the settings and hosted."""

import os
from collections.abc import Callable, Sequence

import structlog
from mode import ServiceT

from ullage.cli import addresses, cluster, logs, policy
from ullage.cli.failure import Refused, WrongUse
from ullage.cli.repartition.stage import LOCK
from ullage.engine.config import EngineConfig
from ullage.engine.host import host
from ullage.engine.loop import Engine
from ullage.engine.service import EngineService
from ullage.health import Health
from ullage.processors.builds.step import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger.step import Ledger
from ullage.processors.policies import LOGS
from ullage.processors.shipments.step import Shipments
from ullage.settings import Settings
from ullage.sink.service import SinkService
from ullage.sink.session import SinkConfig
from ullage.step import Step


def _intake(brokers: str) -> Step:
    """A policy is copied into every partition of the logs, so intake must know how many."""
    counts = cluster.partition_counts(brokers)
    if LOCK in counts:  # other processors find their logs or changelogs changed, and refuse
        raise Refused(
            "keys are being moved to other partitions, or that was cut off: what intake writes "
            "now would be lost; let `ullage topics --repartition` end, or run it again"
        )
    for log in LOGS:
        if log.name not in counts:
            raise cluster.missing(log.name, counts)
    return Intake({log.name: counts[log.name] for log in LOGS})


STEPS: dict[str, Callable[[str], Step]] = {
    "intake": _intake,
    "shipments": lambda _: Shipments(),
    "builds": lambda _: Builds(),
    "ledger": lambda _: Ledger(),
}
"""How each is made, for the brokers at an address."""
SINK = "sink"
LATER = ("web",)
"""Processors of the contract that this version does not have yet."""


def work(known: Settings, names: Sequence[str]) -> None:
    """Run the processors in this process until a signal; returns when it was one.

    Raises WrongUse for a name that is none, Refused when a processor died.
    """
    _check(names)
    logs.configure(known.log_level, known.log_format)
    health = Health()
    for name in names:  # ready means all of them, also those that have not spoken yet
        health.wait(name, "starting")
    brokers = addresses.kafka(known)
    services = [_service(name, known, brokers, health) for name in dict.fromkeys(names)]
    if "intake" in names and (said := policy.announce(brokers, known)):
        structlog.get_logger(__name__).info("policy_of_the_settings_sent", id=said)
    status = host(
        services,
        name=f"ullage-{known.worker_name}",
        health=health,
        port=known.health_port or None,
        brokers=brokers,
    )
    if status:
        raise Refused(f"{', '.join(names)}: stopped for the reason in the log above")


def _check(names: Sequence[str]) -> None:
    for name in names:
        if name in LATER:
            raise WrongUse(f"{name} is not part of this version yet; it comes later")
        if name not in (*STEPS, SINK):
            known = ", ".join((*STEPS, SINK))
            raise WrongUse(f"there is no processor {name!r}; there are {known}")


def _service(name: str, known: Settings, brokers: str, health: Health) -> ServiceT:
    if name == SINK:
        database = addresses.database(known)
        return SinkService(SinkConfig(brokers, database, known.batch_size), health)
    config = EngineConfig(
        brokers,
        known.worker_name,
        known.data / "stores",
        batch_records=known.batch_size,
        batch_ms=known.batch_age_ms,
        crash_at=os.environ.get("ULLAGE_CRASH_AT", ""),
    )
    return EngineService(Engine(STEPS[name](brokers), config, health))
