select 'view ullage.' || missing || ' is not there' as problem
from unnest(array[
    'money_records', 'journal_entries', 'journal_pairs', 'journals_by_day', 'provisional_cogs'
]) as missing
where to_regclass('ullage.' || missing) is null
