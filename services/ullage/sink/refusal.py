"""Name the record that PostgreSQL refuses, so that a person can find it."""

from collections.abc import Sequence

import asyncpg

from ullage.sink.errors import BatchRefused, ContractBroken, SinkError
from ullage.sink.projection import project
from ullage.sink.write import write
from ullage.step import Record

REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
"""What PostgreSQL says of rows that can never be written."""


class _Undo(Exception):
    """Ends a transaction that was only a try."""


async def name_refused(
    connection: asyncpg.Connection, records: Sequence[Record], reason: asyncpg.PostgresError
) -> SinkError:
    """Find the record by halving the batch; every try is rolled back.

    Records refused only together are named as a batch.
    """
    suspects, message = list(records), str(reason)
    while len(suspects) > 1:
        middle = len(suspects) // 2
        for half in (suspects[:middle], suspects[middle:]):
            if refused := await _try(connection, half):
                suspects, message = half, refused
                break
        else:
            return BatchRefused(suspects, message)
    return ContractBroken(suspects[0], f"PostgreSQL refuses it: {message}")


async def _try(connection: asyncpg.Connection, records: Sequence[Record]) -> str:
    """What PostgreSQL says of these records alone; empty when it takes them."""
    try:
        async with connection.transaction():
            await write(connection, project(records), {})
            raise _Undo
    except _Undo:
        return ""
    except REFUSED as refused:
        return f"{refused} {refused.detail or ''}".strip()
