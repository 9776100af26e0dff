create table ullage.journals (
    id ullage.identifier primary key,
    sku ullage.identifier not null,
    sequence bigint not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    currency text not null,
    posting_date date not null,
    amount ullage.amount not null,
    posted_amount ullage.amount not null,
    on_hand ullage.amount not null,
    value ullage.amount not null,
    status text not null,
    document ullage.identifier not null,
    releases ullage.identifier
);
create index journals_of_sku on ullage.journals (sku, sequence);
create index journals_by_date on ullage.journals (posting_date);
create index journals_of_document on ullage.journals (document);
create index journals_releasing on ullage.journals (releases) where releases is not null;

create table ullage.journal_lines (
    journal_id ullage.identifier,
    line integer,
    sku ullage.identifier not null,
    account ullage.identifier,
    role ullage.identifier not null,
    debit ullage.amount not null,
    credit ullage.amount not null,
    primary key (journal_id, line),
    constraint one_side_is_empty check (debit = 0 or credit = 0)
);
comment on column ullage.journal_lines.line is 'place in the record''s lines, from 0';
