"""An engine that is broken on purpose is caught, in every way we could think of."""

import re
from pathlib import Path

import pytest

from tests.simulation.mutants import MUTANTS, seeds_to_catch

LISTED = Path(__file__).with_name("MUTANTS.md")


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_engine_is_caught(name: str) -> None:
    assert seeds_to_catch(MUTANTS[name]) is not None, f"it lives: {MUTANTS[name].says}"


def test_the_list_names_every_mutant() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", LISTED.read_text("utf-8"), re.MULTILINE)
    assert rows == [(name, mutant.says) for name, mutant in MUTANTS.items()]
