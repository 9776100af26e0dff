"""All mutants. Their list, with how many seeds it takes to catch each:

python -m tests.simulation.mutants
"""

from tests.simulation.break_commits import COMMITS
from tests.simulation.break_state import STATE
from tests.simulation.mutant import Mutant, Mutants
from tests.simulation.play import Caught, play

MUTANTS = Mutants(COMMITS | STATE)
MOST_SEEDS = 300


def seeds_to_catch(mutant: Mutant) -> int | None:
    """How many seeds it takes until a broken engine is found out; None: all pass."""
    for seed in range(mutant.first_seed, MOST_SEEDS):
        try:
            play(mutant.story, seed, mutant.break_)
        except Caught:
            return seed + 1
    return None


def main() -> None:
    print("| mutant | what is wrong | story | seeds |\n| --- | --- | --- | --- |")
    for name, mutant in MUTANTS.items():
        row = f"| `{name}` | {mutant.says} | {mutant.story.name} | {seeds_to_catch(mutant)} |"
        print(row, flush=True)


if __name__ == "__main__":
    main()
