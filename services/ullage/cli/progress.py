"""Progress for a person who looks on; plain lines, or nothing, where nobody does."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.status import Status

T = TypeVar("T")


def advance(things: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass the things on, one step of a bar each; no bar when standard error is no terminal."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        yield from bar.track(things, total=total)


class Steps:
    """What a start is doing, one line that changes; a line a step where it goes to a file."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._status = Status("", console=self._console)
        self._step = ""

    def __enter__(self) -> "Steps":
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._status.stop()

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        step, _, detail = what.partition(":")
        if self._console.is_terminal:
            count = f" ({done} of {total})" if total else ""
            self._status.update(f"{step}{count}{detail and f' [dim]{detail}[/]'}")
        elif step != self._step:
            self._console.print(step)
        self._step = step
