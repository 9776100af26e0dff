"""Bring a database to this version: forward only, each migration once, all or nothing."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import asyncpg
import structlog

from ullage.sink.errors import MigrationError, NotReady

_LOCK = 0x756C6C616765
"""Key of the advisory lock: "ullage" in ASCII."""

_FOLDER = re.compile(r"(\d{4})_[a-z_]+")

_BOOTSTRAP = """
create schema if not exists ullage;
create table if not exists ullage.schema_migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
);
"""

log = structlog.get_logger("ullage.sink")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step forward: `up` changes the schema, `check` then selects the problems left."""

    number: int
    name: str
    up: str
    check: str

    @property
    def checksum(self) -> str:
        """SHA-256 of `up`: what was applied, to the byte."""
        return hashlib.sha256(self.up.encode()).hexdigest()


@cache
def migrations() -> tuple[Migration, ...]:
    """The migrations of this version in order, from the folders beside this module."""
    folders = [f for f in files(__package__).joinpath("migrations").iterdir() if f.is_dir()]
    named = [(match, f) for f in folders if (match := _FOLDER.fullmatch(f.name))]
    return tuple(
        Migration(
            int(match[1]),
            folder.name,
            folder.joinpath("up.sql").read_text(encoding="utf-8"),
            folder.joinpath("check.sql").read_text(encoding="utf-8"),
        )
        for match, folder in sorted(named, key=lambda pair: pair[1].name)
    )


async def migrate(url: str, known: tuple[Migration, ...] | None = None) -> list[str]:
    """Apply what is missing and return the names applied; none when it is up to date.

    One transaction under an advisory lock: two callers take turns, and a failure leaves the
    database as it was. Raises MigrationError, or what asyncpg raises when it cannot connect.
    """
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
            await connection.execute(_BOOTSTRAP)
            pending = await _pending(connection, migrations() if known is None else known)
            for migration in pending:
                await _apply(connection, migration)
    finally:
        await connection.close()
    for migration in pending:
        log.info("migration applied", migration=migration.name)
    return [migration.name for migration in pending]


async def require_migrated(connection: asyncpg.Connection) -> None:
    """Raise NotReady when migrations are missing, MigrationError when they do not match."""
    there = await connection.fetchval("select to_regclass('ullage.schema_migrations')")
    pending = await _pending(connection, migrations()) if there else list(migrations())
    if pending:
        names = ", ".join(migration.name for migration in pending)
        raise NotReady(f"the database lacks {names}: run `ullage migrate`")


async def _pending(
    connection: asyncpg.Connection, known: tuple[Migration, ...]
) -> list[Migration]:
    rows = await connection.fetch("select number, name, checksum from ullage.schema_migrations")
    applied = {row["number"]: row for row in rows}
    for number in sorted(applied.keys() - {migration.number for migration in known}):
        raise MigrationError(
            f"the database has migration {applied[number]['name']}, which this version of "
            "ullage does not know: install the newer version that applied it"
        )
    for migration in known:
        row = applied.get(migration.number)
        if row is not None and row["checksum"] != migration.checksum:
            raise MigrationError(
                f"migration {migration.name} was edited after it was applied (checksum "
                f"{row['checksum'][:12]} in the database, {migration.checksum[:12]} here): "
                "restore its up.sql as released and put the change into a new migration"
            )
    return [migration for migration in known if migration.number not in applied]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    try:
        await connection.execute(migration.up)
        problems = await connection.fetch(migration.check)
    except asyncpg.PostgresError as reason:
        raise MigrationError(
            f"migration {migration.name} failed: {reason}. Nothing was changed"
        ) from reason
    if problems:
        raise MigrationError(
            f"migration {migration.name} ran, but its check found: "
            f"{'; '.join(row[0] for row in problems)}. Nothing was changed"
        )
    await connection.execute(
        "insert into ullage.schema_migrations (number, name, checksum) values ($1, $2, $3)",
        migration.number,
        migration.name,
        migration.checksum,
    )
