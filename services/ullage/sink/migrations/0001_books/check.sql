select 'table ullage.' || missing || ' is not there' as problem
from unnest(array[
    'movements', 'cogs', 'costs', 'receipts', 'draws', 'variances', 'rejections',
    'skus', 'stock', 'cost_layers', 'drained_layers', 'sink_offsets'
]) as missing
where to_regclass('ullage.' || missing) is null
