"""What no good sender sends: bytes that are no event, bombs, and numbers of any size."""

import json
from collections.abc import Iterator

from tests.faults.history import INPUTS
from tests.faults.traffic import REFUSED, UNREADABLE, Sent

LARGEST = 10 * 1024 * 1024
KEY = b"poison"

_EVENT = {
    "id": "poison",
    "type": "sale",
    "source": "poison",
    "effective_at": "2026-10-01T08:00:00Z",
    "sku": KEY.decode(),
    "warehouse": "A",
    "quantity": 1,
    "order_id": "O",
    "line_id": "1",
}


def _event(**changes: object) -> bytes:
    return json.dumps(_EVENT | changes).encode()


def _quantity(written: bytes) -> bytes:
    return _event().replace(b'"quantity": 1', b'"quantity": ' + written)


SMALL = (
    (UNREADABLE, b""),
    (UNREADABLE, b"stock?"),
    (UNREADABLE, b"null"),
    (UNREADABLE, b'{"sku":"\xff"}'),
    (UNREADABLE, b'{"id":"1","id":"2"}'),
    (UNREADABLE, b"[" * 200_000),
    (UNREADABLE, b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    (UNREADABLE, _quantity(b"NaN")),
    (UNREADABLE, _event(id="")),
    (REFUSED, _quantity(b"1e400")),
    (UNREADABLE, _quantity(b"1" * 100_000)),
    (REFUSED, _quantity(b"0.1234567")),
    (REFUSED, _event(quantity=-1)),
    (REFUSED, _event(type="sail")),
    (REFUSED, _event(sku="x" * 300)),
)
LARGE = (
    (UNREADABLE, b"x" * LARGEST),
    (UNREADABLE, b"[" * LARGEST),
    (REFUSED, _event(quantity=-1, pad="x" * (LARGEST - 500))),
)


def at_every_partition(partitions: int) -> Iterator[Sent]:
    """All of the small ones in each partition of each input topic."""
    for topic in INPUTS:
        for partition in range(1 if topic == "control" else partitions):
            for fate, value in SMALL:
                yield Sent(topic, KEY, value, fate, partition)


def large(topic: str, partitions: int, turn: int) -> Iterator[Sent]:
    """A record as large as an input may be in each partition; another kind at each turn."""
    for partition in range(partitions):
        fate, value = LARGE[(partition + turn) % len(LARGE)]
        yield Sent(topic, KEY, value, fate, partition)
