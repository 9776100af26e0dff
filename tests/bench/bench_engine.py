"""Events per second of the engine with a toy step, beside Quix Streams with the same job.

Count per key and say the count: one input topic filled beforehand, one output per event,
exactly once, state on disk with a changelog. Both run as a process of their own, one after
the other, on the same topic and broker. The rate is taken from the first commit seen to the
last but one: neither the start counts, nor the wait for the last commit's turn. Nothing is
asserted: figures depend on the machine.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import uuid
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from confluent_kafka import Producer
from kafka import KafkaAdminClient
from kafka.errors import RetriableError
from rich.console import Console

from ullage.engine.config import group_of
from ullage.local import LocalBroker

QUIX = "quixstreams==3.28.1"
QUIX_HOME = Path("~/.cache/ullage/bench-quix").expanduser()
HERE = Path(__file__).parent
PARTITIONS = 8
KEYS = 5_000

console = Console()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=2_000_000)
    events: int = arguments.parse_args().events
    quix = quix_python()
    with broker() as brokers, tempfile.TemporaryDirectory() as directory:
        source = f"bench-{uuid.uuid4().hex[:6]}"
        fill(brokers, source, events)
        rates = []
        for label, python, script, name, group in (
            ("ullage engine", sys.executable, "engine_toy.py", source, group_of(source)),
            (QUIX, quix, "quix_toy.py", f"{source}-quix", f"{source}-quix"),
        ):
            target = f"{name}-counted"
            create(brokers, target)
            job = [python, str(HERE / script), brokers, name, source, target, directory]
            rates.append(measure(brokers, group, events, job))
            console.print(f"{label:22} {rates[-1]:10,.0f} events/s")
    console.print(f"ratio                  {rates[0] / rates[1]:10.2f}")


def quix_python() -> str:
    """The Python of Quix Streams' own environment, made once: it pins an older client."""
    python = QUIX_HOME / "bin" / "python"
    made = QUIX_HOME / QUIX
    if not made.exists():
        console.print(f"installing {QUIX} into {QUIX_HOME}")
        venv.create(QUIX_HOME, clear=True, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", QUIX], check=True)
        made.touch()
    return str(python)


@contextmanager
def broker() -> Iterator[str]:
    """The broker ULLAGE_KAFKA names, else one of our own."""
    if given := os.environ.get("ULLAGE_KAFKA"):
        yield given
        return
    with tempfile.TemporaryDirectory() as directory:
        local = LocalBroker(Path(directory))
        local.start()
        try:
            local.wait()
            yield local.bootstrap
        finally:
            local.stop()


def create(brokers: str, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    admin.create_topics({topic: {"num_partitions": PARTITIONS}}, wait_for_metadata=True)
    admin.close()


def fill(brokers: str, topic: str, events: int) -> None:
    create(brokers, topic)
    producer = Producer({"bootstrap.servers": brokers, "partitioner": "murmur2_random"})
    for start in range(0, events, 50_000):
        batch = [
            {"key": b"sku-%d" % (number * 7919 % KEYS), "value": b"1"}
            for number in range(start, min(start + 50_000, events))
        ]
        producer.produce_batch(topic, batch)
        producer.flush()


def measure(brokers: str, group: str, events: int, job: list[str]) -> float:
    """Run a job until it has committed all events; return events per second."""
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    commits: list[tuple[float, int]] = [(perf_counter(), 0)]
    with subprocess.Popen(job, stdout=subprocess.DEVNULL) as process:
        try:
            while commits[-1][1] < events:
                if process.poll() is not None:
                    raise SystemExit(f"{job[1]} ended with {process.returncode}")
                done = committed(admin, group)
                if done > commits[-1][1]:
                    commits.append((perf_counter(), done))
                sleep(0.05)
        finally:
            process.send_signal(signal.SIGTERM)
            admin.close()
    if len(commits) < 4:
        raise SystemExit("too few commits to take a rate from: give it more --events")
    (began, first), (ended, last) = commits[1], commits[-2]
    return (last - first) / (ended - began)


def committed(admin: KafkaAdminClient, group: str) -> int:
    """How many events a group has committed; the topic begins with offset 0."""
    try:
        offsets = admin.list_group_offsets(group)[group]
    except RetriableError:
        return 0
    return sum(max(0, one.offset) for one in offsets.values())


if __name__ == "__main__":
    main()
