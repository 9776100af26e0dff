select 'view ullage.' || missing || ' is not there' as problem
from unnest(array[
    'valuation_summary', 'stock_state', 'cost_of_sales', 'cogs_by_day', 'cogs_by_week',
    'cogs_by_month', 'open_variances', 'ledger'
]) as missing
where to_regclass('ullage.' || missing) is null
