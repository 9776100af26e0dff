select 'table ullage.unproven is not there' as problem
where to_regclass('ullage.unproven') is null
union all
select 'column ' || missing || ' of ullage.sink_offsets is not there'
from unnest(array['caught_up_since', 'caught_up_at']) as missing
where not exists (
    select from information_schema.columns
    where table_schema = 'ullage' and table_name = 'sink_offsets' and column_name = missing
)
