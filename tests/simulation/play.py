"""Play one seed. From the shell, with everything that happens in it:

python -m tests.simulation.play tally 17
"""

import sys
import zlib
from collections.abc import Callable, Iterator

import pytest

from tests.simulation.life import Finding
from tests.simulation.plug import plugged
from tests.simulation.stories import STORIES, Story
from tests.simulation.verdict import check
from tests.simulation.world import World


class Caught(AssertionError):
    """A seed in which something was lost, doubled, wrong or stuck; says how to replay it."""

    def __init__(self, world: World, seed: int, reason: BaseException) -> None:
        self.world = world
        again = f"python -m tests.simulation.play {world.story.name} {seed}"
        super().__init__(f"{reason!r}; replay it with\n{again}")


def play(
    story: Story, seed: int, break_: Callable[[pytest.MonkeyPatch], None] | None = None
) -> World:
    """Run a world to its end and check it, with an engine that may be broken; raises Caught."""
    world = World(story, seed)
    with plugged(world) as patch:
        if break_ is not None:
            break_(patch)
        try:
            world.run()
            check(world)
        except (AssertionError, Finding) as reason:
            raise Caught(world, seed, reason) from reason
    return world


def told(world: World) -> Iterator[str]:
    """What happened in a world, and what is in its topics at the end."""
    yield from world.told
    for logs in world.broker.topics.values():
        for log in logs:
            records = [(one.key, one.value, one.headers) for one in log.committed()]
            yield f"{log.place}: {len(records)} records, {zlib.crc32(repr(records).encode()):x}"


def main(name: str, seed: str) -> None:
    try:
        world = play(STORIES[name], int(seed))
    except Caught as caught:
        print("\n".join(told(caught.world)))
        raise
    print("\n".join(told(world)))


if __name__ == "__main__":
    main(*sys.argv[1:])
