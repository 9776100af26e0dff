"""The process around the engines: a Faust app that gives it signals, life and death."""

import asyncio
from collections.abc import Sequence

import faust
from faust.app.base import BootStrategy
from mode import ServiceT

from ullage.engine.port import OperatorPort
from ullage.health import Health


class _Boot(BootStrategy):
    """Nothing of Faust's own Kafka clients: they do not carry the books."""

    enable_kafka = False


class _App(faust.App):
    BootStrategy = _Boot

    async def on_first_start(self) -> None:
        """Make no directories for tables: there are none."""


def host(
    services: Sequence[ServiceT],
    *,
    name: str,
    health: Health,
    port: int | None,
    brokers: str,
) -> int:
    """Run services until SIGTERM or SIGINT, or until one of them dies.

    Returns the exit status: 0 after a signal, 1 when a service died. `port` (loopback only)
    serves /live, /ready and /metrics; None serves nothing.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = faust.Worker(
        _app(name, health, port, brokers),
        *services,
        loop=loop,
        quiet=True,
        override_logging=False,
        redirect_stdouts=False,
    )
    worker.spinner = None  # it writes to the terminal between the log's lines
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        asyncio.set_event_loop(None)


def _app(name: str, health: Health, port: int | None, brokers: str) -> faust.App:
    app = _App(
        name,
        broker=[f"kafka://{broker}" for broker in brokers.split(",")],
        web_enabled=port is not None,
        autodiscover=False,
    )
    if port is not None:
        app.web_server(OperatorPort(health, port))
    return app
