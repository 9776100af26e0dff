"""Write the published files under `schemas/`, or check them.

python -m ullage_schemas             write json/*.json and asyncapi.yaml
python -m ullage_schemas --check     exit 1 unless they are current and only grew
python -m ullage_schemas --release   take what is written as what clients rely on from now on
"""

import argparse
import json
import sys
from importlib.metadata import version
from pathlib import Path

from ullage_schemas.compatible import breaks
from ullage_schemas.publish import Schema, files, schemas

ROOT = Path(__file__).parent.parent
RELEASED = "released.json"


def stale(root: Path) -> list[str]:
    """Published files that are missing, differ from the models, or belong to no model."""
    wanted = files(version("ullage"))
    wrong = [
        f"{name} is not what the models say"
        for name, text in wanted.items()
        if not (root / name).exists() or (root / name).read_text("utf-8") != text
    ]
    present = {f"json/{path.name}" for path in (root / "json").glob("*.json")}
    return wrong + [f"{name} belongs to no model" for name in sorted(present - wanted.keys())]


def broken(root: Path) -> list[str]:
    """Each way in which the models break what was released."""
    released: dict[str, Schema] = json.loads((root / RELEASED).read_text("utf-8"))
    now = schemas()
    gone = [f"{name} is gone" for name in released if name not in now]
    return gone + [
        f"{name}: {way}"
        for name, schema in released.items()
        if name in now
        for way in breaks(schema, now[name])
    ]


def write(root: Path) -> None:
    """Write every published file, and remove those that belong to no model."""
    wanted = files(version("ullage"))
    (root / "json").mkdir(exist_ok=True)
    for path in (root / "json").glob("*.json"):
        if f"json/{path.name}" not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (root / name).write_text(text, "utf-8")


def release(root: Path) -> None:
    """Keep the schemas as they are now, one a line: the measure of every later change."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(schema, ensure_ascii=False)}"
        for name, schema in schemas().items()
    )
    (root / RELEASED).write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ullage_schemas", description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="change nothing, exit 1 if wrong")
    action.add_argument(
        "--release", action="store_true", help="what clients rely on from now on"
    )
    chosen = parser.parse_args(arguments)
    if chosen.check:
        wrong = stale(root) + broken(root)
        print(
            "\n".join(wrong) if wrong else "The published schemas are current and compatible."
        )
        return 1 if wrong else 0
    write(root)
    if chosen.release:
        release(root)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
