alter table ullage.rejections drop constraint rejections_pkey;
alter table ullage.rejections
    add constraint rejections_of_a_line unique nulls not distinct (id, movement_id);
