"""Prove over the live books that nothing was made or lost (domain 3).

From PostgreSQL alone: the records the ledger published are added up and held against the state
it published. The kernel's own state is not asked.
"""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import asyncpg

from ullage.sink.laws import LAWS


class Sign(NamedTuple):
    """What one unit of a cost does to the SKU's on hand, its value, and its posted value."""

    type: str
    quantity: int
    amount: int
    posted: int


SIGNS = (
    Sign("received", 1, 1, 1),
    Sign("inventory_adjustment", 1, 1, 1),
    Sign("cogs", -1, -1, -1),
    Sign("write_off", -1, -1, -1),
    Sign("transferred", 0, 0, 0),
    Sign("oversold_settlement", 0, -1, -1),
    Sign("non_diminishing_override", 0, -1, -1),
    Sign("rounding", 0, 0, -1),
)
"""Types of costs and kinds of cost variances; one without a row here is a finding."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A law that does not hold for a SKU: what the records add up to, and what is there."""

    sku: str
    what: str
    expected: Decimal | None
    found: Decimal | None


async def check(url: str, settle_seconds: float = 2.0) -> list[Finding]:
    """Return what is wrong; nothing means the books are healthy.

    A SKU that is being written at this moment may look wrong, as its records come by several
    topics. So whatever is found is looked at again after `settle_seconds`: only what is then
    found with the same figures counts.
    """
    connection = await asyncpg.connect(url)
    try:
        findings = await _look(connection)
        if findings:
            await asyncio.sleep(settle_seconds)
            again = set(await _look(connection))
            findings = [finding for finding in findings if finding in again]
    finally:
        await connection.close()
    return findings


async def _look(connection: asyncpg.Connection) -> list[Finding]:
    """Look at one moment of the books, all laws at the same."""
    signs = [list(column) for column in zip(*SIGNS, strict=True)]
    findings: list[Finding] = []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for law in LAWS:
            rows = await connection.fetch(law.sql, *(signs if law.takes_signs else ()))
            findings += [Finding(*row) for row in rows]
    return sorted(findings, key=lambda finding: (finding.sku, finding.what))
