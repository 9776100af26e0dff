"""Prove over the live books that nothing was made or lost (domain 3).

From PostgreSQL alone: the records the ledger published are added up and held against the state
it published. The kernel's own state is not asked.
"""

import asyncio
from dataclasses import dataclass
from decimal import Decimal

import asyncpg

from ullage.sink.laws import LAWS
from ullage.sink.signs import SIGNS


@dataclass(frozen=True, slots=True)
class Finding:
    """A law that does not hold: what the records add up to, and what is there.

    `subject` is the SKU, or the order or charge, that it does not hold for.
    """

    subject: str
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
    return sorted(findings, key=lambda finding: (finding.subject, finding.what))
