"""The worker processes of `ullage up`: started under a guard, watched, stopped in order."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from ullage.cli.failure import Refused
from ullage.local import guard

GRACE_SECONDS = 20
_POLL_SECONDS = 0.1
_SHOWN_LINES = 12


class Worker:
    """One `ullage worker` process; its guard stops it however this process ends."""

    def __init__(self, processors: Sequence[str], data: Path) -> None:
        self.processors = processors
        self.name = "-".join(processors)
        self.log = data / "logs" / f"{self.name}.log"
        self.health_port = 0
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str]) -> None:
        self.health_port = _free_port()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        watch = [sys.executable, "-I", "-S", guard.__file__]
        stop = [str(int(signal.SIGTERM)), str(GRACE_SECONDS), "-"]
        command = [sys.executable, "-m", "ullage.cli", "worker", *self.processors]
        with self.log.open("ab") as log:
            self._guard = subprocess.Popen(
                [*watch, *stop, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**environment, "ULLAGE_HEALTH_PORT": str(self.health_port)},
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise Refused when the process has ended by itself, with the end of its log."""
        if self._guard is not None and (status := self._guard.poll()) is not None:
            lines = self.log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:]
            said = "\n".join(lines) or "(it said nothing)"
            raise Refused(
                f"the worker of {', '.join(self.processors)} ended with status {status}; "
                f"the end of {self.log}:\n{said}"
            )

    def is_ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.health_port}/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):  # refused while it starts, 503 while it waits
            return False

    def ask_to_stop(self) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()

    def stop(self) -> None:
        """Stop the process and wait for it; nothing to do when it does not run."""
        self.ask_to_stop()
        if self._guard is not None:
            self._guard.wait()
            self._guard = None


class Workers:
    """All worker processes of one `ullage up`, in the order of the flow."""

    def __init__(self, groups: Sequence[Sequence[str]], data: Path) -> None:
        self.workers = [Worker(processors, data) for processors in groups]

    def start(self, settings: Mapping[str, str]) -> None:
        for worker in self.workers:
            worker.start({**os.environ, **settings})

    def check(self) -> None:
        for worker in self.workers:
            worker.check()

    def wait_until_ready(self, timeout_seconds: float = 90) -> None:
        """Return when each has restored its state and caught its partitions. Raises Refused."""
        deadline = time.monotonic() + timeout_seconds
        for worker in self.workers:
            while not worker.is_ready():
                self.check()
                if time.monotonic() > deadline:
                    raise Refused(
                        f"the worker of {', '.join(worker.processors)} is not ready after "
                        f"{timeout_seconds:.0f} s; see {worker.log}"
                    )
                time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Ask all at once, wait for each; what one has not read, it reads at the next start."""
        for worker in self.workers:
            worker.ask_to_stop()
        for worker in self.workers:
            worker.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
