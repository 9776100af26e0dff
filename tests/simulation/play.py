"""Play seeds; from the shell, with everything that happens:

python -m tests.simulation.play tally 17
"""

import sys

from tests.simulation.life import Finding
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.plug import plugged
from tests.simulation.stories import STORIES, Story
from tests.simulation.verdict import check
from tests.simulation.world import World


def play(story: Story, seed: int, mutant: Mutant | None = None) -> World:
    """Run a world to its end and check it; raises AssertionError or Finding."""
    world = World(story, seed)
    with plugged(world) as patch:
        if mutant is not None:
            mutant.break_(patch)
        try:
            world.run()
            check(world)
        except (AssertionError, Finding) as reason:
            reason.add_note(f"python -m tests.simulation.play {story.name} {seed}")
            world.say(repr(reason))
            reason.world = world
            raise
    return world


def seeds_to_catch(mutant: Mutant, most: int) -> int | None:
    """How many seeds it takes until a broken engine is found out; None: more than `most`."""
    for seed in range(most):
        try:
            play(mutant.story, seed, mutant)
        except (AssertionError, Finding):
            return seed + 1
    return None
