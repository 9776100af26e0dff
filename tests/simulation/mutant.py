"""Ways to break the engine on purpose, by name."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.simulation.stories import TALLY, Story

Break = Callable[[pytest.MonkeyPatch], None]


class Mutant(NamedTuple):
    """A way to be wrong: what is broken, how, on which story it shows, and not before when."""

    says: str
    break_: Break
    story: Story
    first_seed: int


class Mutants(dict[str, Mutant]):
    """By the name of the function that breaks it."""

    def add(
        self, says: str, story: Story = TALLY, first_seed: int = 0
    ) -> Callable[[Break], Break]:
        def keep(break_: Break) -> Break:
            self[break_.__name__] = Mutant(says, break_, story, first_seed)
            return break_

        return keep
