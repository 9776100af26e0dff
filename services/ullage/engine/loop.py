"""The engine: one step in a thread of its own, from its start to its stop."""

from threading import Event

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from ullage.engine.changelog import inspect_inputs
from ullage.engine.config import EngineConfig
from ullage.engine.errors import EngineError, Stopped
from ullage.engine.report import Report
from ullage.engine.session import Session
from ullage.health import Health
from ullage.step import Step


class Engine:
    """Runs one step, exactly once: `run` blocks its thread until `stop`, or raises."""

    def __init__(self, step: Step, config: EngineConfig, health: Health) -> None:
        self.name = step.name
        self._step = step
        self._config = config
        self._report = Report(step.name, health)
        self._stop = Event()

    def stop(self) -> None:
        """Ask the thread to end after its batch; may be called from any thread."""
        self._stop.set()

    def run(self) -> None:
        """Process until stopped.

        Raises EngineError, or KafkaException for what the broker refuses for good. Whatever was
        not committed is then as if it had never been.
        """
        try:
            self._run()
        except Stopped:
            pass
        except (EngineError, KafkaException) as reason:
            self._report.failed(reason)
            raise

    def _run(self) -> None:
        self._report.waiting("looking for its topics")
        inputs = inspect_inputs(AdminClient(self._config.admin()), self._step)
        session = Session(self._step, self._config, inputs, self._report, self._stop.is_set)
        try:
            session.open()
            while not self._stop.is_set():
                session.turn()
        finally:
            session.close()
