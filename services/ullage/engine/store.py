"""The state of one partition: what is committed, and the overlay of a batch on it."""

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import NamedTuple, Protocol

from rocksdict import Options, Rdict, WriteBatch

from ullage.engine.errors import StoreFull, StoreUnusable

MARKER = b"\x00ullage.marker"
"""The key under which a changelog and a store say how far they are."""

_FULL = tuple(map(os.strerror, (ENOSPC, EDQUOT, EFBIG)))

Changes = Mapping[bytes, bytes | None]


class Marker(NamedTuple):
    """In the changelog: the next offset to read of the input, and which topic that was."""

    next_offset: int
    input_id: str

    def encode(self) -> bytes:
        return f"{self.next_offset} {self.input_id}".encode()

    @classmethod
    def decode(cls, text: bytes) -> "Marker":
        next_offset, input_id = text.decode().split()
        return cls(int(next_offset), input_id)


class Position(NamedTuple):
    """In a local store: its marker, and the place in the changelog it stands for.

    `written_at` is in milliseconds since 1970 UTC, by the changelog's record.
    """

    marker: Marker
    changelog_offset: int
    changelog_id: str
    written_at: int

    def encode(self) -> bytes:
        place = f"{self.changelog_offset} {self.changelog_id} {self.written_at}"
        return self.marker.encode() + b" " + place.encode()

    @classmethod
    def decode(cls, text: bytes) -> "Position":
        next_offset, input_id, offset, changelog_id, written_at = text.decode().split()
        marker = Marker(int(next_offset), input_id)
        return cls(marker, int(offset), changelog_id, int(written_at))


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
        with suppress(Exception):  # what it could not write is read from the changelog
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
    text = store.get(MARKER)
    return None if text is None else Position.decode(text)
