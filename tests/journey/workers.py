"""A worker as an operator runs it: a process of its own, ended by a signal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def working(kafka: str, data: Path, name: str, *steps: str, **more: str) -> Iterator[str]:
    """Run these processors while the `with` lasts; `more` are settings. The brokers."""
    environment = os.environ | {
        "ULLAGE_KAFKA": kafka,
        "ULLAGE_DATA": str(data),
        "ULLAGE_HEALTH_PORT": "0",
        **more,
    }
    job = [sys.executable, "-m", "ullage.cli", "worker", *steps, "--name", name]
    with subprocess.Popen(job, env=environment, cwd=data) as process:
        try:
            yield kafka
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
