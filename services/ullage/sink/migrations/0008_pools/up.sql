alter table ullage.movements add column merged text[];
comment on column ullage.movements.merged is
    'of a receipt merge: movement_id of each receipt line that became one layer';
alter table ullage.skus add column cost_pool text;
comment on column ullage.skus.cost_pool is
    'sku or warehouse; none where an older version wrote the last snapshot';
