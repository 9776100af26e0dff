do $$
begin
    if not exists (select from pg_roles where rolname = 'ullage_reader') then
        create role ullage_reader nologin;
    end if;
exception
    -- Another database of this server is being migrated at the same moment.
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise exception using
            errcode = 'insufficient_privilege',
            message = 'this user may not create the role ullage_reader; '
                'ask an administrator for: create role ullage_reader nologin';
end
$$;

grant usage on schema ullage to ullage_reader;
grant select on all tables in schema ullage to ullage_reader;
alter default privileges in schema ullage grant select on tables to ullage_reader;
