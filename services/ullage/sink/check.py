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
    """What one unit of a record does to the SKU's on hand and its value, and how it is booked.

    Booked on inventory's debit side, what is posted raises the account; on its credit side it
    lowers it (domain 8).
    """

    type: str
    quantity: int
    amount: int
    debit: str | None
    credit: str | None


SIGNS = (
    Sign("received", 1, 1, "inventory", "goods_received_not_invoiced"),
    Sign("corrected", 0, 1, "inventory", "goods_received_not_invoiced"),
    Sign("landed", 0, 1, "inventory", "landed_cost_clearing"),
    Sign("inventory_adjustment", 1, 1, "inventory", "inventory_adjustment"),
    Sign("produced", 1, 1, "inventory", "wip"),
    Sign("cogs_reversal", 1, 1, "inventory", "cogs"),
    Sign("cogs", -1, -1, "cogs", "inventory"),
    Sign("write_off", -1, -1, "write_off", "inventory"),
    Sign("consumed", -1, -1, "wip", "inventory"),
    Sign("purchase_returned", -1, -1, "goods_received_not_invoiced", "inventory"),
    Sign("transferred", 0, 0, None, None),
    Sign("oversold_settlement", 0, -1, "cost_variance", "inventory"),
    Sign("late_cost", 0, -1, "cost_variance", "inventory"),
    Sign("non_diminishing_override", 0, -1, "cost_variance", "inventory"),
    Sign("landed_over_absorption", 0, -1, "cost_variance", "inventory"),
    Sign("return_difference", 0, -1, "cost_variance", "inventory"),
    Sign("rounding", 0, 0, "cost_variance", "inventory"),
    Sign("production_difference", 0, 0, "cost_variance", "wip"),
)
"""Types of costs and kinds of cost variances; one without a row here is a finding."""


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
