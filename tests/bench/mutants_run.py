"""A plugin of pytest that runs the tests on each mutant, in the environment of mutmut.

The tests are collected once. Each mutant then takes the place of its function in a fork of that
process, and the tests that call the function run until one fails, the likeliest first. mutmut's
own runner starts pytest anew for each mutant and asks at each call which one it is: that is
hours for the same verdicts.
"""

import difflib
import fnmatch
import inspect
import json
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, FunctionType
from typing import Final, NamedTuple

import mutmut.mutation.trampoline
import pytest
from _pytest.runner import runtestprotocol

SLOWER: Final = 4
"""Times the processor time of a test that a mutant may take; it has no end if it is more."""
LEAST_S: Final = 4
MEMORY: Final = 2_000_000_000
"""Bytes that a mutant may ask for, so that one that grows without end fails too."""

MUTATED: Final[list[tuple[FunctionType, dict[str, FunctionType]]]] = []


class Mutant(NamedTuple):
    """A changed function and the one whose place it takes; `of` names that as mutmut does."""

    name: str
    of: str
    function: FunctionType
    original: FunctionType
    changed: FunctionType


class Calls(NamedTuple):
    """The tests that call a function, and the processor time that each test takes."""

    tests: dict[str, list[pytest.Item]]
    seconds: dict[pytest.Item, float]


def remember(
    mutants: dict[str, FunctionType], is_classmethod: bool = False
) -> Callable[[FunctionType], FunctionType]:
    """Leave a function as it is, where mutmut would wrap it, and remember its mutants."""

    def remembered(function: FunctionType) -> FunctionType:
        MUTATED.append((function, mutants))
        return function

    return remembered


# Mutated modules ask for it by this name when they are imported, which is later than this.
mutmut.mutation.trampoline.wrap_in_trampoline = remember


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Judge every mutant that a pattern names, in as many processes as there are to be."""
    patterns, jobs = os.environ["MUTANTS"].split(), int(os.environ["MUTANT_JOBS"])
    mutants = [
        one
        for one in all_mutants()
        if any(fnmatch.fnmatch(one.name, part) for part in patterns)
    ]
    calls = observed(session.items)
    for job in range(jobs):
        if os.fork() == 0:
            judge(mutants[job::jobs], calls)
            os._exit(0)
    for _ in range(jobs):
        os.wait()
    return True


def all_mutants() -> list[Mutant]:
    """Every mutant of what the tests imported."""
    return [
        Mutant(
            f"{function.__module__}.{name}",
            f"{function.__module__}.{name.rpartition('__mutmut_')[0]}",
            function,
            mutants["_mutmut_orig"],
            getattr(changed, "__func__", changed),  # a class method is bound
        )
        for function, mutants in MUTATED
        for name, changed in mutants.items()
        if name != "_mutmut_orig"
    ]


def observed(items: Iterable[pytest.Item]) -> Calls:
    """Run each test as it is, and see which functions it calls."""
    names: dict[CodeType, str] = {one.function.__code__: one.of for one in all_mutants()}
    calls = Calls(defaultdict(list), {})
    for item in items:
        called: set[str] = set()

        def see(frame: FrameType, event: str, _: object, called: set[str] = called) -> None:
            if event == "call" and frame.f_code in names:
                called.add(names[frame.f_code])

        began = time.process_time()
        sys.setprofile(see)
        failed = fails(item)
        sys.setprofile(None)
        if failed:
            pytest.exit(f"{item.nodeid} fails without a mutant", returncode=1)
        calls.seconds[item] = time.process_time() - began
        for name in called:
            calls.tests[name].append(item)
    return calls


def fails(item: pytest.Item) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def judge(mutants: Iterable[Mutant], calls: Calls) -> None:
    """Write a line on each mutant; what killed others of its function is tried first."""
    kills: Counter[tuple[str, str]] = Counter()
    for mutant in mutants:
        tests = sorted(
            calls.tests[mutant.of],
            key=lambda item: calls.seconds[item] / (1 + 5 * kills[mutant.of, item.nodeid]),
        )
        verdict, killer = tried(mutant, tests, calls.seconds)
        kills[mutant.of, killer] += 1
        line = {"mutant": mutant.name, "verdict": verdict, "killed_by": killer}
        if verdict == "survived":
            line["change"] = change(mutant)
        with open(os.environ["MUTANT_RESULTS"], "a", encoding="utf-8") as results:
            results.write(json.dumps(line) + "\n")


def tried(
    mutant: Mutant, tests: list[pytest.Item], seconds: dict[pytest.Item, float]
) -> tuple[str, str]:
    """Run the tests with a mutant in a process of its own; what it came to, and by which."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        put_in_place(mutant)
        try:
            killer = next((item.nodeid for item in tests if fails_in(seconds[item], item)), "")
            os.write(writes, killer.encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writes)
    with os.fdopen(reads, encoding="utf-8") as answer:
        killer = answer.read()
    _, status = os.waitpid(child, 0)
    if status:
        return "broke off", ""
    return ("killed" if killer else "survived"), killer


def fails_in(seconds: float, item: pytest.Item) -> bool:
    """Whether a test fails; one that takes far longer than it did ends the process."""
    limit = int(time.process_time() + SLOWER * seconds) + LEAST_S
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    return fails(item)


def put_in_place(mutant: Mutant) -> None:
    """Whoever holds the function calls the changed one from here on; nothing is printed."""
    function, changed = mutant.function, mutant.changed
    function.__code__, function.__defaults__ = changed.__code__, changed.__defaults__
    function.__kwdefaults__ = changed.__kwdefaults__
    for value in function.__globals__.values():  # what was told before is not told again
        if hasattr(value, "cache_clear"):
            value.cache_clear()
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)


def change(mutant: Mutant) -> list[str]:
    """The lines that a mutant takes out and puts in."""
    before, after = (
        inspect.getsource(one).splitlines() for one in (mutant.original, mutant.changed)
    )
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    return [line for line in lines if line[0] in "+-" and "__mutmut_" not in line]
