"""The worker processes of `ullage up`: under a guard, kept alive, stopped in order."""

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
_SHORT_LIVES, _LONG_SECONDS = 5, 60.0  # after so many lives that were shorter: given up


class Lives:
    """How long a process lived of late: when it is started again, and when it is given up."""

    def __init__(self) -> None:
        self._began = self._ended = 0.0
        self._short = 0

    def begin(self) -> None:
        self._began = time.monotonic()

    def end(self) -> None:
        self._ended = time.monotonic()
        lived_long = self._ended - self._began >= _LONG_SECONDS
        self._short = 0 if lived_long else self._short + 1

    @property
    def hopeless(self) -> bool:
        return self._short >= _SHORT_LIVES

    @property
    def may_begin(self) -> bool:
        """At once after one short life, then after pauses of 1 s, 2 s, 4 s."""
        pause = 2.0 ** (self._short - 2) if self._short > 1 else 0.0
        return time.monotonic() - self._ended >= pause


class Worker:
    """One `ullage worker` process; its guard stops it however this process ends."""

    def __init__(self, processors: Sequence[str], data: Path) -> None:
        self.processors = processors
        self.name = "-".join(processors)
        self.log = data / "logs" / f"{self.name}.log"
        self.health_port = _free_port()
        self._environment: Mapping[str, str] = {}
        self._guard: subprocess.Popen[bytes] | None = None
        self._lives = Lives()

    def start(self, environment: Mapping[str, str]) -> None:
        self._environment = {**environment, "ULLAGE_HEALTH_PORT": str(self.health_port)}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._launch()

    def look_after(self) -> None:
        """Start the process again when it has ended by itself.

        At once, then after a growing pause. Raises Refused, with the end of its log, when it
        ends again and again.
        """
        if self._guard is None:
            if self._lives.may_begin:
                self._launch()
        elif (status := self._guard.poll()) is not None:
            self._guard = None
            self._lives.end()
            self._tell(f"ended with status {status}")

    def _launch(self) -> None:
        watch = [sys.executable, "-I", "-S", guard.__file__]
        stop = [str(int(signal.SIGTERM)), str(GRACE_SECONDS), "-"]
        command = [sys.executable, "-m", "ullage.cli", "worker", *self.processors]
        self._lives.begin()
        with self.log.open("ab") as log:
            self._guard = subprocess.Popen(
                [*watch, *stop, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )

    def _tell(self, what: str) -> None:
        name = f"the worker of {', '.join(self.processors)}"
        if not self._lives.hopeless:
            print(f"ullage: {name} {what}; it is started again", file=sys.stderr)
            return
        lines = self.log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:]
        said = "\n".join(lines) or "(it said nothing)"
        raise Refused(
            f"{name} {what}, for the {_SHORT_LIVES}th time within a minute of its start; put "
            f"right what it says and start again. The end of {self.log}:\n{said}"
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

    def look_after(self) -> None:
        """Start again those that ended. Raises Refused for one that does so again and again."""
        for worker in self.workers:
            worker.look_after()

    def wait_until_ready(self, timeout_seconds: float = 90) -> None:
        """Return when each has restored its state and caught its partitions. Raises Refused."""
        deadline = time.monotonic() + timeout_seconds
        for worker in self.workers:
            while not worker.is_ready():
                self.look_after()
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
