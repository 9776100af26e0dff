"""An engine as a service of the process: its thread lives and dies with it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from mode import Service

from ullage.engine.loop import Engine


class EngineService(Service):
    """Runs an engine in a thread of its own; when that ends unasked, the process ends too."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"engine-{engine.name}")
        self._run: asyncio.Future[None] | None = None

    async def on_start(self) -> None:
        self._run = asyncio.get_running_loop().run_in_executor(self._thread, self._engine.run)

    @Service.task
    async def _watch(self) -> None:
        """Let the thread's error become the service's: it would be lost with the thread."""
        if self._run is not None:
            await asyncio.shield(self._run)

    async def on_stop(self) -> None:
        """Wait for the batch at hand to be committed or taken back."""
        self._engine.stop()
        if self._run is not None:
            await asyncio.wait({self._run})
        self._thread.shutdown()
