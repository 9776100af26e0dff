"""The invariants of domain 3 in SQL: of whom, what, expected and found where one breaks."""

from typing import NamedTuple

from ullage.sink.journal_laws import (
    INVENTORY_ACCOUNT,
    JOURNALS_BALANCE,
    RECORDS_ARE_BOOKED,
    WORK_IN_PROGRESS,
)
from ullage.sink.record_laws import (
    BOOKED_ONCE,
    OF_A_MOVEMENT,
    ONE_BASE_CURRENCY,
    ONE_CONTENT_PER_ID,
)


class Law(NamedTuple):
    """A query for what is wrong; one that takes signs has them as five arrays."""

    sql: str
    takes_signs: bool = False


_BOOKED = """
with sign as (
    select * from unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::text[])
        as sign (type, quantity, amount, debit, credit)
), entry as (
    select id, sku, type, quantity, amount, posted_amount from ullage.money_records
)
"""

_EVERY_COST_HAS_A_SIGN = (
    _BOOKED
    + """
select sku, 'units of ' || type || ', which this check cannot sign: upgrade it',
       0::numeric, sum(quantity)
from entry
where type not in (select sign.type from sign)
group by sku, type
"""
)

_RECORDS_ADD_UP_TO_THE_STATE = (
    _BOOKED
    + """
, booked as (
    select sku, sum(entry.quantity * sign.quantity) as quantity,
           sum(entry.amount * sign.amount) as value,
           sum(case 'inventory' when debit then posted_amount
                                when credit then -posted_amount else 0 end) as posted
    from entry join sign using (type)
    group by sku
)
select sku, law.what, law.expected, law.found
from booked full join ullage.skus using (sku)
cross join lateral (values
    ('units that came less units that went are on hand',
        coalesce(booked.quantity, 0), coalesce(skus.on_hand, 0), 0.000001),
    ('cost that came less cost that went and cost variances is the value on hand',
        coalesce(booked.value, 0), coalesce(skus.value, 0), 0.000001),
    ('posted cost is the value on hand but for a carry below one minor unit',
        coalesce(booked.posted, 0), coalesce(skus.value, 0),
        ullage.minor_unit(skus.currency))
) as law (what, expected, found, too_much)
where abs(law.expected - law.found) >= law.too_much
"""
)

_STATE_AGREES_WITH_ITSELF = """
with counted as (
    select sku, count(*) as movements, max(sequence) as last,
           sum(quantity) as quantity, sum(amount) as value
    from ullage.movements group by sku
), warehouses as (
    select sku, sum(expected) as expected, sum(value) as value
    from ullage.stock group by sku
), layers as (
    select sku, count(*) as open, sum(quantity) as quantity, sum(value) as value
    from ullage.cost_layers group by sku
)
select sku, law.what, law.expected, law.found
from ullage.skus
full join counted using (sku)
left join warehouses using (sku)
left join layers using (sku)
left join ullage.movements as latest using (sku, sequence)
cross join lateral (values
    ('movements are numbered without a gap', counted.last::numeric, counted.movements),
    ('the state is the one after the last movement', counted.last, skus.sequence),
    ('on hand is what the last movement left', latest.on_hand, skus.on_hand),
    ('the value is what the last movement left', latest.value, skus.value),
    ('changes of quantity add up to on hand', counted.quantity, skus.on_hand),
    ('changes of cost add up to the value', counted.value, skus.value),
    ('values of all warehouses add up', coalesce(warehouses.value, 0), skus.value),
    ('expected of all warehouses is on hand', coalesce(warehouses.expected, 0), skus.on_hand),
    ('open layers are as many as the state says',
        coalesce(layers.open, 0), skus.open_layers),
    ('units in open layers, less oversold, are on hand',
        coalesce(layers.quantity, 0) - skus.oversold, skus.on_hand),
    ('cost in open layers is the value on hand (nothing oversold)',
        case skus.oversold when 0 then coalesce(layers.value, 0) end,
        case skus.oversold when 0 then skus.value end)
) as law (what, expected, found)
where law.expected is distinct from law.found
"""

_DRAWS_ADD_UP_TO_THEIR_COST = """
with entry as (
    select id, sku, type, quantity - provisional_quantity as quantity, amount,
           provisional_quantity = 0 as is_settled
    from ullage.cogs
    where type = 'cogs'
    union all
    select id, sku, type, quantity - provisional_quantity, amount, provisional_quantity = 0
    from ullage.costs
    where type in ('write_off', 'consumed')
), drawn as (
    select entry.*, coalesce(sum(draws.quantity), 0) as drawn_quantity,
           coalesce(sum(draws.amount), 0) as drawn_amount
    from entry
    join ullage.skus on skus.sku = entry.sku and skus.method <> 'wac'
    left join ullage.draws on draws.entry_id = entry.id
    group by entry.id, entry.sku, entry.type, entry.quantity, entry.amount, entry.is_settled
)
select sku, law.what || ' of ' || type || ' ' || id, law.expected, law.found
from drawn
cross join lateral (values
    ('units drawn from layers', quantity, drawn_quantity),
    ('cost drawn from layers', amount, case when is_settled then drawn_amount else amount end)
) as law (what, expected, found)
where law.expected <> law.found
"""

_SHARES_ADD_UP_TO_THEIR_CHARGE = """
with shared as (
    select charges.shipment_id, charges.charge_id, charges.amount as charge,
           sum(shares.amount) as amount, sum(shares.posted_amount) as posted,
           max(ullage.minor_unit(shares.currency)) as minor_unit
    from ullage.charges
    join ullage.charge_shares as shares using (shipment_id, charge_id)
    group by charges.shipment_id, charges.charge_id, charges.amount
)
select 'charge ' || charge_id || ' of shipment ' || shipment_id, law.what, charge, law.found
from shared
cross join lateral (values
    ('shares add up to the charge', amount, 0),
    ('posted shares add up to the charge', posted, minor_unit / 2)
) as law (what, found, tolerance)
where abs(law.found - charge) > law.tolerance
  -- What a refused line or an unknown item was to bear is in no book.
  and not exists (
      select from ullage.rejections where strpos(event, to_json(shipment_id)::text) > 0
  )
"""

LAWS = (
    Law(_EVERY_COST_HAS_A_SIGN, takes_signs=True),
    Law(_RECORDS_ADD_UP_TO_THE_STATE, takes_signs=True),
    Law(_STATE_AGREES_WITH_ITSELF),
    Law(_DRAWS_ADD_UP_TO_THEIR_COST),
    Law(_SHARES_ADD_UP_TO_THEIR_CHARGE),
    Law(JOURNALS_BALANCE),
    Law(INVENTORY_ACCOUNT),
    Law(_BOOKED + RECORDS_ARE_BOOKED, takes_signs=True),
    Law(WORK_IN_PROGRESS),
    Law(ONE_BASE_CURRENCY),
    Law(OF_A_MOVEMENT),
    Law(ONE_CONTENT_PER_ID),
    Law(BOOKED_ONCE),
)
