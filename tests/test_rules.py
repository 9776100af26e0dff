"""RULES.md keeps its word: each rule names tests, and each test it names is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parent
SECTIONS = range(1, 12)
"""The sections of the domain page, and 11, the contract page; what is built of each."""


class Rule(NamedTuple):
    """One row: which section it is of, what it says, and the tests that prove it."""

    section: int
    says: str
    tests: tuple[str, ...]


def rules() -> Iterator[Rule]:
    """Read the table of each section."""
    section = 0
    for line in (TESTS / "RULES.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## (\d+)\. ", line):
            section = int(heading[1])
        elif line.startswith("| ") and not line.startswith(("| rule |", "| --- |")):
            says, proofs = line.strip("| ").split(" | ")
            yield Rule(section, says, tuple(re.findall(r"`([^`]+::[^`]+)`", proofs)))


@cache
def found_in(path: str) -> set[str]:
    """The names of the tests that pytest finds in a file, those of classes as `Class::test`."""
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    named = [
        (f"{node.name}::", node.body) for node in tree.body if isinstance(node, ast.ClassDef)
    ]
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {
        prefix + node.name
        for prefix, body in [("", tree.body), *named]
        for node in body
        if isinstance(node, functions) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_rules(section: int) -> None:
    """No section of the domain page is left out."""
    assert [rule for rule in rules() if rule.section == section]


def test_no_rule_is_without_a_test() -> None:
    """A row that proves nothing is a promise."""
    assert [rule.says for rule in rules() if not rule.tests] == []


def test_every_test_that_is_named_is_there() -> None:
    """Named by its path under `tests` and its function."""
    named = {test for rule in rules() for test in rule.tests}
    missing = {
        test
        for test in named
        for path, _, name in [test.partition("::")]
        if not (TESTS / path).is_file() or name not in found_in(path)
    }
    assert missing == set()


def test_a_rule_is_said_once() -> None:
    """Two rows of one sentence would hide which test is whose."""
    said = [rule.says for rule in rules()]
    assert sorted(said) == sorted(set(said))
