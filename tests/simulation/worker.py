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
            self._run(process, process.turn)

    def stop(self) -> None:
        """End what runs between two turns."""
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


class StepProcess:
    """A step's engine: the real session on clients of the simulation."""

    def __init__(self, life: Life, step: Step, data: Path | None, batch: int) -> None:
        self.life, self._step = life, step
        self._config = EngineConfig("", life.name, data, batch_records=batch)
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
