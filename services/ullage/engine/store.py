"""The state of one partition: what is committed, and the overlay of a batch on it."""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import NamedTuple, Protocol

from rocksdict import Options, Rdict, WriteBatch

from ullage.engine.errors import StoreFull, StoreUnusable

MARKER = b"\x00ullage.marker"
"""The key under which a changelog says how far it is."""
POSITION = b"\x00ullage.position"
"""The key under which a local store says how far it is."""
REBUILT = b"\x00ullage.rebuilt"
"""The key that begins a state made anew in a changelog: what stands before it is void."""
RESERVED = frozenset((MARKER, POSITION, REBUILT))

_FULL = tuple(map(os.strerror, (ENOSPC, EDQUOT, EFBIG)))

Changes = Mapping[bytes, bytes | None]


class Marker(NamedTuple):
    """In the changelog: the next offset to read of the input, and which topic that was.

    `changelog_id` is the topic the writer believed to write to: another one of the same name
    lacks what was written before. While a state is being rebuilt, `rebuild_to` is the group's
    offset, up to which outputs are written already; else it is 0.
    """

    next_offset: int
    input_id: str
    changelog_id: str = ""
    state_format: int = 1
    rebuild_to: int = 0

    def encode(self) -> bytes:
        return " ".join(map(str, self)).encode()

    @classmethod
    def decode(cls, text: bytes) -> "Marker":
        """Read a marker of any version: fields are only ever appended."""
        said = text.decode().split()
        next_offset, input_id, changelog_id, form, rebuild_to = (
            *said[:5], *("", "1", "0")[len(said) - 2 :]
        )  # fmt: skip
        return cls(int(next_offset), input_id, changelog_id, int(form), int(rebuild_to))


class Position(NamedTuple):
    """In a local store: the place in its changelog that it stands for, and the marker there.

    `written_at` is in milliseconds since 1970 UTC, by the changelog's record.
    """

    changelog_offset: int
    written_at: int
    marker: Marker

    def encode(self) -> bytes:
        return f"{self.changelog_offset} {self.written_at} ".encode() + self.marker.encode()

    @classmethod
    def decode(cls, text: bytes) -> "Position":
        offset, written_at, marker = text.split(maxsplit=2)
        return cls(int(offset), int(written_at), Marker.decode(marker))


class PartitionStore(Protocol):
    """What is committed of a partition. It changes by whole batches only."""

    def get(self, key: bytes) -> bytes | None: ...

    def write(self, changes: Changes) -> None:
        """Take all changes or none; None deletes a key."""

    def clear(self) -> None: ...

    def close(self) -> None: ...


class MemoryStore:
    """A dictionary; also what a step runs on without a broker."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        return self._values.get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value

    def items(self) -> Iterable[tuple[bytes, bytes]]:
        return self._values.items()

    def write(self, changes: Changes) -> None:
        for key, value in changes.items():
            self.put(key, value)

    def clear(self) -> None:
        self._values.clear()

    def close(self) -> None:
        self._values.clear()


class DiskStore:
    """RocksDB. A kill loses nothing; after a power cut the tail is read from the changelog."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            self._values = Rdict(str(self._path), Options(raw_mode=True))
        except Exception as reason:  # rocksdict raises bare Exception
            full = any(words in str(reason) for words in _FULL)
            failed = StoreFull if full else StoreUnusable
            raise failed(str(self._path), str(reason)) from reason

    def get(self, key: bytes) -> bytes | None:
        value = self._values.get(key)
        return value if isinstance(value, bytes) else None

    def write(self, changes: Changes) -> None:
        batch = WriteBatch(raw_mode=True)
        for key, value in changes.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        try:
            self._values.write(batch)
        except Exception as reason:
            raise StoreFull(str(self._path), str(reason)) from reason

    def clear(self) -> None:
        self.close()
        shutil.rmtree(self._path)
        self._open()

    def close(self) -> None:
        # rocksdict raises bare Exception: closing flushes, and the disk may be full. What it
        # could not write is read from the changelog.
        with suppress(Exception):
            self._values.close()


class Overlay:
    """What a batch leaves dirty, over what is committed: dropped when the batch is aborted."""

    __slots__ = ("_committed", "dirty")

    def __init__(self, committed: Callable[[bytes], bytes | None]) -> None:
        self._committed = committed
        self.dirty: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        try:
            return self.dirty[key]
        except KeyError:
            return self._committed(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        self.dirty[key] = value


def open_store(path: Path | None) -> PartitionStore:
    """Open the store at a path, or one in memory."""
    return MemoryStore() if path is None else DiskStore(path)


def position_of(store: PartitionStore) -> Position | None:
    """How far a store is; None when it is new."""
    text = store.get(POSITION)
    return None if text is None else Position.decode(text)
