"""What must hold between journals and books (domain 3 and 8), in SQL as in `laws`."""

JOURNALS_BALANCE = """
select journals.sku, 'debits and credits are equal in journal ' || journals.id,
       coalesce(sum(lines.debit), 0), coalesce(sum(lines.credit), 0)
from ullage.journals
left join ullage.journal_lines as lines on lines.journal_id = journals.id
group by journals.id
having sum(lines.debit) <> sum(lines.credit) or coalesce(sum(lines.debit), 0) = 0
"""

INVENTORY_ACCOUNT = """
with account as (
    select journals.sku, sum(lines.debit - lines.credit) as balance
    from ullage.journals
    join ullage.journal_lines as lines
        on lines.journal_id = journals.id and lines.role = 'inventory'
    where journals.releases is null
    group by journals.sku
)
select sku, 'the inventory account is the value on hand but for a carry below one minor unit',
       coalesce(skus.value, 0), coalesce(account.balance, 0)
from ullage.skus full join account using (sku)
where abs(coalesce(skus.value, 0) - coalesce(account.balance, 0))
      >= ullage.minor_unit(skus.currency)
"""
"""All journals: ready, held and off; one that releases another would count it twice."""

RECORDS_ARE_BOOKED = """
, line as (
    select journals.document, lines.role, sum(lines.debit - lines.credit) as amount
    from ullage.journals
    join ullage.journal_lines as lines on lines.journal_id = journals.id
    where journals.releases is null
    group by journals.document, lines.role
), booked as (
    select entry.id, sku, entry.type, sign.debit, sign.credit, posted_amount,
           coalesce(debited.amount, 0) as debited,
           coalesce(credited.amount, 0) + coalesce(overhead.amount, 0) as credited
    from entry
    join sign on sign.type = entry.type and sign.debit is not null
    left join line as debited on debited.document = entry.id and debited.role = sign.debit
    left join line as credited on credited.document = entry.id and credited.role = sign.credit
    left join line as overhead
        on overhead.document = entry.id and overhead.role = 'overhead_applied'
)
select sku, side.role || ' has what was posted of ' || type || ' ' || id,
       side.expected, side.found
from booked
cross join lateral (values
    (debit, posted_amount, debited),
    (credit, -posted_amount, credited)
) as side (role, expected, found)
where side.expected <> side.found
union all
select journals.sku, 'what journal ' || journals.id || ' books is there: ' || document,
       journals.posted_amount, null
from ullage.journals
where document not in (select id from entry)
"""
"""Overhead goes through work in progress: what a production takes out of it is one sum."""

WORK_IN_PROGRESS = """
with build as (
    select journals.source_id, max(booked.order_id) as order_id,
           sum(lines.debit - lines.credit) as amount,
           bool_or(booked.type = 'produced') as is_produced
    from ullage.journals
    join ullage.journal_lines as lines
        on lines.journal_id = journals.id and lines.role = 'wip'
    join ullage.money_records as booked on booked.id = journals.document
    where journals.releases is null
    group by journals.source_id
)
select 'order ' || order_id, 'nothing is left in work in progress of build ' || source_id,
       0::numeric, amount
from build
where is_produced and amount <> 0
  and not exists (select from ullage.rejections where rejections.source_id = build.source_id)
"""
"""A build with a refused line is left out: what it was to make stays in work in progress."""
