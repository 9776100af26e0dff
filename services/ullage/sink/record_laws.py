"""What must hold of records as such: one currency, one movement, once; SQL as in `laws`."""

ONE_BASE_CURRENCY = """
with kept as (
    select distinct sku, currency from ullage.money_records where amount <> 0
), by_currency as (
    select currency, count(*) as skus, string_agg(sku, ', ' order by sku) as named
    from kept group by currency
), most as (
    select currency, skus from by_currency order by skus desc, currency limit 1
)
select 'currency ' || other.currency,
       'all books are in one base currency, but most are in ' || most.currency
       || ' and in ' || other.currency || ' are ' || other.named
       || '; partitions had their first money under different policies: sums over these'
       || ' SKUs mean nothing. Start a new log with one policy before the first event and'
       || ' send the events again',
       0::numeric, other.skus
from by_currency as other cross join most
where other.currency <> most.currency
"""
"""A record without money has the policy's currency of its time, and locks none."""

OF_A_MOVEMENT = """
with said as (
    select sku, sequence, movement_id, type || ' ' || id as record from ullage.money_records
    union all
    select sku, sequence, movement_id, 'journal ' || id from ullage.journals
    union all
    select sku, sequence, movement_id, type || ' ' || id from ullage.variances
    where type <> 'cost_variance'
)
select sku, 'the movement of ' || record || ' is there', sequence::numeric,
       movements.sequence::numeric
from said left join ullage.movements using (sku, sequence)
where movements.movement_id is distinct from said.movement_id
union all
select min(sku), 'movement ' || movement_id || ' is applied once', 1, count(*)
from ullage.movements group by movement_id having count(*) > 1
"""

ONE_CONTENT_PER_ID = """
with said as (
    select id, sku from ullage.movements
    union all
    select id, sku from ullage.cogs
    union all
    select id, sku from ullage.costs
    union all
    select id, sku from ullage.variances
    union all
    select id, sku from ullage.journals
)
select min(sku), 'one record has the id ' || id, 1::numeric, count(*)
from said group by id having count(*) > 1
"""
"""Within a table the database sees to it."""

BOOKED_ONCE = """
with pair as (
    select journals.id, journals.sku, journals.document,
           string_agg(lines.role, ' and ' order by lines.role) as roles
    from ullage.journals
    join ullage.journal_lines as lines on lines.journal_id = journals.id
    where journals.releases is null
    group by journals.id
)
select min(sku), 'one journal of ' || roles || ' books ' || document, 1::numeric, count(*)
from pair group by document, roles having count(*) > 1
union all
select min(sku), 'one journal releases ' || releases, 1, count(*)
from ullage.journals where releases is not null
group by releases having count(*) > 1
union all
select journals.sku, 'what journal ' || journals.id || ' releases was held', 1, 0
from ullage.journals
left join ullage.journals as held on held.id = journals.releases and held.status = 'held'
where journals.releases is not null and held.id is null
"""
"""Production and its overhead are booked by two journals of different roles."""
