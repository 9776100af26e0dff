"""A stretch of network between clients and broker that a test can cut, reset and slow down."""

import asyncio
import socket
import struct
from collections.abc import Coroutine
from contextlib import suppress
from threading import Thread
from typing import TypeVar

_CHUNK_BYTES = 64 * 1024
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: a close sends a reset

T = TypeVar("T")


class Proxy:
    """Passes bytes on to a port of this machine, in a thread of its own."""

    def __init__(self, target: int) -> None:
        self.delay_seconds = 0.0
        """How long each chunk is held back; 0 passes it on at once."""
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self, reset: bool = False) -> int:
        """Close all connections, in order or with a reset; return how many there were."""
        return self._run(self._cut(reset))

    def close(self) -> None:
        self._server.close()
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connect, "127.0.0.1", 0)

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            there, away = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass_on(reader, away), self._pass_on(there, writer))

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._writers.add(writer)
        with suppress(OSError):  # cut
            while chunk := await reader.read(_CHUNK_BYTES):
                await asyncio.sleep(self.delay_seconds)
                writer.write(chunk)
                await writer.drain()
        self._writers.discard(writer)
        writer.close()

    async def _cut(self, reset: bool) -> int:
        writers = list(self._writers)
        for writer in writers:
            if reset:
                plug: socket.socket = writer.get_extra_info("socket")
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            writer.transport.abort()
        return len(writers) // 2
