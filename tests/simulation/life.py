"""A process of the service in the simulation: it can die, or be stopped, at any call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Protocol, TypeVar

from confluent_kafka import KafkaError, KafkaException

from tests.simulation.broker import Broker, error
from tests.simulation.group import Member

Answer = TypeVar("Answer")

RETRIABLE, ABORTABLE, FATAL = "retriable", "abortable", "fatal"


class Killed(BaseException):
    """The process is gone: nothing of it may run on."""


class Finding(BaseException):
    """What may never happen; no process in the middle of something else may swallow it."""


class Stuck(Finding):
    """It goes on for ever and comes to nothing."""


@dataclass(frozen=True)
class Rates:
    """How often which fault is met, a call (`loss`: an action); drawn anew for each seed."""

    kill: float = 0.0
    pause: float = 0.0
    freeze: float = 0.0
    failure: float = 0.0
    loss: float = 0.0


class Surroundings(Protocol):
    """What goes on around a process, for as long as it stands still."""

    broker: Broker
    chance: Random
    rates: Rates

    def meanwhile(self, life: "Life", frozen: bool) -> None:
        """Let others act."""

    def count_call(self) -> None:
        """Raise Stuck when there were too many."""

    def say(self, *words: object) -> None: ...


@dataclass(eq=False)
class Life:
    """From a process's start to its end."""

    name: str
    world: Surroundings
    dead: bool = False
    stopping: bool = False
    busy: bool = False
    members: list[Member] = field(default_factory=list)

    def call(self, point: str, do: Callable[[], Answer], *kinds: str) -> Answer:
        """Do what a client is asked for, with the faults that may befall it.

        `kinds` are the errors that call may raise: a retriable or fatal one also when it was
        done and only the answer got lost, an abortable one before.
        """
        self.pass_by(point)
        failure = self._failure(kinds)
        done_though = failure != ABORTABLE and self.world.chance.random() < 0.5
        if failure and not done_though:
            raise self._error(point, failure)
        answer = do()
        self.pass_by(point)
        if failure:
            raise self._error(point, failure)
        return answer

    def pass_by(self, point: str) -> None:
        """Die here, stand still here, or go on."""
        if self.dead:
            raise Killed(self.name)
        self.world.count_call()
        drawn, rates = self.world.chance.random(), self.world.rates
        if drawn < rates.kill:
            self.world.say(self.name, "killed at", point)
            self.die()
            raise Killed(self.name)
        drawn -= rates.kill
        if drawn < rates.freeze + rates.pause:
            self._stand_still(point, frozen=drawn < rates.freeze)

    def fails(self) -> bool:
        """Whether what is done now fails, by chance."""
        return self.world.chance.random() < self.world.rates.failure

    def die(self) -> None:
        self.dead = True
        self.fall_silent()

    def fall_silent(self) -> None:
        now = self.world.broker.clock.seconds
        for member in self.members:
            member.silent_since = member.silent_since or now

    def _stand_still(self, point: str, frozen: bool) -> None:
        """Be slow, or be stopped for so long that the cluster gives up on the process."""
        self.world.say(self.name, "frozen at" if frozen else "slow at", point)
        if frozen:
            self.fall_silent()
        self.world.meanwhile(self, frozen)
        if self.dead:
            raise Killed(self.name)
        for member in self.members:
            member.silent_since = None
        self.world.say(self.name, "goes on at", point)

    def _failure(self, kinds: tuple[str, ...]) -> str:
        return self.world.chance.choice(kinds) if kinds and self.fails() else ""

    def _error(self, point: str, kind: str) -> KafkaException:
        self.world.say(self.name, point, "fails:", kind)
        code = KafkaError._FATAL if kind == FATAL else KafkaError._TIMED_OUT
        return error(code, kind)
