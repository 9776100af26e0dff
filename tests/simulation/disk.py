"""Local stores in memory: what was written survives the process, mostly."""

from dataclasses import dataclass, field
from random import Random

from tests.simulation.life import Life
from ullage.engine.errors import StoreFull, StoreUnusable
from ullage.engine.store import Changes


@dataclass(eq=False)
class Disk:
    """One store's directory; `undo` is what its last writes replaced."""

    values: dict[bytes, bytes] = field(default_factory=dict)
    undo: list[dict[bytes, bytes | None]] = field(default_factory=list)
    user: Life | None = None

    def put(self, changes: Changes) -> None:
        for key, value in changes.items():
            if value is None:
                self.values.pop(key, None)
            else:
                self.values[key] = value

    def lose_tail(self, chance: Random) -> None:
        """Power is cut: the last writes, each whole, have not reached the disk."""
        for _ in range(chance.randint(0, len(self.undo))):
            self.put(self.undo.pop())


class DiskStore:
    """A store as RocksDB has it: writes are whole, one process at a time."""

    def __init__(self, disk: Disk, life: Life, path: str) -> None:
        if disk.user is not None and not disk.user.dead:
            raise StoreUnusable(path, f"{disk.user.name} has it open")
        disk.user, self.disk, self._life = life, disk, life
        self._closed = False

    def get(self, key: bytes) -> bytes | None:
        self._require_open()
        return self.disk.values.get(key)

    def write(self, changes: Changes) -> None:
        self._require_open()
        self._life.pass_by("store")
        if self._life.fails():
            raise StoreFull("a disk in memory", "no space left")
        self.disk.undo.append({key: self.disk.values.get(key) for key in changes})
        del self.disk.undo[:-3]
        self.disk.put(changes)
        self._life.pass_by("stored")

    def clear(self) -> None:
        self._require_open()
        self.disk.values.clear()
        self.disk.undo.clear()

    def close(self) -> None:
        self._closed = True
        if self.disk.user is self._life:
            self.disk.user = None

    def _require_open(self) -> None:
        if self._closed:
            raise AssertionError("a store was used after it was closed")
