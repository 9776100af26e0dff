select 'ullage.' || wanted.place || ' has no column ' || wanted.name as problem
from (values ('movements', 'merged'), ('skus', 'cost_pool')) as wanted (place, name)
where not exists (
    select from information_schema.columns
    where table_schema = 'ullage' and table_name = wanted.place and column_name = wanted.name
)
