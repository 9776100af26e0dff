"""What the broker and the database have in common: a guarded process on a locked directory."""

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from ullage.local.errors import PortTaken, ServerFailed
from ullage.local.lock import DirectoryLock

HOST = "127.0.0.1"
_GUARD = Path(__file__).with_name("guard.py")
_GRACE_SECONDS = 30
_POLL_SECONDS = 0.05
_LOG_LINES = 15
# Below the range that outgoing connections take theirs from, so that none is lost to one
# between the look and the server's own bind.
_PORTS = range(20_000, 32_000)


class Progress(Protocol):
    """Told what goes on; of `total` parts `done` are over (0 of 0: it cannot be counted)."""

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None: ...


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """The progress of a start nobody watches."""


class Owner(NamedTuple):
    """The user a server runs as, where that is not the one who starts it."""

    uid: int
    gid: int


def port_for(server: str, wanted: int | None, option: str) -> int:
    """Return the port if it is free, or any free one when none is wanted.

    Raises PortTaken.
    """
    if wanted:
        if not _is_free(wanted):
            raise PortTaken(server, wanted, option)
        return wanted
    return next(filter(_is_free, random.sample(_PORTS, len(_PORTS))))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port whose last connections linger is free to listen on.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class Server:
    """One server on `data`, logging to `data`.log: lock, prepare, launch, wait, stop."""

    def __init__(self, name: str, data: Path, stop_signal: signal.Signals) -> None:
        self.name, self.data, self._stop_signal = name, data, stop_signal
        self.log = data.with_name(f"{data.name}.log")
        self._lock = DirectoryLock(name, data)
        self._guard: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def lock(self) -> None:
        """Take the directory. Raises DirectoryInUse, DirectoryUnusable."""
        self._lock.take(_GRACE_SECONDS)

    def prepare(
        self,
        directory: Path,
        command: Sequence[str],
        environment: Mapping[str, str],
        owner: Owner | None = None,
        said: str = "",
    ) -> None:
        """Run a command to its end in the directory, `said` on its input; `lock` came before.

        Raises ServerFailed.
        """
        done = subprocess.run(
            command, input=said, cwd=directory, env=environment, pass_fds=self._lock.inherited,
            user=owner and owner.uid, group=owner and owner.gid,
            extra_groups=[] if owner else None, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            reply = (done.stdout + done.stderr).strip()
            failed = f"could not be prepared: status {done.returncode}"
            raise ServerFailed(self.name, failed, f"{command[0]} said:\n{reply}")

    def launch(
        self, command: Sequence[str], environment: Mapping[str, str], owner: Owner | None = None
    ) -> None:
        """Start the command in `data`, under its guard; `lock` came before."""
        user = f"{owner.uid}:{owner.gid}" if owner else "-"
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_GUARD),
                 str(int(self._stop_signal)), str(_GRACE_SECONDS), user, *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.data,
                env=environment, start_new_session=True, pass_fds=self._lock.inherited,
            )  # fmt: skip

    def wait(self, answers: Callable[[], bool], timeout_seconds: float = 120) -> None:
        """Return once the server answers. Raises ServerFailed when it ended or does not."""
        deadline = time.monotonic() + timeout_seconds
        while not answers():
            self.check()
            if time.monotonic() > deadline:
                raise self._failed(f"did not answer within {timeout_seconds:.0f} s")
            time.sleep(_POLL_SECONDS)

    def check(self) -> None:
        """Raise ServerFailed if the server has ended by itself."""
        if self._guard is not None and (status := self._guard.poll()) is not None:
            raise self._failed(f"ended with status {status}")

    def stop(self) -> None:
        """Stop the server in order and free the directory; nothing to do when it is stopped."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()
            self._guard = None
        self._lock.release()

    def _failed(self, what: str) -> ServerFailed:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").splitlines()
        tail = "\n".join(lines[-_LOG_LINES:]) or "(nothing)"
        return ServerFailed(self.name, what, f"the end of its log, {self.log}:\n{tail}")
