"""Journals for beancount: its own loader takes the file, and agrees on the balances."""

import asyncio
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction

from tests.sink.harness import fill
from tests.sink.published import Book
from tests.sink.test_check import trade
from ullage.cli import beancount
from ullage.cli.admin import migrate
from ullage.sink.postings import Posting


@pytest.fixture
def database(fresh_database: str) -> str:
    migrate(fresh_database)
    odd = Book('Ø "tea" \\ 5')
    asyncio.run(fill(fresh_database, trade() + odd.receive(3, "1.10") + odd.sell(2)))
    return fresh_database


@pytest.mark.parametrize("options", [[], ["--daily"]])
def test_beancount_takes_the_journals(ullage, database: str, options: list[str]) -> None:
    told = ullage("report", "journals", "--format", "beancount", *options, database=database)
    assert told.returncode == 0, told.stderr
    entries, errors, settings = loader.load_string(told.stdout.decode())
    assert errors == []
    assert settings["operating_currency"] == ["USD"]
    balances: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                balances[posting.account] += posting.units.number
    # 180 + 15 of P less 60 sold, 5 late and 26 built with; 30 of W; 40.69 of E; 3.30 - 2.20
    assert balances["Assets:Inventory"] == Decimal("175.79")
    assert balances["Assets:Work-In-Progress"] == 0


def test_links_and_codes(ullage, database: str) -> None:
    told = ullage("report", "journals", "--format", "beancount", database=database)
    entries, _, _ = loader.load_string(told.stdout.decode())
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    assert all(len(entry.links) == 1 and entry.meta["journal"] for entry in transactions)
    assert 'cogs Ø "tea" \\ 5 O-1' in {entry.narration for entry in transactions}
    opened = {entry.account: entry.meta for entry in entries if isinstance(entry, Open)}
    assert opened["Assets:Inventory"]["code"] == "inventory"


def test_any_account_code_has_a_name_of_its_own() -> None:
    codes = ["1300", "13.00", "13-00", "stock", "Stock", "-1", "売上", "cogs"]
    postings = [
        Posting(date(2026, 10, 1), "1", "all", None, "cogs", code, Decimal(number), "USD")
        for number, code in zip((1, 2, 3, 4, 5, 6, 7, -28), codes, strict=True)
    ]
    entries, errors, _ = loader.load_string("\n".join(beancount.lines(postings)))
    assert errors == []
    opened = {entry.account: entry.meta["code"] for entry in entries if isinstance(entry, Open)}
    assert sorted(opened.values()) == sorted(codes)
    assert opened["Expenses:Cost-Of-Goods-Sold:1300"] == "1300"


def test_nothing_to_post_is_a_file_too(ullage, fresh_database: str) -> None:
    migrate(fresh_database)
    told = ullage("report", "journals", "--format", "beancount", database=fresh_database)
    assert (told.returncode, loader.load_string(told.stdout.decode())[1]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["stock", "--format", "beancount"], "beancount takes journals"),
        (["stock", "--daily"], "--daily goes with `ullage report journals`"),
        (["journals", "--costs"], "--costs goes with `ullage report variances`"),
        (["journals", "--daily", "--warehouse", "Oslo"], "not kept by warehouse"),
    ],
)
def test_what_does_not_go_together(
    ullage, database: str, arguments: list[str], sentence: str
) -> None:
    refused = ullage("report", *arguments, database=database)
    assert refused.returncode == 2
    assert sentence in refused.stderr.decode()
