"""Whether a schema only grew: the one change clients can live with is a new optional field."""

from collections.abc import Iterator

from pydantic import JsonValue

_PROSE = {"title", "description", "examples", "$id", "$schema"}
_NAMED = {"properties", "$defs"}


def breaks(old: JsonValue, new: JsonValue, at: str = "") -> Iterator[str]:
    """Each way in which `new` is more than `old` with optional fields added, as a sentence.

    >>> list(breaks({"properties": {"a": {"type": "string"}}}, {"properties": {}}))
    ['/properties/a is gone']
    """
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _objects(old, new, at)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from breaks(before, after, f"{at}/{place}")
    elif old != new:
        yield f"{at} was {old} and is {new}"


def _objects(old: dict[str, JsonValue], new: dict[str, JsonValue], at: str) -> Iterator[str]:
    named = at.rpartition("/")[2] in _NAMED
    for name in old.keys() - (set() if named else _PROSE):
        if name not in new:
            yield f"{at}/{name} is gone"
        elif name == "required" and not named:
            yield from _required(old[name], new[name], at)
        else:
            yield from breaks(old[name], new[name], f"{at}/{name}")
    if not named:
        yield from (f"{at}/{name} is new" for name in new.keys() - old.keys() - _PROSE - _NAMED)


def _required(old: JsonValue, new: JsonValue, at: str) -> Iterator[str]:
    before = set(map(str, old)) if isinstance(old, list) else set()
    after = set(map(str, new)) if isinstance(new, list) else set()
    yield from (f"{at} no longer requires {name}" for name in sorted(before - after))
    yield from (f"{at} now requires {name}" for name in sorted(after - before))
