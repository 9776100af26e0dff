"""Journals: double entry."""

from typing import Literal

from ullage_schemas.fields import Id, Uuid
from ullage_schemas.money import Plain
from ullage_schemas.outputs.base import Fact, MoneyOutput


class JournalLine(Fact):
    """One side of an entry; the empty side is `0.00`."""

    account: str | None
    role: Id
    debit: Plain
    credit: Plain


class Journal(MoneyOutput):
    """A balanced entry; only `ready` is to be posted."""

    type: Literal["journal"]
    status: Literal["ready", "held", "off"]
    lines: list[JournalLine]
    document: Uuid
    """The output it books."""
    releases: Uuid | None = None
    """The held journal it stands for."""
