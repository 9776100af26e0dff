"""Where each partition stands: `ullage.sink_offsets`, moved only together with the rows."""

from collections.abc import Collection, Mapping

import asyncpg

from ullage.sink.errors import TopicReplaced
from ullage.sink.projection import Partition

_FIRST_SEEN = """
insert into ullage.sink_offsets (topic, partition, topic_id, next_offset)
select topic, partition, topic_id, 0
from unnest($1::text[], $2::integer[], $3::text[]) as seen (topic, partition, topic_id)
order by topic, partition
on conflict do nothing
"""

_STORED = """
select topic, partition, topic_id, next_offset
from ullage.sink_offsets
join unnest($1::text[], $2::integer[]) as seen (topic, partition) using (topic, partition)
"""


async def stored_offsets(
    connection: asyncpg.Connection,
    partitions: Collection[Partition],
    topic_ids: Mapping[str, str],
) -> dict[Partition, int]:
    """The next offset to read of each partition; 0 where none was ever read.

    Raises TopicReplaced when an offset belongs to another topic of the same name.
    """
    names = [topic for topic, _ in partitions]
    numbers = [partition for _, partition in partitions]
    ids = [topic_ids[topic] for topic in names]
    await connection.execute(_FIRST_SEEN, names, numbers, ids)
    rows = await connection.fetch(_STORED, names, numbers)
    for row in rows:
        if row["topic_id"] != topic_ids[row["topic"]]:
            raise TopicReplaced(
                row["topic"], "it was deleted and made anew, or Kafka is another"
            )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
