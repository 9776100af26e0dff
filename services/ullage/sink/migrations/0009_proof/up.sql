create table ullage.unproven (
    sku ullage.identifier,
    sequence bigint,
    difference ullage.amount not null,
    since timestamptz not null default now(),
    is_confirmed boolean not null default false,
    primary key (sku, sequence)
);
create index unproven_by_age on ullage.unproven (since);
comment on table ullage.unproven is
    'movements whose records do not, or not yet, add up to the value the ledger told';
comment on column ullage.unproven.difference is
    'cost booked by its records, less the change of the SKU''s value';
comment on column ullage.unproven.is_confirmed is
    'everything of that time has been read and it still does not add up';

alter table ullage.sink_offsets
    add column caught_up_since timestamptz,
    add column caught_up_at timestamptz;
comment on column ullage.sink_offsets.caught_up_at is
    'all that Kafka held by then is in these tables; since: without a long break';
