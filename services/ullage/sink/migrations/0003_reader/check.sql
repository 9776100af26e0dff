select 'ullage_reader cannot read ullage.' || relname as problem
from pg_class
where relnamespace = 'ullage'::regnamespace and relkind in ('r', 'v')
  and not has_table_privilege('ullage_reader', oid, 'select')
union all
select 'ullage_reader can write ullage.' || relname
from pg_class
where relnamespace = 'ullage'::regnamespace and relkind in ('r', 'v')
  and has_table_privilege('ullage_reader', oid, 'insert, update, delete, truncate')
