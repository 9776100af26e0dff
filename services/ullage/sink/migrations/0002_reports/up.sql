create view ullage.valuation_summary as
select sku, null::text as warehouse, method, on_hand, value, average_cost,
       on_hand < 0 or value < 0 as negative, flags
from ullage.skus
union all
select stock.sku, stock.warehouse, skus.method, stock.expected, stock.value,
       round(stock.value / nullif(stock.expected, 0), 6),
       stock.expected < 0 or stock.value < 0, '{}'
from ullage.stock
join ullage.skus using (sku);

create view ullage.stock_state as
select sku, warehouse, 'Layer' as label, layer_id, receipt_ids, received_at,
       quantity, unit_cost, value
from ullage.cost_layers
union all
select skus.sku, null, 'Oversold', null, '{}', null, -skus.oversold,
       round((layers.value - skus.value) / skus.oversold, 6), skus.value - layers.value
from ullage.skus
cross join lateral (
    select coalesce(sum(cost_layers.value), 0) as value
    from ullage.cost_layers
    where cost_layers.sku = skus.sku
) as layers
where skus.oversold <> 0
union all
select sku, warehouse, 'Variance', null, '{}', counted_at, variance, 0.00, 0.00
from ullage.stock
where variance <> 0;

create view ullage.cost_of_sales as
select posting_date, sku, warehouse,
       case type when 'cogs' then amount else -amount end as cogs,
       0::numeric as cost_variance,
       case type when 'cogs' then posted_amount else -posted_amount end as posted_cogs,
       0::numeric as posted_cost_variance
from ullage.cogs
union all
select posting_date, sku, warehouse,
       0, case kind when 'rounding' then 0 else amount end,
       0, posted_amount
from ullage.variances
where type = 'cost_variance' and kind <> 'production_difference';

create view ullage.cogs_by_day as
select posting_date as day,
       sum(cogs) as cogs, sum(cost_variance) as cost_variance,
       sum(cogs + cost_variance) as total,
       sum(posted_cogs) as posted_cogs, sum(posted_cost_variance) as posted_cost_variance,
       sum(posted_cogs + posted_cost_variance) as posted_total
from ullage.cost_of_sales
group by 1;

create view ullage.cogs_by_week as
select date_trunc('week', day::timestamp)::date as week,
       sum(cogs) as cogs, sum(cost_variance) as cost_variance, sum(total) as total,
       sum(posted_cogs) as posted_cogs, sum(posted_cost_variance) as posted_cost_variance,
       sum(posted_total) as posted_total
from ullage.cogs_by_day
group by 1;
comment on view ullage.cogs_by_week is 'week is its Monday (ISO 8601)';

create view ullage.cogs_by_month as
select date_trunc('month', day::timestamp)::date as month,
       sum(cogs) as cogs, sum(cost_variance) as cost_variance, sum(total) as total,
       sum(posted_cogs) as posted_cogs, sum(posted_cost_variance) as posted_cost_variance,
       sum(posted_total) as posted_total
from ullage.cogs_by_day
group by 1;

create view ullage.open_variances as
select stock.sku, stock.warehouse, 'Variance' as label, stock.variance as quantity,
       0.00 as unit_cost, stock.expected, stock.counted, stock.estimated, stock.counted_at,
       (
           select max(variances.effective_at)
           from ullage.variances
           where variances.sku = stock.sku and variances.warehouse = stock.warehouse
             and variances.status = 'opened'
       ) as opened_at
from ullage.stock
where stock.variance <> 0;

create view ullage.ledger as
select sku, sequence, effective_at, recorded_at, posting_date, movement_type, warehouse,
       reference, quantity, amount, on_hand, value, movement_id, source_id
from ullage.movements
order by sku, sequence;
comment on view ullage.ledger is 'on_hand and value are the SKU''s after the movement';
