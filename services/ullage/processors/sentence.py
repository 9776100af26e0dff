"""What is wrong with an event, said to the person who sent it."""

from decimal import Decimal
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ullage_schemas.fields import FORMS

MOST_PROBLEMS: Final = 3
MOST_CHARACTERS: Final = 60

_WORDS: Final = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "literal_error": "must be {expected}",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "too_short": "must have at least {min_length} entry",
}


def of(error: ValidationError) -> str:
    """Name up to three fields, the rule each breaks and what was given."""
    problems = error.errors(include_url=False)
    named = [_problem(problem) for problem in problems[:MOST_PROBLEMS]]
    more = len(problems) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def _problem(problem: ErrorDetails) -> str:
    words = _rule(problem)
    if not problem["loc"]:
        return words
    field = " of ".join(_place(step) for step in reversed(problem["loc"]))
    return f"{field} {words}" + (
        "" if problem["type"] == "missing" else _given(problem["input"])
    )


def _rule(problem: ErrorDetails) -> str:
    facts = problem.get("ctx", {})
    if problem["type"] == "string_pattern_mismatch":
        return FORMS[facts["pattern"]]
    words = _WORDS.get(problem["type"])
    return problem["msg"] if words is None else words.format(**facts)


def _place(step: int | str) -> str:
    return f"entry {step + 1}" if isinstance(step, int) else clip(step)


def _given(value: object) -> str:
    if value is None:
        return "; it is null"
    if isinstance(value, bool):
        return f"; it is {str(value).lower()}"
    if isinstance(value, str):
        return f'; it is "{clip(value)}"'
    if isinstance(value, int | Decimal):
        return f"; it is {clip(str(value))}"
    return f"; it is {'a list' if isinstance(value, list) else 'an object'}"


def clip(text: str) -> str:
    """Shorten a text to quote it, on one line, and say how long it was.

    >>> clip("x" * 300)[-21:]
    'x... (300 characters)'
    """
    shown = "".join(
        mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for mark in text[:MOST_CHARACTERS]
    )
    return shown if len(text) <= MOST_CHARACTERS else f"{shown}... ({len(text)} characters)"
