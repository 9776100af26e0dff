"""Thousands of lives of the engine, each from one seed: nothing lost, nothing twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.play import play
from tests.simulation.stories import STORIES

HARDER = 50 if os.environ.get("ULLAGE_SOAK") else 1
SEEDS = {"tally": 850, "ledger": 100, "shop": 50}
SOME = 50
CHUNKS = [(name, first) for name, seeds in SEEDS.items() for first in range(0, seeds, SOME)]


@pytest.mark.parametrize(("name", "first"), CHUNKS)
def test_whatever_happens_all_is_as_if_nothing_had(name: str, first: int) -> None:
    for seed in range(first * HARDER, (first + SOME) * HARDER):
        play(STORIES[name], seed)


def test_enough_goes_wrong() -> None:
    """A simulation in which nothing happens would prove nothing."""
    happened = [line for seed in range(100) for line in play(STORIES["tally"], seed).told]
    for what in (
        "killed at commit",
        "frozen at offsets",
        "commit fails: abortable",
        "FENCED",
        "cannot be written",
        "has taken",
    ):
        assert any(what in line for line in happened), what


def test_a_seed_is_the_same_in_every_process() -> None:
    assert _replayed("ledger", 5, hash_seed=1) == _replayed("ledger", 5, hash_seed=2)


def _replayed(name: str, seed: int, hash_seed: int) -> str:
    """What the command says that a failing seed names."""
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation.play", name, str(seed)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
