"""The database as the commands meet it: an answer, or a sentence why there is none."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

import asyncpg

from ullage.cli.failure import Refused

T = TypeVar("T")


def ask(database: str, question: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run one question to the database at this URL. Raises Refused."""
    try:
        return asyncio.run(question())
    except (OSError, asyncpg.PostgresConnectionError) as reason:
        raise Refused(
            f"no database answers at {shown(database)} ({reason}); "
            "start it, correct ULLAGE_DATABASE, or unset it and run `ullage up`"
        ) from None
    except asyncpg.InvalidAuthorizationSpecificationError as reason:
        raise Refused(f"{shown(database)}: {reason}; correct ULLAGE_DATABASE") from None
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError) as reason:
        raise Refused(f"{reason}; bring the database up to date: `ullage migrate`") from None


def shown(database: str) -> str:
    """The URL without its user and password."""
    return database.rpartition("@")[2]
