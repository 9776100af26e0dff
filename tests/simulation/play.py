"""Play one seed; from the shell, with everything that happens:

python -m tests.simulation.play tally 17
"""

import sys

from tests.simulation.plug import plugged
from tests.simulation.stories import STORIES, Story
from tests.simulation.verdict import check
from tests.simulation.world import World


def play(story: Story, seed: int) -> World:
    """Run a world to its end and check it."""
    world = World(story, seed)
    with plugged(world):
        world.run()
        check(world)
    return world


def main(name: str, seed: str) -> None:
    world = World(STORIES[name], int(seed))
    try:
        with plugged(world):
            world.run()
            check(world)
    finally:
        print("\n".join(world.told))


if __name__ == "__main__":
    main(*sys.argv[1:])
