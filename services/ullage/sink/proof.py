"""Continuous proof: what is booked is what the books are worth (domain 3), at all times.

The cost that a movement's records book, signed as in `signs`, is the change of the SKU's value
that the ledger told. Added up over the movements of a SKU, what came less what went is the
value on hand. Each batch looks at the rows it really inserted, so a repeated record counts
nothing and the cost does not grow with the history.

Records of one movement come by several topics: one that does not add up has a row in
`ullage.unproven`, mostly for a moment. It is wrong when all that was committed at that time
has been read, for a time, and its rows, added up anew, still differ. Rows changed by another
hand than the sink's are what `ullage check` finds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import asyncpg

from ullage.sink.projection import Partition
from ullage.sink.signs import SIGNS

GRACE_SECONDS = 30.0
"""How long the sink must have been up to date before a difference is one.

A commit reaches its partitions one by one: in milliseconds, but a partition that has lost its
leader hears of it when it has another one. That is seconds; a transaction itself may take 10.
"""

ALARM = Decimal("0.01")
"""The difference of a SKU, in the base currency, from which on the sink is not ready."""

_STAGE = """
create temporary table staged_signs (type text, amount integer);
create temporary table staged_bookings (
    sku ullage.identifier, sequence bigint, difference numeric, is_movement boolean
) on commit delete rows
"""

_BOOKING = {
    "movements": "select sku, sequence, -amount, true from new",
    "cogs": "select sku, sequence, new.amount * coalesce(sign.amount, 0), false "
    "from new left join staged_signs as sign using (type)",
    "costs": "select sku, sequence, new.amount * coalesce(sign.amount, 0), false "
    "from new left join staged_signs as sign using (type)",
    "variances": "select sku, sequence, coalesce(new.amount * sign.amount, 0), false "
    "from new left join staged_signs as sign on sign.type = new.kind",
}

_FOLLOW = """
insert into staged_bookings
select this.sku, this.sequence, coalesce(before.value, 0) + this.amount - this.value, false
from staged_bookings
join ullage.movements as this using (sku, sequence)
left join ullage.movements as before
    on before.sku = this.sku and before.sequence = this.sequence - 1
where is_movement and (before.sku is not null or this.sequence = 1)
  and coalesce(before.value, 0) + this.amount <> this.value
"""

_OPEN = """
insert into ullage.unproven as stored (sku, sequence, difference)
select sku, sequence, sum(difference)
from staged_bookings
group by sku, sequence
having sum(difference) <> 0
order by sku, sequence
on conflict (sku, sequence) do update set difference = stored.difference + excluded.difference
"""

_CLOSE = """
delete from ullage.unproven using staged_bookings as booked
where unproven.sku = booked.sku and unproven.sequence = booked.sequence
  and unproven.difference = 0
"""

_STATES = """
insert into ullage.unproven (sku, sequence, difference)
select sku, sequence, coalesce(movements.value, 0) - skus.value
from ullage.skus left join ullage.movements using (sku, sequence)
where sku = any($1::text[]) and movements.value is distinct from skus.value
order by sku
on conflict do nothing
"""

_CAUGHT_UP = """
update ullage.sink_offsets set
    caught_up_since = case when caught_up_at > $3::timestamptz - interval '10 seconds'
                           then caught_up_since else $3 end,
    caught_up_at = $3
from unnest($1::text[], $2::integer[]) as mine (topic, partition)
where sink_offsets.topic = mine.topic and sink_offsets.partition = mine.partition
"""

_HORIZON = """
with horizon as (
    select max(caught_up_since) as since, min(caught_up_at) - $1::interval as until
    from ullage.sink_offsets
    having count(*) = count(caught_up_at)
)
"""

_LOOK_AGAIN = (
    _HORIZON
    + """
, due as (
    select sku, sequence
    from ullage.unproven
    where since < (select until from horizon where horizon.since < until)
    order by is_confirmed, since
    limit 1000
    for update skip locked
)
update ullage.unproven as found set
    is_confirmed = true,
    difference = (
        select coalesce(sum(entry.amount * sign.amount), 0)
        from ullage.money_records as entry join staged_signs as sign using (type)
        where entry.sku = due.sku and entry.sequence = due.sequence
    ) + coalesce(before.value, 0) - coalesce(state.value, this.value, before.value, 0)
from due
left join ullage.movements as this using (sku, sequence)
left join ullage.skus as state using (sku, sequence)
left join lateral (
    select value from ullage.movements
    where movements.sku = due.sku and movements.sequence < due.sequence
    order by sequence desc limit 1
) as before on true
where found.sku = due.sku and found.sequence = due.sequence
"""
)

_FORGET = "delete from ullage.unproven where is_confirmed and difference = 0"

_PROOF = (
    _HORIZON
    + """
, wrong as (
    select sku, sum(difference) as difference, sum(abs(difference)) as gross
    from ullage.unproven where is_confirmed group by sku
)
select coalesce(max(gross), 0) as largest, coalesce(sum(difference), 0) as overall,
       count(*) filter (where gross >= $2) as wrong,
       (array_agg(sku order by gross desc, sku))[1] as sku,
       (select until from horizon where since < until) as until
from wrong
"""
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What does not add up, in the base currency; all zero: the books are proven."""

    largest: Decimal
    """Of any SKU. Movements that are wrong in opposite directions do not make up for it."""
    overall: Decimal
    """Of all SKUs together, cost booked less value."""
    wrong: int
    """SKUs that differ by `ALARM` or more."""
    sku: str | None
    """The one that differs most."""
    until: datetime | None
    """What was written before is proven, or found wrong; None: that cannot be said now."""

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, for an operator; empty when nothing is."""
        if not self.wrong:
            return ""
        others = f", and {self.wrong - 1} more SKUs are wrong" if self.wrong > 1 else ""
        return (
            f"the books do not add up: what was booked of {self.sku} and its value differ by "
            f"{self.largest:f}{others}; run `ullage check` to see which law is broken. The "
            "sink goes on writing"
        )


async def stage(connection: asyncpg.Connection) -> None:
    """Make the staging tables of this connection."""
    await connection.execute(_STAGE)
    await connection.executemany(
        "insert into staged_signs values ($1, $2)", [(sign.type, sign.amount) for sign in SIGNS]
    )


def booking(table: str, insert: str) -> str:
    """An insert that also stages what its rows book; others are as they were."""
    if table not in _BOOKING:
        return insert
    return f"with new as ({insert} returning *) insert into staged_bookings {_BOOKING[table]}"


async def book(connection: asyncpg.Connection) -> None:
    """Add up what this transaction has inserted; note the movements it does not prove."""
    await connection.execute(_FOLLOW)
    if not (await connection.execute(_OPEN)).endswith(" 0"):
        await connection.execute(_CLOSE)


async def hold_states(connection: asyncpg.Connection, skus: Collection[str]) -> None:
    """Note those of the SKUs whose state is not what their last movement left."""
    await connection.execute(_STATES, sorted(skus))


async def note_caught_up(
    connection: asyncpg.Connection, partitions: Collection[Partition], at: datetime
) -> None:
    """Note that all of these partitions that was committed at that time is written."""
    topics, numbers = [topic for topic, _ in partitions], [number for _, number in partitions]
    await connection.execute(_CAUGHT_UP, topics, numbers, at)


async def look(connection: asyncpg.Connection, grace: timedelta) -> Proof:
    """Add up anew what is due, and say what is wrong. At most 1,000 movements at a time."""
    async with connection.transaction():
        await connection.execute(_LOOK_AGAIN, grace)
        await connection.execute(_FORGET)
        row = await connection.fetchrow(_PROOF, grace, ALARM)
    return Proof(*row)
