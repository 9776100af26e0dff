"""Mutation check of the kernel: every small change to it must turn a test of it red.

    python tests/bench/mutants.py [PATTERN ...]     e.g. 'ullage.costing.late_cost*'

mutmut runs in an environment and a copy of its own, as it needs another click than the service
does and a source root named src. What survives must be listed, with the reason, in
tests/costing/MUTANTS.md; the exit status is 1 if something else does.
"""

import os
import re
import shutil
import subprocess
import sys
import venv
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
source_paths = ["src/ullage/costing"]
also_copy = ["src"]
pytest_add_cli_args_test_selection = ["tests/costing"]
track_dependencies = false
use_git_change_detection = false

[tool.pytest.ini_options]
pythonpath = [".", "src"]
addopts = "--import-mode=importlib -q -p no:cacheprovider"
"""

CONFTEST: Final = f"""\
from hypothesis import settings

settings.register_profile(
    "mutants", derandomize=True, max_examples={EXAMPLES}, deadline=None, database=None
)
settings.load_profile("mutants")
"""


def main(patterns: list[str]) -> int:
    """Run mutmut over the kernel, or over what the patterns name, and judge the survivors."""
    mutmut = installed()
    room = prepared()
    jobs = str(os.cpu_count() or 1)
    subprocess.run([mutmut, "run", "--max-children", jobs, *patterns], cwd=room, check=False)
    results = subprocess.run(
        [mutmut, "results"], cwd=room, check=True, capture_output=True, text=True
    ).stdout
    survivors = set(re.findall(r"(\S+): survived", results))
    listed = set(re.findall(r"`(\S+__mutmut_\d+)`", LISTED.read_text(encoding="utf-8")))
    for mutant in sorted(survivors - listed):
        subprocess.run([mutmut, "show", mutant], cwd=room, check=False)
    print(f"{len(survivors)} survived, {len(survivors - listed)} of them not in {LISTED.name}")
    return 1 if survivors - listed else 0


def installed() -> str:
    """The mutmut of its own environment, made once."""
    home = HOME / "venv"
    made = home / MUTMUT
    if not made.exists():
        venv.create(home, clear=True, with_pip=True)
        ours = [f"{name}=={version(name)}" for name in ("pytest", "hypothesis", "msgspec")]
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, MUTMUT, *ours], check=True)
        made.touch()
    return str(home / "bin" / "mutmut")


def prepared() -> Path:
    """A fresh copy of the kernel and its tests, laid out as mutmut wants it."""
    room = HOME / "room"
    shutil.rmtree(room, ignore_errors=True)
    kernel, tests = room / "src" / "ullage", room / "tests"
    without_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "services/ullage/costing", kernel / "costing", ignore=without_caches)
    shutil.copytree(ROOT / "tests/costing", tests / "costing", ignore=without_caches)
    shutil.copy(ROOT / "services/ullage/__init__.py", kernel)
    (room / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tests / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return room


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
