"""A dump of `movements`, partition by partition.

A policy stands once in every partition, and holds from there on for what comes after it there.
So a movement is read with the copies of its own partition, wherever the dump has put them:
each copy says where it stood, and a SKU's partition follows from its name.
"""

import shutil
import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import msgspec

from ullage import topics
from ullage.cli.failure import Refused
from ullage.cli.partitioner import partition_of
from ullage.step import Record

_COPY = b'"partitions":'


class _Line(msgspec.Struct):
    """What says where a line stood."""

    sku: str | None = None
    partition: int | None = None
    partitions: int | None = None


_decode = msgspec.json.Decoder(_Line).decode


def partitions(name: Path, told: int | None = None) -> Iterator[Iterable[Record]]:
    """The records of each partition in their order, the line of each its offset.

    Before the first policy all partitions are alike: a dump without one is of one partition,
    unless the number is told. Raises Refused.
    """
    with ExitStack() as opened:
        try:
            file = opened.enter_context(_open(name))
            count = told or _count(file)
            if count == 1:
                yield _records(0, _numbered(file))
            else:
                for partition, places in enumerate(_places(file, count)):
                    yield _records(partition, _at(file, places))
        except OSError as reason:
            raise Refused(f"{name} cannot be read: {reason.strerror}") from None


@contextmanager
def _open(name: Path) -> Iterator[BinaryIO]:
    """The file, or a copy of standard input, for it is read more than once."""
    if str(name) == "-":
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            yield copy
    else:
        with name.open("rb") as file:
            yield file


def _count(file: BinaryIO) -> int:
    """How many partitions the log has, as its first policy says."""
    for _, raw in _numbered(file):
        if _COPY in raw and (said := _said(raw).partitions) is not None:
            return max(said, 1)
    return 1


def _places(file: BinaryIO, count: int) -> list["array[int]"]:
    """Of each partition, the number of each line and where it begins, in turn."""
    found = [array("q") for _ in range(count)]
    begin = 0
    for number, raw in _numbered(file):
        found[_partition(raw, count)].extend((number, begin))
        begin += len(raw)
    return found


def _partition(raw: bytes, count: int) -> int:
    """What is no movement is in the first, and is found to be none there."""
    said = _said(raw)
    if said.sku is not None:
        return _of_sku(said.sku, count)
    return (said.partition or 0) % count


@lru_cache(maxsize=100_000)
def _of_sku(sku: str, count: int) -> int:
    return partition_of(sku.encode(), count)


def _said(raw: bytes) -> _Line:
    try:
        return _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Line()


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    yield from enumerate(file, start=1)


def _at(file: BinaryIO, places: "array[int]") -> Iterator[tuple[int, bytes]]:
    for place in range(0, len(places), 2):
        file.seek(places[place + 1])
        yield places[place], file.readline()


def _records(partition: int, lines: Iterable[tuple[int, bytes]]) -> Iterator[Record]:
    """Lines that hold something, without their ends."""
    for number, raw in lines:
        if raw.strip():
            value = raw.rstrip(b"\r\n")
            # Its key, as in the topic: what is refused is published under it.
            key = (_said(value).sku or topics.OF_ALL).encode()
            yield Record(topics.MOVEMENTS.name, partition, number, 0, key, value)
