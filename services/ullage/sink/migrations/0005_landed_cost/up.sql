alter table ullage.costs
    add column shipment_id ullage.identifier,
    add column original_currency text,
    add column fx_rate ullage.amount,
    add column original_unit_cost ullage.amount,
    add column refused_components text[];
create index costs_of_receipt on ullage.costs (receipt_id) where receipt_id is not null;
create index costs_of_order on ullage.costs (order_id) where order_id is not null;
create index costs_of_charge on ullage.costs (charge_id) where charge_id is not null;
create index costs_of_event on ullage.costs (source_id);

alter table ullage.receipts
    add column shipment_id ullage.identifier,
    add column original_currency text,
    add column fx_rate ullage.amount,
    add column original_unit_cost ullage.amount;

alter table ullage.variances add column shipment_id ullage.identifier;
create index variances_correcting on ullage.variances (corrects) where corrects is not null;
create index variances_of_receipt on ullage.variances (receipt_id) where receipt_id is not null;

create index cogs_of_order on ullage.cogs (order_id, line_id);
create index cogs_of_document on ullage.cogs (document);
create index cogs_of_event on ullage.cogs (source_id);
create index movements_of_event on ullage.movements (source_id);
create index draws_of_layer on ullage.draws (sku, layer_id);
create index draws_of_receipt on ullage.draws (receipt_id) where receipt_id is not null;

create table ullage.charges (
    shipment_id ullage.identifier,
    charge_id ullage.identifier,
    kind text not null,
    basis text not null,
    amount ullage.amount not null,
    currency text,
    fx_rate ullage.amount,
    original_amount ullage.amount,
    primary key (shipment_id, charge_id)
);
comment on column ullage.charges.amount is 'the whole charge, in the base currency';
comment on column ullage.charges.currency is
    'what it was charged in, where that is another currency';

create table ullage.charge_shares (
    id ullage.identifier primary key,
    sku ullage.identifier not null,
    sequence bigint not null,
    movement_id ullage.identifier not null,
    source_id ullage.identifier not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    currency text not null,
    posting_date date not null,
    shipment_id ullage.identifier not null,
    charge_id ullage.identifier not null,
    receipt_id ullage.identifier not null,
    warehouse ullage.identifier not null,
    quantity ullage.amount not null,
    unit_cost ullage.amount not null,
    amount ullage.amount not null,
    posted_amount ullage.amount not null,
    on_hand ullage.amount not null,
    value ullage.amount not null
);
create index charge_shares_of_charge on ullage.charge_shares (shipment_id, charge_id);
