create domain ullage.amount as numeric check (value > '-Infinity' and value < 'Infinity');
create domain ullage.identifier as text collate "C";

create table ullage.movements (
    id ullage.identifier primary key,
    sku ullage.identifier not null,
    sequence bigint not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    movement_type text not null,
    warehouse ullage.identifier,
    reference text,
    currency text not null,
    posting_date date not null,
    quantity ullage.amount not null,
    amount ullage.amount not null,
    posted_amount ullage.amount not null,
    on_hand ullage.amount not null,
    value ullage.amount not null,
    unique (sku, sequence)
);

create table ullage.cogs (
    id ullage.identifier primary key,
    type text not null,
    sku ullage.identifier not null,
    sequence bigint not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    currency text not null,
    posting_date date not null,
    order_id ullage.identifier not null,
    line_id ullage.identifier not null,
    warehouse ullage.identifier not null,
    quantity ullage.amount not null,
    unit_cost ullage.amount not null,
    unit_price ullage.amount,
    provisional_quantity ullage.amount not null,
    amount ullage.amount not null,
    posted_amount ullage.amount not null,
    on_hand ullage.amount not null,
    value ullage.amount not null,
    document ullage.identifier
);
create index cogs_of_sku on ullage.cogs (sku, sequence);
create index cogs_by_date on ullage.cogs (posting_date);

create table ullage.costs (
    id ullage.identifier primary key,
    type text not null,
    sku ullage.identifier not null,
    sequence bigint not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    currency text not null,
    posting_date date not null,
    warehouse ullage.identifier not null,
    to_warehouse ullage.identifier,
    quantity ullage.amount not null,
    unit_cost ullage.amount not null,
    provisional_quantity ullage.amount not null,
    amount ullage.amount not null,
    posted_amount ullage.amount not null,
    on_hand ullage.amount not null,
    value ullage.amount not null,
    reason text,
    receipt_id ullage.identifier,
    charge_id ullage.identifier,
    order_id ullage.identifier,
    document ullage.identifier
);
create index costs_of_sku on ullage.costs (sku, sequence);

create table ullage.receipts (
    id ullage.identifier primary key,
    sku ullage.identifier not null,
    sequence bigint not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    currency text not null,
    posting_date date not null,
    receipt_id ullage.identifier not null,
    warehouse ullage.identifier not null,
    quantity ullage.amount not null,
    unit_cost ullage.amount not null,
    amount ullage.amount not null,
    posted_amount ullage.amount not null,
    on_hand ullage.amount not null,
    value ullage.amount not null
);
create index receipts_of_sku on ullage.receipts (sku, receipt_id);

create table ullage.draws (
    entry_id ullage.identifier,
    line integer,
    sku ullage.identifier not null,
    layer_id ullage.identifier not null,
    receipt_id ullage.identifier,
    quantity ullage.amount not null,
    amount ullage.amount not null,
    primary key (entry_id, line)
);
comment on column ullage.draws.entry_id is 'id of the record in cogs or costs';
comment on column ullage.draws.line is 'place in the record''s layers, from 0';

create table ullage.variances (
    id ullage.identifier primary key,
    type text not null,
    sku ullage.identifier not null,
    sequence bigint not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    currency text,
    posting_date date,
    warehouse ullage.identifier,
    quantity ullage.amount not null,
    amount ullage.amount,
    posted_amount ullage.amount,
    on_hand ullage.amount,
    value ullage.amount,
    label text,
    previous_quantity ullage.amount,
    unit_cost ullage.amount,
    expected ullage.amount,
    counted ullage.amount,
    status text,
    kind text,
    corrects ullage.identifier,
    cause ullage.identifier,
    receipt_id ullage.identifier,
    charge_id ullage.identifier,
    order_id ullage.identifier,
    line_id ullage.identifier,
    assumed_unit_cost ullage.amount,
    constraint quantity_variance_is_whole check (
        type <> 'quantity_variance'
        or num_nulls(
            warehouse, label, previous_quantity, unit_cost, expected, counted, status) = 0
    ),
    constraint cost_variance_is_whole check (
        type <> 'cost_variance'
        or num_nulls(
            kind, currency, posting_date, amount, posted_amount, on_hand, value, corrects, cause) = 0
    ),
    constraint cost_needed_is_whole check (
        type <> 'cost_needed' or num_nulls(receipt_id, assumed_unit_cost) = 0
    )
);
create index variances_of_sku on ullage.variances (sku, sequence);
create index cost_variances_by_date on ullage.variances (posting_date)
    where type = 'cost_variance';

create table ullage.rejections (
    id ullage.identifier primary key,
    code integer not null,
    name text not null,
    message text not null,
    source_id text not null,
    sku text,
    sequence bigint,
    movement_id ullage.identifier,
    effective_at timestamptz,
    recorded_at timestamptz not null,
    conflicts_with text,
    event text not null
);
comment on column ullage.rejections.event is
    'the refused event, byte for byte: text, because jsonb refuses U+0000';

create table ullage.skus (
    sku ullage.identifier primary key,
    sequence bigint not null,
    id ullage.identifier not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    method text not null,
    currency text,
    on_hand ullage.amount not null,
    value ullage.amount not null,
    average_cost ullage.amount,
    last_landed_cost ullage.amount,
    open_layers bigint not null,
    oversold ullage.amount not null,
    flags text[] not null
);

create table ullage.stock (
    sku ullage.identifier,
    warehouse ullage.identifier,
    sequence bigint not null,
    expected ullage.amount not null,
    estimated ullage.amount not null,
    counted ullage.amount,
    counted_at timestamptz,
    variance ullage.amount,
    value ullage.amount not null,
    primary key (sku, warehouse)
);

create table ullage.cost_layers (
    sku ullage.identifier,
    layer_id ullage.identifier,
    sequence bigint not null,
    id ullage.identifier not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    receipt_ids text[] not null,
    warehouse ullage.identifier,
    currency text,
    received_at timestamptz not null,
    quantity ullage.amount not null,
    unit_cost ullage.amount not null,
    value ullage.amount not null,
    primary key (sku, layer_id)
);

create table ullage.drained_layers (
    sku ullage.identifier,
    layer_id ullage.identifier,
    sequence bigint not null,
    primary key (sku, layer_id)
);

create table ullage.sink_offsets (
    topic text,
    partition integer,
    topic_id text not null,
    next_offset bigint not null,
    primary key (topic, partition)
);
