select 'table ullage.' || missing || ' is not there' as problem
from unnest(array['charges', 'charge_shares']) as missing
where to_regclass('ullage.' || missing) is null
union all
select 'column ' || missing || ' of ullage.costs is not there'
from unnest(array[
    'shipment_id', 'original_currency', 'fx_rate', 'original_unit_cost', 'refused_components'
]) as missing
where not exists (
    select from information_schema.columns
    where table_schema = 'ullage' and table_name = 'costs' and column_name = missing
)
