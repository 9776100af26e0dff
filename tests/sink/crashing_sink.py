"""A sink in a process of its own, killed with -9 at a named point of its nth batch.

`inside`: rows are in the transaction, which is not committed. `committed`: the rows are there,
but Kafka's group does not know.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from types import ModuleType

import ullage.sink.session
import ullage.sink.write
from ullage.health import Health
from ullage.sink.service import SinkService
from ullage.sink.session import SinkConfig

POINTS = {
    "inside": (ullage.sink.write, "_insert_facts"),
    "committed": (ullage.sink.session, "write"),
}


def kill_after(module: ModuleType, name: str, passages: int) -> None:
    """Have the process die once this function has returned for the nth time."""
    call: Callable[..., Awaitable[object]] = getattr(module, name)
    left = passages

    async def deadly(*arguments: object) -> object:
        nonlocal left
        result = await call(*arguments)
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, deadly)


async def main(brokers: str, database: str, *crash: str) -> None:
    if crash:
        kill_after(*POINTS[crash[0]], int(crash[1]))
    service = SinkService(SinkConfig(brokers, database, batch_records=50), Health())
    await service.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
