"""Journals as postings to accounts: what other bookkeeping takes in."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import asyncpg

from ullage.sink.reports import JOURNALS_BY_DAY, OF_DAYS, OF_SKU_AND_WAREHOUSE, Filters


class Posting(NamedTuple):
    """A side of a transaction; a credit is negative, and each transaction adds up to 0."""

    day: date
    transaction: str
    """Its journal, or the number of a day's summary."""
    about: str
    document: str | None
    """The record that is booked; none in a summary."""
    role: str
    account: str
    amount: Decimal
    currency: str


_EACH = f"""
select posting_date, journal_id, concat_ws(' ', type, sku, order_id, receipt_id), document,
       role, account, debit - credit, currency
from ullage.journal_entries {OF_SKU_AND_WAREHOUSE} {OF_DAYS} and status = 'ready'
order by posting_date, sku, sequence, journal_id, line
"""

_DAILY = f"""
with summary as (
    select row_number() over () as number, by_day.* from ({JOURNALS_BY_DAY}) as by_day
)
select day, number::text, journals || case journals when 1 then ' journal' else ' journals' end,
       null, side.role, side.account, side.amount, currency
from summary
cross join lateral (values
    (1, debit_role, debit_account, amount), (2, credit_role, credit_account, -amount)
) as side (place, role, account, amount)
order by number, place
"""


async def postings(url: str, filters: Filters, *, daily: bool) -> list[Posting]:
    """What is ready to be posted, by day; a journal that was released counts, once.

    `daily` adds up each day and pair of accounts; a warehouse is then of no meaning.
    """
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            _DAILY if daily else _EACH,
            filters.sku, filters.warehouse, filters.since, filters.until,
        )  # fmt: skip
    finally:
        await connection.close()
    return [Posting(*row) for row in rows]
