"""The world around the engine: one thread, one seed, one action after another."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

from tests.simulation.broker import Broker
from tests.simulation.disk import Disk, DiskStore
from tests.simulation.life import Life, Rates, Stuck
from tests.simulation.log import Clock, Place
from tests.simulation.machines import Machines
from tests.simulation.sink import Database, SinkProcess
from tests.simulation.stories import Story
from tests.simulation.worker import StepProcess, Worker
from ullage.engine.partition import Partition
from ullage.step import Step

_MOST_CALLS: Final = 60_000
_DEEPEST: Final = 3
_ROUNDS: Final = 300


class World:
    """A cluster, its workers and what befalls them, all drawn from one seed."""

    def __init__(self, story: Story, seed: int) -> None:
        self.story, self.chance, self.clock = story, Random(seed), Clock()
        self.broker = Broker(self.chance, self.clock)
        self.database = Database()
        self.machines = Machines(self.chance)
        self.rates = _draw_rates(self.chance)
        self.current: Life | None = None
        self.told: list[str] = []
        self.workers: list[Worker] = []
        self._calls = self._depth = 0
        self.input = story.feed(self.chance)
        story.prepare(self.broker)
        self._hire()

    def run(self) -> None:
        """Let things happen; then let all heal, and wait until everything is done."""
        for _ in range(self.story.actions):
            self.act()
        self.rates = Rates()
        self.say("all faults end")
        for worker in self.workers:
            worker.stop()  # a changelog that was lost is missed at the next start
        for _ in range(_ROUNDS):
            for worker in self.workers:
                worker.turn() if worker.processes else worker.start()
            self.clock.seconds += 0.5
            if self.is_done:
                return
        raise Stuck(f"not done after {_ROUNDS} rounds without a fault")

    def act(self) -> None:
        action = self.chance.choices(list(_ACTIONS), list(_ACTIONS.values()))[0]
        action(self)
        self.clock.seconds += self.chance.random() * 0.2

    def meanwhile(self, life: Life, frozen: bool) -> None:
        """Let others act while a process stands still; its own clients stay as they are."""
        self.clock.seconds += self.chance.uniform(4, 16) if frozen else 0.1
        if self._depth < _DEEPEST:
            self._depth += 1
            for _ in range(self.chance.randint(4, 16) if frozen else self.chance.randint(1, 6)):
                self.act()
            self._depth -= 1

    def count_call(self) -> None:
        self._calls += 1
        if self._calls > _MOST_CALLS:
            raise Stuck(f"{self._calls} calls, and no end")

    def say(self, *words: object) -> None:
        self.told.append(" ".join(map(str, words)))

    @property
    def running(self) -> Life:
        """The process in whose name clients are made and stores opened."""
        assert self.current is not None
        return self.current

    def open_store(self, path: Path | None) -> DiskStore:
        """Open a store for the process that runs now."""
        disk = Disk() if path is None else self.machines.disk(path)
        return DiskStore(disk, self.running, str(path))

    def cut_power(self, life: Life) -> None:
        """A process is dead; its machine may be, too."""
        if self.chance.random() < 0.3:
            self.machines.lose_tails(life)

    @property
    def is_done(self) -> bool:
        """Whether all that came in has been taken, and nothing is on its way."""
        return (
            self.broker.quiet
            and all(self._is_read(make()) for make in self.story.steps)
            and (not self.story.has_sink or self._is_sunk())
        )

    def holders(self, place: Place) -> list[Partition]:
        """A partition as the workers have it that believe it is theirs."""
        found = [one.find(place) for worker in self.workers for one in worker.processes]
        return [partition for partition in found if partition is not None]

    def _is_read(self, step: Step) -> bool:
        offsets = self.broker.group(f"ullage-{step.name}").offsets
        logs = [log for topic in step.inputs for log in self.broker.topics[topic]]
        return all(
            log.last < offsets.get(log.place, 0) and self._is_held(log.place) for log in logs
        )

    def _is_held(self, place: Place) -> bool:
        """Whether somebody works on a partition, its state complete."""
        held = self.holders(place)
        return bool(held) and not any(one.is_rebuilding for one in held)

    def _is_sunk(self) -> bool:
        logs = [log for topic in self.database.topics for log in self.broker.topics[topic]]
        return all(log.last < self.database.offsets.get(log.place, 0) for log in logs)

    def _hire(self) -> None:
        """Two or three workers a step, each with a name of its own."""
        for make in self.story.steps:
            for number in range(self.chance.randint(2, 3)):
                self.workers.append(Worker(self, f"{make().name}-{number}", self._runs(make)))
        for number in range(2 * self.story.has_sink):
            self.workers.append(
                Worker(self, f"sink-{number}", lambda life: SinkProcess(life, self.database))
            )

    def _runs(self, make: Callable[[], Step]) -> Callable[[Life], StepProcess]:
        batch = self.story.batch
        return lambda life: StepProcess(life, make(), self.machines.place(life), batch)


def _turn(world: World) -> None:
    if idle := [worker for worker in world.workers if worker.idle]:
        world.chance.choice(idle).turn()


def _feed(world: World) -> None:
    for _ in range(world.chance.randint(1, world.story.burst)):
        world.story.send(world.broker, *next(world.input))


def _start(world: World) -> None:
    """Start a worker that is down; or, while one stands still, another of its name."""
    namesakes = world.chance.random() < 0.15
    down = [one for one in world.workers if not (one.idle if namesakes else one.processes)]
    if down:
        world.chance.choice(down).start()


def _end(world: World) -> None:
    """Ask a worker to stop, who may be in the middle of something, or kill an idle one."""
    if up := [worker for worker in world.workers if worker.processes]:
        worker = world.chance.choice(up)
        worker.ask_to_stop() if world.chance.random() < 0.5 else worker.kill()


def _rebalance(world: World) -> None:
    if world.broker.groups:
        world.chance.choice(list(world.broker.groups.values())).rebalance()


def _compact(world: World) -> None:
    logs = [log for topic in world.broker.compacted for log in world.broker.topics[topic]]
    world.chance.choice(logs).compact()


def _lose(world: World) -> None:
    """Somebody deletes a changelog; a worker makes it anew, empty."""
    names = [name for name in world.broker.compacted if name.endswith("-changelog")]
    if names and world.chance.random() < world.rates.loss:
        name = world.chance.choice(names)
        world.say(name, "is lost")
        world.broker.create(name, len(world.broker.topics[name]), compacted=True)


def _wait(world: World) -> None:
    world.clock.seconds += world.chance.uniform(1, 12)
    world.broker.tick()


_ACTIONS = {
    _turn: 60,
    _feed: 14,
    _start: 10,
    _end: 3,
    _rebalance: 4,
    _compact: 2,
    _lose: 2,
    _wait: 2,
}


def _draw_rates(chance: Random) -> Rates:
    """Some seeds are full of one fault and free of others."""
    kill, pause, freeze, failure, loss = (chance.choice((0, 0.1, 1)) for _ in range(5))
    return Rates(0.01 * kill, 0.05 * pause, 0.01 * freeze, 0.1 * failure, 0.5 * loss)
