"""The engine: one step in a thread of its own, from its start to its stop."""

from dataclasses import replace
from threading import Event

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from ullage.engine.changelog import inspect_inputs
from ullage.engine.config import EngineConfig
from ullage.engine.errors import EngineError, Stopped
from ullage.engine.namesake import PlaceInGroup
from ullage.engine.recovery import Recovery
from ullage.engine.report import Report
from ullage.engine.session import Session
from ullage.health import Health
from ullage.step import Step


class Engine:
    """Runs one step, exactly once: `run` blocks its thread until `stop`, or raises.

    What may heal (a broker away, a session it ended, a full disk) ends the session; the next
    one begins where the last commit has left all.
    """

    def __init__(self, step: Step, config: EngineConfig, health: Health) -> None:
        self.name = step.name
        self._step = step
        self._config = config
        self._report = Report(step.name, health)
        self._stop = Event()
        self._place = PlaceInGroup(step.name, config)

    def stop(self) -> None:
        """Ask the thread to end after its batch; may be called from any thread."""
        self._stop.set()

    def run(self) -> None:
        """Process until stopped.

        Raises EngineError, or KafkaException for what the broker refuses for good. Whatever was
        not committed is then as if it had never been.
        """
        recovery = Recovery(self.name, self._stop, self._report.interrupted)
        try:
            self._live(recovery)
            while not self._stop.is_set():
                self._live(recovery, again=True)
        except Stopped:
            pass
        except (EngineError, KafkaException) as reason:
            self._report.failed(reason)
            raise

    def _live(self, recovery: Recovery, again: bool = False) -> None:
        """Have one session until it ends, and wait for the next to be worth a try.

        The first takes the name over from a former run. A later one must not take it from a
        namesake that came meanwhile: the two would shut each other out for ever.
        """
        recovery.begin()
        try:
            self._report.begins("looking for its topics")
            admin = AdminClient(self._config.admin())
            inputs = inspect_inputs(admin, self._step)
            if again:
                self._place.make_sure(admin, self._stop)
            session = Session(
                self._step,
                replace(self._config, crash_at="") if again else self._config,
                inputs,
                self._place,
                self._report,
                self._stop.is_set,
            )
            self._work(session, recovery)
        except (EngineError, KafkaException) as reason:
            recovery.after(reason)

    def _work(self, session: Session, recovery: Recovery) -> None:
        try:
            session.open()
            while not self._stop.is_set():
                if session.turn():
                    recovery.well()
        finally:
            session.close()
