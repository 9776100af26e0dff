"""What a worker shows on its port."""

import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from time import monotonic

from tests.engine.fleet import Worker


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body of a page of the worker's port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def await_ready(worker: Worker, port: int) -> None:
    """Wait until the worker says that it is ready."""
    _await(worker, port, 200, "")


def await_unready(worker: Worker, port: int, reason: str) -> None:
    """Wait until the worker says that it is not ready, with a reason."""
    _await(worker, port, 503, reason)


def _await(worker: Worker, port: int, status: int, text: str) -> None:
    deadline = monotonic() + 60
    while (shown := get(port, "/ready"))[0] != status or text not in shown[1]:
        assert worker.lives, worker.said()[-2000:]
        assert monotonic() < deadline, f"{shown}: {worker.said()[-2000:]}"
        with suppress(subprocess.TimeoutExpired):
            worker.process.wait(0.05)
