"""Workers: a name that runs a step, or the sink, in one process after another."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from confluent_kafka import KafkaException

from tests.simulation.admin import AdminClient
from tests.simulation.life import Finding, Killed, Life
from tests.simulation.log import Place
from ullage.engine.changelog import inspect_inputs
from ullage.engine.config import EngineConfig
from ullage.engine.errors import BatchRefused, EngineError, Namesake, SessionsLost, Stopped
from ullage.engine.namesake import PlaceInGroup
from ullage.engine.partition import Partition
from ullage.engine.recovery import Recovery
from ullage.engine.report import Report
from ullage.engine.session import Session
from ullage.health import Health
from ullage.sink.errors import NotReady
from ullage.step import Step

if TYPE_CHECKING:
    from tests.simulation.world import World

_ENDS = (Namesake, SessionsLost, BatchRefused, Stopped, KafkaException, NotReady, OSError)
"""What may end a process and is healed by the next; anything else is a finding."""


class Process(Protocol):
    """What runs between a start and an end."""

    life: Life

    def open(self) -> None: ...

    def turn(self) -> None: ...

    def close(self) -> None: ...

    def find(self, place: Place) -> Partition | None:
        """A partition of a step's input, if it works on it."""


class Worker:
    """One name. Mostly one process runs under it; two when one was taken for dead."""

    def __init__(self, world: "World", name: str, make: Callable[[Life], Process]) -> None:
        self.name = name
        self.processes: list[Process] = []
        self._world, self._make = world, make

    @property
    def idle(self) -> list[Process]:
        """Its processes that do not stand still in the middle of a call."""
        return [one for one in self.processes if not one.life.busy]

    def start(self) -> None:
        process = self._make(Life(self.name, self._world))
        self.processes.append(process)
        self._run(process, process.open)

    def turn(self) -> None:
        for process in self.idle:
            if not process.life.dead:  # by what the one before has let happen
                self._run(process, process.turn)

    def ask_to_stop(self) -> None:
        """As a signal does: it ends after its batch, or where it waits for the broker."""
        for process in self.processes:
            process.life.stopping = True

    def stop(self) -> None:
        """End what stands between two turns."""
        for process in self.idle:
            self._close(process)
        self._bury()

    def kill(self) -> None:
        for process in self.idle:
            process.life.die()
            self._world.cut_power(process.life)
        self._bury()

    def _run(self, process: Process, do: Callable[[], None]) -> None:
        before, life = self._world.current, process.life
        self._world.current, life.busy = life, True
        try:
            do()
            if life.stopping:
                self._close(process)
        except Killed:
            self._world.cut_power(life)
        except _ENDS as reason:
            self._world.say(self.name, "ends:", reason)
            self._close(process)
        except Exception as reason:
            raise Finding(f"{self.name}: {reason!r}") from reason
        finally:
            self._world.current, life.busy = before, False
            self._bury()

    def _close(self, process: Process) -> None:
        with suppress(Killed, KafkaException):
            process.close()
        process.life.die()

    def _bury(self) -> None:
        self.processes = [one for one in self.processes if not one.life.dead]


class Pause:
    """The engine's wish to stop: it waits for that between two sessions."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def wait(self, seconds: float) -> bool:
        self._life.pass_by("pause")
        self._life.world.broker.clock.seconds += seconds
        self._life.world.broker.tick()
        return self._life.stopping


class StepProcess:
    """A step's engine: its real sessions, turn by turn, one after the other as they end."""

    def __init__(self, life: Life, step: Step, data: Path | None, batch: int) -> None:
        self.life, self._step = life, step
        self._config = EngineConfig("", life.name, data, batch_records=batch)
        self._place = PlaceInGroup(step.name, self._config)
        self._pause = Pause(life)
        self._report = Report(step.name, Health())
        self._recovery = Recovery(step.name, self._pause, self._report.interrupted)
        self._session: Session | None = None
        self._begun = False

    def open(self) -> None:
        self.turn()

    def turn(self) -> None:
        """What the engine's loop does; what ends a session ends the process, or does not."""
        try:
            if self._session is None:
                self._begin()
            elif self._session.turn():
                self._recovery.well()
        except (EngineError, KafkaException) as reason:
            self.life.world.say(self.life.name, "session ends:", reason)
            self.close()
            self._recovery.after(reason)

    def _begin(self) -> None:
        self._recovery.begin()
        admin = AdminClient(self.life)
        inputs = inspect_inputs(admin, self._step)
        if self._begun:
            self._place.make_sure(admin, self._pause)
        self._begun = True

        def stopping() -> bool:
            return self.life.stopping

        self._session = Session(
            self._step, self._config, inputs, self._place, self._report, stopping
        )
        self._session.open()

    def close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            session.close()

    def find(self, place: Place) -> Partition | None:
        return self._session._assignment.find(*place) if self._session else None
