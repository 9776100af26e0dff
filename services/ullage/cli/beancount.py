"""`ullage report journals --format beancount`: a file for beancount (its language, version 3).

Only journals that are ready are in it. Each role has a branch of its own; where `gl_mapping`
names an account, that is the leaf, as far as beancount allows its characters, and `code` has
it as it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter

from ullage.sink.postings import Posting

Account = tuple[str, str]
"""A role, and the account that it was mapped to."""

BRANCHES = {
    "inventory": "Assets:Inventory",
    "wip": "Assets:Work-In-Progress",
    "goods_received_not_invoiced": "Liabilities:Goods-Received-Not-Invoiced",
    "landed_cost_clearing": "Liabilities:Landed-Cost-Clearing",
    "cogs": "Expenses:Cost-Of-Goods-Sold",
    "write_off": "Expenses:Write-Off",
    "inventory_adjustment": "Expenses:Inventory-Adjustment",
    "overhead_applied": "Expenses:Overhead-Applied",
    "cost_variance": "Expenses:Cost-Variance",
}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]")


def lines(postings: Sequence[Posting]) -> Iterator[str]:
    """The file, line by line: what is posted to is opened first, then every transaction."""
    names = account_names((posting.role, posting.account) for posting in postings)
    yield 'option "title" "ullage"'
    for currency in sorted({posting.currency for posting in postings}):
        yield f'option "operating_currency" "{currency}"'
    first = min((posting.day for posting in postings), default=date.min)
    for (role, code), name in names.items():
        yield f"\n{first} open {name}"
        yield f"  role: {_quoted(role)}"
        yield f"  code: {_quoted(code)}"
    for _, group in groupby(postings, attrgetter("transaction")):
        yield from _transaction(list(group), names)


def account_names(accounts: Iterable[Account]) -> dict[Account, str]:
    """Give each account a name that beancount takes, and no two the same.

    >>> account_names([("cogs", "5.1"), ("cogs", "5-1")])[("cogs", "5.1")]
    'Expenses:Cost-Of-Goods-Sold:5-1-2'
    """
    names: dict[Account, str] = {}
    for account in sorted(set(accounts)):
        name = wanted = _name(*account)
        number = 1
        while name in names.values():
            number += 1
            name = f"{wanted}-{number}"
        names[account] = name
    return names


def _name(role: str, code: str) -> str:
    branch = BRANCHES.get(role) or f"Equity:{_leaf(role)}"
    return branch if code == role else f"{branch}:{_leaf(code)}"


def _leaf(code: str) -> str:
    """A component begins with a capital letter or a digit."""
    name = _NOT_IN_A_NAME.sub("-", code)
    return f"X{name}" if name.startswith("-") else name[:1].upper() + name[1:]


def _transaction(postings: list[Posting], names: dict[Account, str]) -> Iterator[str]:
    first = postings[0]
    link = f" ^{first.document}" if first.document else ""
    yield f'\n{first.day} * "ullage" {_quoted(first.about)}{link}'
    if first.document:
        yield f'  journal: "{first.transaction}"'
    for posting in postings:
        name = names[posting.role, posting.account]
        yield f"  {name}  {posting.amount:f} {posting.currency}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
