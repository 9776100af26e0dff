"""What `ullage report` shows: selects from the views, one a report."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import asyncpg

Cell = str | int | bool | Decimal | date | datetime | list[str] | None

PERIODS = ("day", "week", "month")


class ReportError(Exception):
    """A report was asked for in a way it cannot be given."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show of a report; None is everything. Both dates are included."""

    sku: str | None = None
    warehouse: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Column names, and rows in their order."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


# Conditions of a query that takes a SKU, a warehouse, and a first and last day.
OF_SKU_AND_WAREHOUSE = """
where ($1::text is null or sku = $1) and ($2::text is null or warehouse = $2)
"""

_OF_SKU = "where ($1::text is null or sku = $1) and $2::text is null"

OF_DAYS = """
  and ($3::date is null or posting_date >= $3) and ($4::date is null or posting_date <= $4)
"""

_VALUATION = f"""
select sku, warehouse, method, on_hand, value, average_cost, negative, flags
from ullage.valuation_summary {OF_SKU_AND_WAREHOUSE}
order by sku, warehouse nulls first
"""

_STOCK = f"""
select sku, warehouse, label, layer_id, receipt_ids, received_at, quantity, unit_cost, value
from ullage.stock_state {OF_SKU_AND_WAREHOUSE}
order by sku, label, received_at, layer_id, warehouse
"""

_VARIANCES = f"""
select sku, warehouse, label, quantity, unit_cost, expected, counted, estimated,
       counted_at, opened_at
from ullage.open_variances {OF_SKU_AND_WAREHOUSE}
order by sku, warehouse
"""

_LEDGER = f"""
select sku, sequence, effective_at, posting_date, movement_type, warehouse, reference,
       quantity, amount, on_hand, value
from ullage.ledger {OF_SKU_AND_WAREHOUSE} {OF_DAYS}
order by sku, sequence
"""

_COGS = f"""
select date_trunc('{{period}}', posting_date::timestamp)::date as {{period}},
       sum(cogs) as cogs, sum(cost_variance) as cost_variance,
       sum(cogs + cost_variance) as total, sum(posted_cogs) as posted_cogs,
       sum(posted_cost_variance) as posted_cost_variance,
       sum(posted_cogs + posted_cost_variance) as posted_total
from ullage.cost_of_sales {OF_SKU_AND_WAREHOUSE} {OF_DAYS}
group by 1
order by 1
"""

_COST_VARIANCES = f"""
select kind, sku, count(*) as records, sum(quantity) as quantity, sum(amount) as amount,
       sum(posted_amount) as posted_amount
from ullage.variances {OF_SKU_AND_WAREHOUSE} {OF_DAYS} and type = 'cost_variance'
group by kind, sku
order by kind, sku
"""

_JOURNALS = f"""
select posting_date, status, type, sku, role, account, debit, credit, currency, order_id,
       receipt_id, journal_id, document, releases, released_by
from ullage.journal_entries {OF_SKU_AND_WAREHOUSE} {OF_DAYS}
order by posting_date, sku, sequence, journal_id, line
"""

JOURNALS_BY_DAY = f"""
select posting_date as day, debit_role, debit_account, credit_role, credit_account,
       sum(amount) as amount, currency, count(distinct journal_id) as journals
from ullage.journal_pairs {_OF_SKU} {OF_DAYS}
group by posting_date, debit_role, debit_account, credit_role, credit_account, currency
order by posting_date, debit_role, debit_account, credit_role, credit_account, currency
"""

_AS_IT_STANDS = {"valuation": _VALUATION, "stock": _STOCK, "variances": _VARIANCES}
_OVER_TIME = {
    "ledger": _LEDGER,
    "cogs": _COGS,
    "cost_variances": _COST_VARIANCES,
    "journals": _JOURNALS,
    "journals_by_day": JOURNALS_BY_DAY,
}

NAMES = (*_AS_IT_STANDS, *_OVER_TIME)


async def report(
    url: str, name: str, filters: Filters | None = None, period: str = "day"
) -> Report:
    """Run a report; `period` (day, week from its Monday, month) is for `cogs`.

    Amounts are exact; columns `posted_...` are what went to the journals. Raises ReportError
    for a report or a filter that does not exist.
    """
    asked = filters or Filters()
    query, parameters = _query(name, asked, period)
    connection = await asyncpg.connect(url)
    try:
        statement = await connection.prepare(query)
        rows = await statement.fetch(*parameters)
        columns = tuple(attribute.name for attribute in statement.get_attributes())
    finally:
        await connection.close()
    return Report(columns, [tuple(row) for row in rows])


def _query(name: str, filters: Filters, period: str) -> tuple[str, list[str | date | None]]:
    if name not in NAMES:
        raise ReportError(f"there is no report {name}; there are {', '.join(NAMES)}")
    parameters: list[str | date | None] = [filters.sku, filters.warehouse]
    if name in _AS_IT_STANDS:
        if filters.since or filters.until:
            raise ReportError(f"{name} shows the books as they stand: it takes no dates")
        return _AS_IT_STANDS[name], parameters
    if period not in PERIODS:
        raise ReportError(f"cogs are by {', '.join(PERIODS)}, not by {period}")
    if name == "journals_by_day" and filters.warehouse:
        raise ReportError("accounts are not kept by warehouse: ask for a SKU, or for all")
    return _OVER_TIME[name].format(period=period), [*parameters, filters.since, filters.until]
