"""`ullage explain`: a tree for people, JSON for programs, a sentence when there is nothing."""

import asyncio
import json

import asyncpg
import pytest

from tests.sink.harness import fill
from tests.sink.test_check import trade
from ullage.cli.admin import migrate


@pytest.fixture
def database(fresh_database: str) -> str:
    migrate(fresh_database)
    asyncio.run(fill(fresh_database, trade()))
    return fresh_database


def ask(url: str, statement: str) -> str:
    async def run() -> str:
        connection = await asyncpg.connect(url)
        try:
            return str(await connection.fetchval(statement))
        finally:
            await connection.close()

    return asyncio.run(run())


COGS = "select id from ullage.cogs where sku = 'P'"


def test_a_tree_adds_up(ullage, database: str) -> None:
    record = ask(database, COGS)
    told = ullage("explain", record, database=database)
    assert told.returncode == 0, told.stderr
    lines = [line.strip(" │├└─") for line in told.stdout.decode().splitlines()]
    assert lines[0] == f"record {record}"
    assert lines[1] == f"60.00  cogs of order O-1 line 2 (10)  {record[:13]}"
    assert lines[3].startswith("40.00  receipt R-1 at 4.00 a unit (10)")
    assert lines[4].startswith("20.00  freight F-1, 60.00 by unit, on receipt R-1")
    assert "difference 0.00" in lines
    assert lines[-1].startswith("5.00  part of late cost of receipt R-1 charge D-1 (10)")


def test_the_short_id_of_a_line_can_be_asked_next(ullage, database: str) -> None:
    record = ask(database, COGS)
    short = ullage("explain", record[:13], database=database).stdout
    assert short == ullage("explain", record, database=database).stdout


def test_json_has_every_line(ullage, database: str) -> None:
    record = ask(database, COGS)
    [found] = json.loads(
        ullage("explain", record, "--format", "json", database=database).stdout
    )
    [amount] = found["amounts"]
    assert (amount["amount"], amount["difference"], amount["id"]) == ("60.00", "0.00", record)
    assert [part["amount"] for part in amount["parts"][0]["parts"]] == ["40.00", "20.00"]
    assert [line["amount"] for line in found["since"]] == ["5.00"]


def test_what_cannot_be_explained_is_said(ullage, database: str) -> None:
    record = ask(database, "update ullage.cogs set amount = 61 where sku = 'P' returning id")
    refused = ullage("explain", record, database=database)
    assert refused.returncode == 1
    assert "unexplained 1.00" in refused.stdout.decode()
    assert b"cogs of order O-1 line 2: 1.00 is unexplained" in refused.stderr


def test_an_unknown_id_says_what_to_give(ullage, database: str) -> None:
    refused = ullage("explain", "nothing", database=database)
    assert refused.returncode == 1
    assert b"the books know no nothing: give the id of a record" in refused.stderr
    assert refused.stderr.count(b"\n") == 1
