"""`ullage worker`: processors against a cluster, composed from the settings and hosted."""

import os
from collections.abc import Callable, Sequence

from mode import ServiceT

from ullage.cli import addresses, logs
from ullage.cli.failure import Refused, WrongUse
from ullage.engine.config import EngineConfig
from ullage.engine.host import host
from ullage.engine.loop import Engine
from ullage.engine.service import EngineService
from ullage.health import Health
from ullage.processors.builds import Builds
from ullage.processors.intake import Intake
from ullage.processors.ledger import Ledger
from ullage.processors.shipments import Shipments
from ullage.settings import Settings
from ullage.sink.service import SinkService
from ullage.sink.session import SinkConfig
from ullage.step import Step

STEPS: dict[str, Callable[[], Step]] = {
    "intake": Intake,
    "shipments": Shipments,
    "builds": Builds,
    "ledger": Ledger,
}
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
    status = host(
        [_service(name, known, brokers, health) for name in dict.fromkeys(names)],
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
    return EngineService(Engine(STEPS[name](), config, health))
