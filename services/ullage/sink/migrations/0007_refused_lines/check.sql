select 'ullage.rejections keeps one line of a document only' as problem
where not exists (
    select from pg_constraint
    where conrelid = 'ullage.rejections'::regclass and conname = 'rejections_of_a_line'
)
