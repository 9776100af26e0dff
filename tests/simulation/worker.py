"""Workers: a name that runs a step, or the sink, in one process after another."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from confluent_kafka import KafkaException

from tests.simulation.admin import AdminClient
from tests.simulation.life import Killed, Life
from tests.simulation.log import Place
from ullage.engine.changelog import inspect_inputs
from ullage.engine.config import EngineConfig
from ullage.engine.errors import BatchRefused, Fenced, Stopped
from ullage.engine.partition import Partition
from ullage.engine.report import Report
from ullage.engine.session import Session
from ullage.health import Health
from ullage.sink.errors import NotReady
from ullage.step import Step

if TYPE_CHECKING:
    from tests.simulation.world import World

_ENDS = (Fenced, BatchRefused, Stopped, KafkaException, NotReady, OSError)
"""What may end a process and is healed by the next; anything else is a finding."""
_BATCH = 7


class Process(Protocol):
    """What runs between a start and an end."""

    life: Life

    def open(self) -> None: ...

    def turn(self) -> None: ...

    def close(self) -> None: ...

    def find(self, place: Place) -> Partition | None:
        """A partition of a step's input, if it works on it."""


class Worker:
    """One name; `process` is None while it is down."""

    def __init__(self, world: "World", name: str, make: Callable[[Life], Process]) -> None:
        self.name, self.process = name, None
        self._world, self._make = world, make

    process: Process | None

    @property
    def busy(self) -> bool:
        """Whether its process stands still in the middle of a call."""
        return self.process is not None and self.process.life.busy

    def start(self) -> None:
        """Start a process. One that stands still under this name goes on as a namesake."""
        process = self.process = self._make(Life(self.name, self._world))
        self._run(process, process.open)

    def turn(self) -> None:
        if self.process is not None:
            self._run(self.process, self.process.turn)

    def stop(self) -> None:
        """End the process between two turns."""
        if self.process is not None:
            self._close(self.process)
            self.process = None

    def kill(self) -> None:
        if self.process is not None:
            self.process.life.die()
            self._world.cut_power(self.process.life)
            self.process = None

    def _run(self, process: Process, do: Callable[[], None]) -> None:
        before, life = self._world.current, process.life
        self._world.current, life.busy = life, True
        try:
            do()
        except Killed:
            self._world.cut_power(life)
        except _ENDS as reason:
            self._world.say(self.name, "ends:", reason)
            self._close(process)
        finally:
            self._world.current, life.busy = before, False
        if life.dead and self.process is process:
            self.process = None

    def _close(self, process: Process) -> None:
        with suppress(Killed, KafkaException):
            process.close()
        process.life.die()


class StepProcess:
    """A step's engine: the real session on clients of the simulation."""

    def __init__(self, life: Life, step: Step, data: Path | None) -> None:
        self.life, self._step = life, step
        self._config = EngineConfig("", life.name, data, batch_records=_BATCH)
        self.session: Session | None = None

    def open(self) -> None:
        inputs = inspect_inputs(AdminClient(self.life.world.broker), self._step)
        report = Report(self._step.name, Health())
        self.session = Session(
            self._step, self._config, inputs, report, lambda: self.life.stopping
        )
        self.session.open()

    def turn(self) -> None:
        assert self.session is not None
        self.session.turn()

    def close(self) -> None:
        if self.session is not None:
            self.session.close()

    def find(self, place: Place) -> Partition | None:
        return self.session._assignment.find(*place) if self.session else None
