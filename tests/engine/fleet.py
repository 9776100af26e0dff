"""Toy workers as processes of their own, and the topics they work on."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import MemberToRemove
from kafka.errors import RetriableError
from kafka.structs import OffsetAndMetadata

from tests.engine.toy import Counter
from ullage.engine.config import EngineConfig, group_of
from ullage.engine.loop import Engine
from ullage.health import Health
from ullage.topics import changelog_of

ROOT = Path(__file__).parents[2]


class Fleet:
    """Workers of one toy step over topics of its own.

    `reached_by`: where the workers find the broker, if not where the test does.
    """

    def __init__(
        self, brokers: str, data: Path, partitions: int = 4, reached_by: str = ""
    ) -> None:
        self.brokers = brokers
        self.reached_by = reached_by or brokers
        self.data = data
        self.partitions = partitions
        self.topic = f"toy-{uuid.uuid4().hex[:8]}"
        self.step = f"toy-{self.topic}"
        self.counted = f"{self.topic}.counted"
        self.dead = f"{self.topic}.dead"
        self.state_format = 1
        self.changelog = changelog_of(self.step, self.topic).name
        self.workers: list[Worker] = []
        self._admin = KafkaAdminClient(bootstrap_servers=brokers)
        self.create(self.topic, self.counted, self.dead)

    def create(self, *topics: str) -> None:
        self._admin.create_topics(
            {
                topic: {"num_partitions": self.partitions, "replication_factor": 1}
                for topic in topics
            },
            wait_for_metadata=True,
        )

    def delete(self, *topics: str) -> None:
        """Delete topics and wait until they are gone."""
        self._admin.delete_topics(list(topics))
        while set(topics) & set(self._admin.list_topics()):
            self.pause()

    def grow(self) -> None:
        """Give the input one partition more."""
        self._admin.create_partitions({self.topic: self.partitions + 1})

    def lose_records(self) -> None:
        """Delete all records of the input."""
        places = [TopicPartition(self.topic, number) for number in range(self.partitions)]
        self._admin.delete_records(dict.fromkeys(places, -1))

    def expel(self, name: str) -> None:
        """Take a stopped worker out of the group; it would stay until its session ends."""
        member = MemberToRemove(group_instance_id=name)
        self._admin.remove_group_members(group_of(self.step), [member])

    def set_back(self, partition: int, offset: int) -> None:
        """Change the group's offset by hand."""
        offsets = {TopicPartition(self.topic, partition): OffsetAndMetadata(offset, "", -1)}
        self._admin.alter_group_offsets(group_of(self.step), offsets)

    def forget_offsets(self) -> None:
        """Delete the consumer group, as a broker does with one unused for long."""
        self._admin.delete_groups([group_of(self.step)])

    def send(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Append records (key, value) to the input and wait until all are there."""
        producer = KafkaProducer(bootstrap_servers=self.brokers, linger_ms=20)
        sent = [producer.send(self.topic, key=key, value=value) for key, value in records]
        producer.flush()
        for one in sent:
            one.get(10)
        producer.close()

    def start(self, name: str, **environment: str) -> "Worker":
        worker = Worker(self, name, environment)
        self.workers.append(worker)
        return worker

    def committed(self) -> dict[int, int]:
        """The group's offset of each partition that has one."""
        group = group_of(self.step)
        try:
            offsets = self._admin.list_group_offsets(group)[group]
        except RetriableError:  # a new broker has yet to choose the group's coordinator
            return {}
        return {
            place.partition: offset.offset
            for place, offset in offsets.items()
            if isinstance(place, TopicPartition) and offset.offset >= 0
        }

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
        self._admin.close()

    def engine(self, name: str = "one") -> Engine:
        """An engine to run in this process."""
        config = EngineConfig(
            self.brokers, name, self.data / "stores", batch_records=500, restore_timeout_s=1
        )
        step = Counter(self.step, self.topic)
        step.state_format = self.state_format
        return Engine(step, config, Health())

    def pause(self) -> None:
        """Leave the processor to the workers for a moment, or until one of them ends."""
        running = [worker for worker in self.workers if worker.process.poll() is None]
        with suppress(subprocess.TimeoutExpired):
            if running:
                running[-1].process.wait(0.05)


class Worker:
    """One process; its log is in `log`."""

    def __init__(self, fleet: Fleet, name: str, environment: dict[str, str]) -> None:
        self.name = name
        self.log = fleet.data / f"{name}-{uuid.uuid4().hex[:6]}.log"
        stores = environment.pop("stores", "stores")
        arguments = [fleet.reached_by, name, str(fleet.data / stores), fleet.topic]
        port = environment.pop("port", "0")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.engine.toy_worker", *arguments, port],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)

    def freezes(self) -> None:
        """Wait until it has stopped itself at a crash point."""
        told = os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        assert told is not None
        assert told.si_code == os.CLD_STOPPED, f"it ended: {self.said()[-2000:]}"

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> int:
        """End it as an operator does; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def dies(self, seconds: float = 60) -> int:
        """Wait until it ends by itself; return its exit status (-9: killed)."""
        return self.process.wait(seconds)

    def says(self, text: str, seconds: float = 60, times: int = 1) -> None:
        """Wait until its log has a text, so many times."""
        deadline = monotonic() + seconds
        while self.said().count(text) < times:
            assert monotonic() < deadline, f"never said {text!r}: {self.said()[-2000:]}"
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)

    def gets_partitions(self) -> None:
        self.says('"event": "partition_assigned"')

    def said(self) -> str:
        return self.log.read_text()
