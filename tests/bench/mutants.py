"""Mutation check of the kernel: every small change to it must turn a test of it red.

    python tests/bench/mutants.py [PATTERN ...]     e.g. 'ullage.costing.late_cost*'

mutmut makes the mutants, in an environment and a copy of its own, as it needs another click
than the service does; `mutants_run.py` there runs the tests on them. What survives must be
listed, with the reason, in tests/costing/MUTANTS.md; it exits with 1 if something else does.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Final

MUTMUT: Final = "mutmut==3.8.1"
ROOT: Final = Path(__file__).resolve().parents[2]
HOME: Final = Path("~/.cache/ullage/mutants").expanduser()
LISTED: Final = ROOT / "tests" / "costing" / "MUTANTS.md"
EXAMPLES: Final = 25
"""Histories a law tries on each mutant: enough to meet every kind of movement."""

PROJECT: Final = """\
[tool.mutmut]
source_paths = ["src"]

[tool.pytest.ini_options]
pythonpath = [".", "src"]
addopts = "--import-mode=importlib -q -p no:cacheprovider -p mutants_run"
"""

# A mutant is killed by the first failure there is: to make it small, or to draw the difference
# of two books, takes longer than all the rest.
PYTEST: Final = ["-m", "pytest", "--assert=plain", "--tb=native", "tests/costing"]
CONFTEST: Final = f"""\
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants", derandomize=True, max_examples={EXAMPLES}, deadline=None, database=None,
    phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutants")
"""

MUTATE: Final = """\
import sys
from mutmut.mutation.file_mutation import mutate_file_contents

for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        mutated = mutate_file_contents(path, file.read())
    with open(path, "w", encoding="utf-8") as file:
        file.write(mutated.code)
"""

DECORATED: Final = re.compile(
    r"^( *)@(property|lru_cache)\n\1def (\w+)(.*\n(?:(?:\1[ )].*)?\n)*)", re.MULTILINE
)
"""mutmut leaves out what is decorated: `name = property(name)` behind it says the same."""


def main(patterns: list[str]) -> int:
    """Try every mutant, or those that the patterns name, and judge the survivors."""
    python, room = installed(), prepared()
    files = [str(path) for path in sorted((room / "src/ullage/costing").glob("*.py"))]
    subprocess.run([python, "-c", MUTATE, *files], cwd=room, check=True)
    results = room / "results.jsonl"
    results.touch()
    asked = {
        "MUTANTS": " ".join(patterns or ["*"]),
        "MUTANT_JOBS": str(os.cpu_count() or 1),
        "MUTANT_RESULTS": str(results),
        "PYTHONPATH": str(room),
    }
    subprocess.run([python, *PYTEST], cwd=room, check=True, env=os.environ | asked)
    return judged(results)


def judged(results: Path) -> int:
    """Count the verdicts and show the survivors that are not listed; 1 if there are any."""
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    listed = set(re.findall(r"`(\S+__mutmut_\d+)`", LISTED.read_text(encoding="utf-8")))
    verdicts = Counter(line["verdict"] for line in lines)
    news = [
        line for line in lines if line["verdict"] == "survived" and line["mutant"] not in listed
    ]
    for line in sorted(news, key=lambda line: str(line["mutant"])):
        print("\n".join([line["mutant"], *line["change"]]))
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    print(f"{len(lines)} mutants: {told}; {len(news)} survivors are not in {LISTED.name}")
    return 1 if news else 0


def installed() -> str:
    """The python of mutmut's own environment, made once."""
    home = HOME / "venv"
    python, made = str(home / "bin" / "python"), home / MUTMUT
    if not made.exists():
        venv.create(home, clear=True, with_pip=True)
        ours = [f"{name}=={version(name)}" for name in ("pytest", "hypothesis", "msgspec")]
        pip = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, MUTMUT, *ours], check=True)
        made.touch()
    return python


def prepared() -> Path:
    """A fresh copy of the kernel and its tests, and what runs them."""
    room = HOME / "room"
    shutil.rmtree(room, ignore_errors=True)
    kernel, tests = room / "src" / "ullage", room / "tests"
    without_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "services/ullage/costing", kernel / "costing", ignore=without_caches)
    shutil.copytree(ROOT / "tests/costing", tests / "costing", ignore=without_caches)
    shutil.copy(ROOT / "services/ullage/__init__.py", kernel)
    shutil.copy(ROOT / "tests/bench/mutants_run.py", room)
    for path in (kernel / "costing").glob("*.py"):
        code = path.read_text(encoding="utf-8")
        path.write_text(DECORATED.sub(undecorated, code), encoding="utf-8")
    (room / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tests / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return room


def undecorated(found: re.Match[str]) -> str:
    """The same function, decorated behind it."""
    indent, decorator, name, rest = found.groups()
    return f"{indent}def {name}{rest.rstrip()}\n\n{indent}{name} = {decorator}({name})\n\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
