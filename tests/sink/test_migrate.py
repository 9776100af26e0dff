"""Migrations go forward, once, whole, and notice what does not fit."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from ullage.sink.errors import MigrationError
from ullage.sink.migrate import Migration, migrate, migrations

ALL = [migration.name for migration in migrations()]
NEXT = Migration(
    9000, "9000_next", "create table ullage.next (id integer)", "select where false"
)


@pytest.fixture
async def connection(fresh_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fresh_database)
    yield connection
    await connection.close()


async def test_each_is_applied_once(fresh_database: str) -> None:
    assert await migrate(fresh_database) == ALL
    assert await migrate(fresh_database) == []
    assert await migrate(fresh_database, (*migrations(), NEXT)) == ["9000_next"]


async def test_two_at_once_take_turns(fresh_database: str) -> None:
    applied = await asyncio.gather(migrate(fresh_database), migrate(fresh_database))
    assert sorted(applied) == [[], ALL]


async def test_an_edited_migration_is_refused(fresh_database: str) -> None:
    await migrate(fresh_database)
    first, *others = migrations()
    edited = replace(first, up=first.up + "\n-- harmless")
    with pytest.raises(MigrationError, match=r"0001_books was edited .* a new migration"):
        await migrate(fresh_database, (edited, *others))


async def test_a_newer_database_is_refused(fresh_database: str) -> None:
    await migrate(fresh_database, (*migrations(), NEXT))
    with pytest.raises(MigrationError, match=r"9000_next, which this version .* does not know"):
        await migrate(fresh_database)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (replace(NEXT, up="create table ullage.next (id integer); select 1/0"), "division"),
        (replace(NEXT, check="select 'the table is empty'"), "its check found: the table"),
    ],
)
async def test_a_failure_changes_nothing(
    fresh_database: str, connection: asyncpg.Connection, broken: Migration, reason: str
) -> None:
    await migrate(fresh_database)
    with pytest.raises(MigrationError, match=reason):
        await migrate(fresh_database, (*migrations(), broken))
    assert await connection.fetchval("select to_regclass('ullage.next')") is None
    assert await connection.fetchval("select max(number) from ullage.schema_migrations") == len(
        ALL
    )


async def test_readers_read_and_nothing_else(
    fresh_database: str, connection: asyncpg.Connection
) -> None:
    await migrate(fresh_database, (*migrations(), NEXT))
    await connection.execute("set role ullage_reader")
    for readable in ("movements", "valuation_summary", "next"):
        assert await connection.fetch(f"select * from ullage.{readable}") == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("delete from ullage.movements")


async def test_every_migration_says_why_and_runs_whole() -> None:
    for number, migration in enumerate(migrations(), start=1):
        assert migration.number == number
        assert "commit" not in migration.up.lower()
