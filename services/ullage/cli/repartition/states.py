"""Whether the state a new layout comes to is the one that the workers have: to the byte."""

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain, islice
from typing import Final

from ullage.cli.failure import Refused
from ullage.cli.repartition import transport
from ullage.cli.repartition.layout import Layout
from ullage.processors.ledger.remembered import id_key
from ullage.topics import changelog_of

_SHOWN: Final = 5
_OF_SKU: Final = re.compile(rb"[bcilor].", re.DOTALL)
_HELD: Final = re.compile(rb"h\d+")
_OF_CONTROL: Final = (b"d\x1fcontrol\x1f", b"t\x1fcontrol")

Values = Iterable[tuple[bytes, bytes]]
Digests = dict[bytes, bytes]


def require_same(bootstrap: str, step: str, kept_in: int, layout: Layout) -> None:
    """Compare what a changelog of so many partitions holds with a layout's state.

    Raises Refused when a book, an order, a shipment or a held journal would be another one.
    """
    changelog = changelog_of(step, layout.log).name
    kept = digests(_values(bootstrap, changelog, kept_in))
    made = digests(chain.from_iterable(store.items() for store in layout.stores))
    # The ids of policies: their copies say where they stand, so their digests differ.
    copied = {id_key(policy) for policy in layout.policies} if step == "ledger" else set()
    wrong = {key for key in kept.keys() | made.keys() if kept.get(key) != made.get(key)}
    if named := sorted(wrong - copied):
        shown = ", ".join(repr(key.decode(errors="replace")) for key in islice(named, _SHOWN))
        raise Refused(
            f"{step} would come to another state in {len(named)} records ({shown}): partitions "
            "took a policy differently. Nothing was changed; send the policy in force again "
            "under a new id, let the workers read it, and see `ullage check`"
        )


def digests(values: Values) -> Digests:
    """What identifies a state wherever its keys are.

    Left out is what is of a partition: its policy, and numbers in its queue of journals.
    """
    found = Digests()
    for key, value in values:
        digest = blake2b(value, digest_size=16).digest()
        if _HELD.fullmatch(key):
            found[b"held " + digest] = digest
        elif (b"\x1f" in key or _OF_SKU.match(key)) and not key.startswith(_OF_CONTROL):
            found[key] = digest
    return found


def _values(bootstrap: str, changelog: str, partitions: int) -> Iterator[tuple[bytes, bytes]]:
    """The last value of each key of each partition."""
    for number, end in enumerate(transport.ends(bootstrap, changelog, partitions)):
        last = {
            record.key or b"": record.value
            for record in transport.read(bootstrap, changelog, number, 0, end)
        }
        yield from ((key, value) for key, value in last.items() if value is not None)
