"""A TCP proxy of the test: between the service and a server, it loses what it is told to.

Runs in a thread with a loop of its own. It cuts and slows all connections; it knows of each
protocol only what a commit looks like, so that it can strike in the middle of one.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from threading import Event, Thread

_CHUNK_BYTES = 64 * 1024
_SLOW_SECONDS = 0.25
_END_TRANSACTION, _OFFSETS = 26, 28  # Kafka's api keys of EndTxn and TxnOffsetCommit
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: closing sends a reset


class Strike(Enum):
    """What happens to a commit, and to the connection it comes on."""

    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    SLOWED = "slowed"


def commits_in_kafka(sent: bytes) -> bool:
    """Say whether a client's bytes begin with the request that ends a transaction."""
    return _asks(sent, _END_TRANSACTION)


def sends_offsets(sent: bytes) -> bool:
    """Say whether a client's bytes begin with the offsets of a transaction."""
    return _asks(sent, _OFFSETS)


def _asks(sent: bytes, api_key: int) -> bool:
    return len(sent) > 6 and int.from_bytes(sent[4:6]) == api_key


def commits_in_postgres(sent: bytes) -> bool:
    return b"COMMIT;" in sent


def nothing_commits(sent: bytes) -> bool:
    return False


class Proxy:
    """Passes on all bytes, but strikes the next `left` commits.

    Each chunk is held back for `delay_seconds`; 0 passes it on at once.
    """

    def __init__(
        self, front: int, behind: int, is_commit: Callable[[bytes], bool] = nothing_commits
    ) -> None:
        self.front, self._behind, self._is_commit = front, behind, is_commit
        self.left, self.delay_seconds = 0, 0.0
        self._strike = Strike.SLOWED
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        listening = Event()
        thread = Thread(target=self._run, args=(listening,), daemon=True)
        thread.start()
        assert listening.wait(10)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._end)
            thread.join()

    def strike(self, what: Strike, times: int) -> None:
        self._strike, self.left = what, times

    def cut(self, reset: bool = True) -> int:
        """Close every connection there is, with a reset or in order; return how many."""
        return asyncio.run_coroutine_threadsafe(self._cut_all(reset), self._loop).result(10)

    def _run(self, listening: Event) -> None:
        asyncio.set_event_loop(self._loop)
        serving = asyncio.start_server(self._serve, "127.0.0.1", self.front)
        self._server = self._loop.run_until_complete(serving)
        listening.set()
        self._loop.run_forever()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _end(self) -> None:
        self._server.close()
        self._cut(self._writers)
        self._loop.stop()

    async def _cut_all(self, reset: bool) -> int:
        count = len(self._writers) // 2
        self._cut(self._writers, reset)
        return count

    def _cut(self, writers: Iterable[asyncio.StreamWriter], reset: bool = True) -> None:
        for writer in tuple(writers):
            line = writer.get_extra_info("socket")
            if reset and not writer.transport.is_closing():
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
            self._writers.discard(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._behind)
        except OSError:
            writer.transport.abort()
            return
        both = writer, far_writer
        self._writers.update(both)
        lost = asyncio.Event()
        try:
            await asyncio.gather(
                self._to_server(reader, far_writer, lost),
                self._to_client(far_reader, writer, lost),
            )
        except OSError:
            pass
        finally:
            self._cut(both)

    async def _to_server(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        while sent := await reader.read(_CHUNK_BYTES):
            if self.left and self._is_commit(sent):
                self.left -= 1
                if self._strike is Strike.REQUEST_LOST:
                    break
                if self._strike is Strike.ANSWER_LOST:
                    lost.set()
                else:
                    await asyncio.sleep(_SLOW_SECONDS)
            await self._pass_on(sent, writer)
        raise ConnectionResetError

    async def _to_client(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        while answered := await reader.read(_CHUNK_BYTES):
            if lost.is_set():
                break
            await self._pass_on(answered, writer)
        raise ConnectionResetError

    async def _pass_on(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.delay_seconds)
        writer.write(chunk)
        await writer.drain()
