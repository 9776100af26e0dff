"""A worker process and its supervisor: what dies is started again at once, until it is told."""

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import NamedTuple

import psutil

ROOT = Path(__file__).parents[2]


class Life(NamedTuple):
    """How a process is run once: more settings, or another command."""

    settings: Mapping[str, str] = MappingProxyType({})
    command: Sequence[str] = ()


class Worker:
    """Processors under one name; `ends` are the statuses it ended with since its `start`."""

    def __init__(self, name: str, command: Sequence[str], settings: dict[str, str], log: Path):
        self.name, self.settings, self.log = name, settings, log
        self.ends: list[int] = []
        self._command = command
        self._lives: deque[Life] = deque()
        self._stopping = True
        self._supervisor: Thread | None = None

    def start(self, *lives: Life) -> None:
        """Run it: these lives first, one after the other, then as ever."""
        self._lives, self.ends = deque(lives), []
        self._stopping = False
        self._launch()
        self._supervisor = Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def kill(self) -> None:
        """Kill it as it is; the supervisor starts another."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def stop(self, seconds: float = 30) -> None:
        """End it as an operator does; it must end in order, if it has begun at all."""
        self._stopping = True
        self.signal(signal.SIGTERM)
        status = self._process.wait(seconds)
        assert status in (0, -signal.SIGTERM), f"{self.name}: {self.said()[-2000:]}"
        self._end_supervision()

    def destroy(self) -> None:
        """End it in whatever way, for good."""
        self._stopping = True
        if self._supervisor is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            self._end_supervision()

    def is_asleep(self) -> bool:
        return psutil.Process(self._process.pid).status() == psutil.STATUS_STOPPED

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _end_supervision(self) -> None:
        if self._supervisor is not None:
            self._supervisor.join()

    def _supervise(self) -> None:
        while True:
            self.ends.append(self._process.wait())
            if self._stopping:
                return
            self._launch()

    def _launch(self) -> None:
        life = self._lives.popleft() if self._lives else Life()
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, *(life.command or self._command)],
                cwd=ROOT,
                env={**os.environ, **self.settings, **life.settings},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
