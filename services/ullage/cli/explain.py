"""`ullage explain`: where each cent of an amount comes from, as a tree or as JSON."""

import json
from typing import Literal

from rich.console import Console
from rich.tree import Tree

from ullage.cli import books
from ullage.cli.failure import Refused
from ullage.sink.explain.answer import SHORT_ID, Explanation, explain
from ullage.sink.explain.line import Line, money, plain

_WIDE = 10_000

Json = dict[str, object]


def run(database: str, what: str, form: Literal["table", "json"]) -> None:
    """Print what is known of an id. Raises Refused: nothing is, or it does not add up."""
    found = books.ask(database, lambda: explain(database, what))
    if not found:
        raise Refused(
            f"the books know no {what}: give the id of a record (a cost of sales, a cost, a "
            "variance, a journal), of an event, an order, a receipt or a charge. An event that "
            "was just sent may not be in the database yet; a refused one is on `rejections`"
        )
    if form == "json":
        print(json.dumps([_json_of(each) for each in found], ensure_ascii=False, indent=1))
    else:
        console = Console(width=_WIDE, markup=False, emoji=False, highlight=False)
        for explanation in found:
            console.print(tree(explanation))
    if unexplained := gaps(found):
        raise Refused("\n".join(unexplained))


def gaps(found: list[Explanation]) -> list[str]:
    """Say of each amount what of it is unexplained; nothing when all add up."""
    return [
        f"{line.what}: {money(line.gap)} is unexplained"
        for explanation in found
        for line in explanation.backward
        if line.gap
    ]


def tree(explanation: Explanation) -> Tree:
    """The amounts, each over the lines that it is the sum of."""
    root = Tree(explanation.about)
    for line in explanation.backward:
        branch = root.add(_told(line))
        _add_parts(branch, line)
        word = "unexplained" if line.gap else "difference"
        branch.add(f"{word} {money(line.gap)}")
    if explanation.forward:
        reached = root.add("since then")
        for line in explanation.forward:
            reached.add(_told(line))
    return root


def _add_parts(branch: Tree, line: Line) -> None:
    for part in line.parts:
        _add_parts(branch.add(_told(part)), part)


def _told(line: Line) -> str:
    units = "" if line.units is None else f" ({plain(line.units)})"
    record = "" if line.id is None else f"  {line.id[:SHORT_ID]}"
    return f"{money(line.micros):>12}  {line.what}{units}{record}"


def _json_of(explanation: Explanation) -> Json:
    return {
        "about": explanation.about,
        "amounts": [
            _line_json(line) | {"difference": money(line.gap)} for line in explanation.backward
        ],
        "since": [_line_json(line) for line in explanation.forward],
    }


def _line_json(line: Line) -> Json:
    return {
        "what": line.what,
        "amount": money(line.micros),
        "quantity": None if line.units is None else plain(line.units),
        "id": line.id,
        "parts": [_line_json(part) for part in line.parts],
    }
