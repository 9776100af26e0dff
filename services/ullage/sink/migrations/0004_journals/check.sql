select 'table ullage.' || missing || ' is not there' as problem
from unnest(array['journals', 'journal_lines']) as missing
where to_regclass('ullage.' || missing) is null
