"""Whose a data directory is: one lock for who starts a server, one for the server itself."""

import fcntl
import os
import time
from pathlib import Path

from ullage.local.errors import DirectoryInUse, DirectoryUnusable

_POLL_SECONDS = 0.05


class DirectoryLock:
    """Two locked files beside `data`.

    `data`.starter dies with the process that starts the server. `data`.server is inherited by
    the server and all its children: it is free exactly when none of them runs, however they
    ended, so whatever else they left in `data` is stale. Numbers of processes tell neither:
    they are given again, and a killed process keeps its own until someone asks after it.
    """

    def __init__(self, server: str, data: Path) -> None:
        self._server, self._data = server, data
        self._held: list[int] = []

    def take(self, timeout_seconds: float) -> None:
        """Take both; waits for a server whose starter died, as its guard is stopping it.

        Raises DirectoryInUse, DirectoryUnusable.
        """
        try:
            self._data.parent.mkdir(parents=True, exist_ok=True)
            self._lock("starter", 0)
            self._lock("server", timeout_seconds)
        except OSError as reason:
            raise DirectoryUnusable(self._data.parent, reason) from reason

    def release(self) -> None:
        """Give back what is held."""
        while self._held:
            os.close(self._held.pop())

    @property
    def inherited(self) -> tuple[int]:
        """The descriptor that the server has to keep open."""
        _, server = self._held
        return (server,)

    def _lock(self, whose: str, timeout_seconds: float) -> None:
        path = self._data.with_name(f"{self._data.name}.{whose}")
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._held.append(file)
        deadline = time.monotonic() + timeout_seconds
        while not _try_lock(file):
            if time.monotonic() > deadline:
                holder = int(os.pread(file, 20, 0) or b"0")
                self.release()
                raise DirectoryInUse(self._server, self._data, holder)
            time.sleep(_POLL_SECONDS)
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
