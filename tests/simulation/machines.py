"""Where local stores lie: the machine a process runs on, with what it finds there."""

from pathlib import Path
from random import Random

from tests.simulation.disk import Disk
from tests.simulation.life import Life


class Machines:
    """Disks by path. Some worlds keep all stores in memory."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._disks: dict[Path, Disk] = {}
        self._in_memory = chance.random() < 0.3
        self._made: dict[str, list[Path]] = {}
        self._users: dict[Path, Life] = {}
        self._count = 0

    def place(self, life: Life) -> Path | None:
        """Where a process keeps its stores: where it was, where it had been, or a new place."""
        if self._in_memory:
            return None
        known = self._made.setdefault(life.name, [])
        free = [path for path in known if self._users[path].dead]
        if free and self._chance.random() < 0.9:
            place = free[-1] if self._chance.random() < 0.8 else self._chance.choice(free)
        else:
            self._count += 1
            place = Path(f"machine-{self._count}")
            known.append(place)
        self._users[place] = life
        return place

    def disk(self, path: Path) -> Disk:
        return self._disks.setdefault(path, Disk())

    def lose_tails(self, life: Life) -> None:
        for disk in self._disks.values():
            if disk.user is life:
                disk.lose_tail(self._chance)
