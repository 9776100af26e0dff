"""What an operator asks of a process, on loopback: alive, ready, and its metrics."""

from aiohttp import web
from mode import Service
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ullage.engine.errors import PortTaken
from ullage.health import Health

_LOOPBACK = "127.0.0.1"


class OperatorPort(Service):
    """GET /live, /ready (503 with the reasons while something waits) and /metrics."""

    def __init__(self, health: Health, port: int) -> None:
        super().__init__()
        self._health = health
        self._port = port
        pages = web.Application()
        pages.router.add_get("/live", self._live)
        pages.router.add_get("/ready", self._ready)
        pages.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(pages, access_log=None)

    async def on_start(self) -> None:
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, _LOOPBACK, self._port).start()
        except OSError as reason:
            raise PortTaken(self._port, str(reason)) from reason

    async def on_stop(self) -> None:
        await self._runner.cleanup()

    async def _live(self, request: web.Request) -> web.Response:
        """Answering is being alive: a part that dies takes the process with it."""
        return web.json_response({"live": True})

    async def _ready(self, request: web.Request) -> web.Response:
        ready = self._health.is_ready
        waiting = {part: reason for part, reason in self._health.waiting.items() if reason}
        body = {"ready": ready, "waiting": waiting}
        return web.json_response(body, status=200 if ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
