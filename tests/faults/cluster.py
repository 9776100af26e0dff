"""The service as it is run: a broker, a database, and workers that a supervisor keeps alive."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic, time

import psutil
from kafka import KafkaProducer
from kafka.errors import KafkaError

from tests.faults.history import History, Reader, read_tables
from tests.faults.poison import at_every_partition
from tests.faults.progress import Progress
from tests.faults.servers import TwoDoorBroker, free_port, process_in
from tests.faults.traffic import Sent, Trade
from tests.faults.worker import Life, Worker
from ullage.local import LocalDatabase

PARTITIONS = 4
ENGINES = ("intake", "shipments", "builds", "ledger")
PROCESSORS = (*ENGINES, "sink")
WITHIN_SECONDS, AFTER_A_BROKER_SECONDS = 30.0, 60.0
"""I5: how long it may take to recover without hands."""
_SETTINGS = {"sink": {"ULLAGE_BATCH_SIZE": "1000"}}
"""It has some seven records to write for each that the others have to read."""
_PACE_SECONDS, _AT_ONCE = 0.05, 5


class NotRecovered(AssertionError):
    """Not everything that was sent has been applied in time."""


class Cluster:
    """Everything of one history. `recoveries` are the seconds each fault took to get over."""

    def __init__(self, data: Path, seed: int) -> None:
        self.data, self.seed = data, seed
        self.chance = random.Random(seed)
        self.trade = Trade(seed)
        self.recoveries: dict[str, list[float]] = {}
        # Of their own, as what is started again has to be found where it was.
        self.broker = TwoDoorBroker(data, free_port())
        self.database = LocalDatabase(data, free_port())
        self.workers: dict[str, Worker] = {}
        self._sent = 0
        # Not of the trade's time: a producer whose last record is older than a day is forgotten
        # when a broker that was killed reads its log, and what it sends again is there twice.
        self._begun_ms = int(time() * 1_000)
        self._ends = ExitStack()

    def start(self) -> None:
        """Start the servers and the workers; what the trade is based on is in the log then."""
        for server in (self.broker, self.database):
            self._ends.callback(server.stop)
            server.start()
        for server in (self.broker, self.database):
            server.wait()
        self._command("topics")
        self._command("migrate")
        self._producer = self._connect()
        brokers, database = self.broker.bootstrap, self.database.url
        self.reader = Reader(brokers)
        self.progress = Progress(brokers, database, self.reader)
        for client in (self._producer, self.reader, self.progress):
            self._ends.callback(client.close)
        for processor in PROCESSORS:
            self.worker(processor).start()
        self.send(at_every_partition(PARTITIONS))
        self.send(self.trade.settings())
        self.drained("start", AFTER_A_BROKER_SECONDS)

    def close(self) -> None:
        for worker in self.workers.values():
            worker.destroy()
        self._ends.close()

    @property
    def broker_process(self) -> psutil.Process:
        return process_in(self.data / "kafka")

    @property
    def database_process(self) -> psutil.Process:
        return process_in(self.data / "postgres")

    def worker(self, processor: str, name: str = "one") -> Worker:
        """The worker of a name; made, not started, when it is first asked for."""
        known = f"{processor}-{name}"
        if known not in self.workers:
            command = ("-m", "ullage.cli", "worker", processor, "--name", name)
            settings = self.settings() | _SETTINGS.get(processor, {})
            log = self.data / f"{known}.log"
            self.workers[known] = Worker(known, command, settings, log)
        return self.workers[known]

    def settings(self) -> dict[str, str]:
        """Small batches: a fault has more of them to fall between."""
        return {
            "ULLAGE_KAFKA": self.broker.bootstrap,
            "ULLAGE_DATABASE": self.database.url,
            "ULLAGE_DATA": str(self.data / "workers"),
            "ULLAGE_PARTITIONS": str(PARTITIONS),
            "ULLAGE_BATCH_SIZE": "50",
            "ULLAGE_HEALTH_PORT": "0",
        }

    def restart(self, processor: str, *lives: Life) -> Worker:
        """Stop a worker in order, and let it live these lives before its usual one."""
        worker = self.worker(processor)
        worker.stop()
        worker.start(*lives)
        return worker

    def redirect(self, *processors: str, **settings: str) -> None:
        """Stop workers in order and start them with other settings, which hold from then on."""
        for processor in processors:
            worker = self.worker(processor)
            worker.stop()
            worker.settings |= settings
            worker.start()

    def send(self, records: Iterable[Sent]) -> None:
        """Append records and wait until the broker has them all."""
        for sent in [self._append(record) for record in records]:
            sent.get(60)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Trade goes on, while the `with` lasts, at about 100 events a second."""
        closing, failures = Event(), []

        def flow() -> None:
            try:
                while not closing.wait(_PACE_SECONDS):
                    self.send(self.trade.records(_AT_ONCE))
            except KafkaError as reason:
                failures.append(reason)

        thread = Thread(target=flow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            closing.set()
            thread.join()
        assert not failures, f"the traffic broke off: {failures}"

    def moment(self, most_seconds: float) -> None:
        """Let a random time pass: faults come when they like."""
        Event().wait(self.chance.uniform(0.05, most_seconds))

    def until(self, what: str, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for a state; what was waited for is said when it does not come."""
        deadline = monotonic() + seconds
        while not holds():
            if monotonic() > deadline:
                raise NotRecovered(f"{what}: not within {seconds} s\n{self.logs()}")
            Event().wait(0.05)

    def drained(self, fault: str, seconds: float = WITHIN_SECONDS) -> None:
        """Wait until all that was sent is applied and in PostgreSQL, and note how long."""
        began = monotonic()
        while behind := self.progress.behind():
            if monotonic() - began > seconds:
                raise NotRecovered(
                    f"{fault} (seed {self.seed}): {behind} after {seconds} s\n{self.logs()}"
                )
        self.recoveries.setdefault(fault, []).append(monotonic() - began)

    def history(self) -> History:
        """All there is, once `drained`."""
        self.reader.history.tables = asyncio.run(read_tables(self.database.url))
        return self.reader.history

    def logs(self) -> str:
        """The end of each worker's log; all of them are in `data`."""
        ends = (
            f"--- {worker.name}: {worker.said()[-600:]}" for worker in self.workers.values()
        )
        return "\n".join((f"logs in {self.data}, seed {self.seed}", *ends))

    def _append(self, record: Sent) -> object:
        """The trace and the timestamp are unlike any other's."""
        self._sent += 1
        trace = f"00-{self._sent:032x}-{self.seed:016x}-01"
        return self._producer.send(
            record.topic,
            record.value,
            record.key,
            headers=[("traceparent", trace.encode()), ("fate", record.fate.encode())],
            partition=record.partition,
            timestamp_ms=self._begun_ms + self._sent,
        )

    def _connect(self) -> KafkaProducer:
        """Idempotent: what is sent twice must be the traffic's own doing."""
        return KafkaProducer(
            bootstrap_servers=self.broker.bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=5,
            max_request_size=13 * 1024 * 1024,
            delivery_timeout_ms=120_000,
        )

    def _command(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "ullage.cli", *arguments],
            env=os.environ | self.settings(), cwd=self.data, check=True, timeout=120,
        )  # fmt: skip
