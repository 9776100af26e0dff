create function ullage.minor_unit(currency text) returns numeric
language sql immutable
return case
    when currency in (
        'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
        'VND', 'VUV', 'XAF', 'XOF', 'XPF'
    ) then 1
    when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 0.001
    when currency in ('CLF', 'UYW') then 0.0001
    else 0.01
end;
comment on function ullage.minor_unit is 'the least amount of a currency (ISO 4217)';

create view ullage.money_records as
select id, coalesce(document, id) as document, type, sku, sequence, movement_id, source_id,
       posting_date, currency, warehouse, null::text as to_warehouse, quantity, amount,
       posted_amount, provisional_quantity, order_id, line_id, null::text as receipt_id,
       null::text as charge_id, null::text as shipment_id, null::text as corrects
from ullage.cogs
union all
select id, coalesce(document, id), type, sku, sequence, movement_id, source_id,
       posting_date, currency, warehouse, to_warehouse, quantity, amount,
       posted_amount, provisional_quantity, order_id, null, receipt_id, charge_id,
       shipment_id, null
from ullage.costs
union all
select id, id, kind, sku, sequence, movement_id, source_id,
       posting_date, currency, warehouse, null, quantity, amount,
       posted_amount, 0, order_id, line_id, receipt_id, charge_id, shipment_id, corrects
from ullage.variances
where type = 'cost_variance';
comment on view ullage.money_records is
    'every record that moves money; of a cost variance the type is its kind';

create view ullage.journal_entries as
select journals.id as journal_id, journals.posting_date, journals.sku, journals.sequence,
       case when releasing.id is null then journals.status else 'released' end as status,
       booked.type, booked.warehouse, booked.order_id, booked.receipt_id, journals.document,
       journals.releases, releasing.id as released_by, journals.source_id, journals.currency,
       lines.line, lines.role, lines.account, lines.debit, lines.credit
from ullage.journals
join ullage.journal_lines as lines on lines.journal_id = journals.id
left join ullage.journals as releasing on releasing.releases = journals.id
left join ullage.money_records as booked on booked.id = journals.document;
comment on column ullage.journal_entries.status is
    'ready, held or off as it was written; released: held, and written again when mapped';

create view ullage.journal_pairs as
select journals.posting_date, journals.sku, journals.sequence, journals.currency,
       journals.id as journal_id, journals.document,
       max(lines.role) filter (where debit <> 0) as debit_role,
       max(lines.account) filter (where debit <> 0) as debit_account,
       max(lines.role) filter (where credit <> 0) as credit_role,
       max(lines.account) filter (where credit <> 0) as credit_account,
       sum(debit) as amount
from ullage.journals
join ullage.journal_lines as lines on lines.journal_id = journals.id
where journals.status = 'ready'
group by journals.id, lines.line / 2;
comment on view ullage.journal_pairs is
    'ready journals, a debit and the credit that follows it in one row; a release counts, the '
    'held journal that it releases does not';

create view ullage.journals_by_day as
select posting_date as day, currency, debit_role, debit_account, credit_role, credit_account,
       sum(amount) as amount, count(distinct journal_id) as journals
from ullage.journal_pairs
group by posting_date, currency, debit_role, debit_account, credit_role, credit_account;

create view ullage.provisional_cogs as
with sold as (
    select coalesce(document, id) as id, sku, order_id, line_id, warehouse,
           min(posting_date) as posting_date, min(sequence) as sequence,
           sum(quantity) as quantity, sum(provisional_quantity) as provisional_quantity
    from ullage.cogs
    where type = 'cogs'
    group by coalesce(document, id), sku, order_id, line_id, warehouse
    having sum(provisional_quantity) > 0
), settled as (
    select sold.*, coalesce(sum(variances.quantity), 0) as settled_quantity
    from sold
    left join ullage.variances
        on variances.corrects = sold.id and variances.kind = 'oversold_settlement'
        and variances.quantity > 0
    group by sold.id, sold.sku, sold.order_id, sold.line_id, sold.warehouse,
             sold.posting_date, sold.sequence, sold.quantity, sold.provisional_quantity
), open as (
    select settled.*, provisional_quantity - settled_quantity as unsettled,
           coalesce(sum(provisional_quantity - settled_quantity) over later, 0) as newer,
           (
               select coalesce(sum(reversal.provisional_quantity), 0)
               from ullage.cogs as reversal
               where reversal.type = 'cogs_reversal' and reversal.sku = settled.sku
                 and reversal.order_id = settled.order_id
                 and reversal.line_id = settled.line_id
           ) as returned
    from settled
    window later as (
        partition by sku, order_id, line_id order by sequence desc
        rows between unbounded preceding and 1 preceding
    )
), cancelled as (
    select open.*, greatest(0, least(unsettled, returned - newer)) as cancelled_quantity
    from open
)
select id, sku, sequence, posting_date, order_id, line_id, warehouse, quantity,
       provisional_quantity, settled_quantity, cancelled_quantity,
       unsettled - cancelled_quantity as provisional_left
from cancelled;
comment on view ullage.provisional_cogs is
    'costs of sales that were provisional when they were booked, and how many units still are; '
    'a return cancels an order line''s last ones first';
