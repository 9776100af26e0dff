"""Where `ullage replay` writes: everything when it ends well, nothing when it does not."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

from ullage import topics
from ullage.cli.failure import Refused
from ullage.cli.lines import line
from ullage.step import Output

Write = Callable[[Output], None]


@contextmanager
def to_directory(out: Path, sources: list[Path], *, movements: bool) -> Iterator[Write]:
    """Write each output topic, and `movements` if they are made, to `OUT/<topic>.jsonl`.

    Files that are there are replaced when all are whole. Raises Refused: OUT cannot be
    written, or a source is among what would be replaced.
    """
    written = (*topics.OUTPUTS, topics.MOVEMENTS) if movements else topics.OUTPUTS
    places = {topic.name: out / f"{topic.name}.jsonl" for topic in written}
    if out.is_file():
        raise Refused(f"{out} is a file; --out takes a directory")
    try:
        out.mkdir(parents=True, exist_ok=True)
        _check_replaceable(places.values(), sources)
        with TemporaryDirectory(prefix=".replay-", dir=out) as drafts, ExitStack() as opened:
            files = {
                name: opened.enter_context(Path(drafts, place.name).open("wb"))
                for name, place in places.items()
            }
            yield lambda output: files[output.topic].writelines((_line(output), b"\n"))
            opened.close()
            for place in places.values():
                Path(drafts, place.name).replace(place)
    except OSError as reason:
        raise Refused(f"{out} cannot be written: {reason.strerror}") from None


@contextmanager
def to_stream(stream: BinaryIO) -> Iterator[Write]:
    """Write the output topics to one stream in the end, each line with its topic.

    Raises Refused: the stream does not take them, or the temporary directory until then.
    """
    try:
        with TemporaryFile() as draft:
            yield lambda output: _write_with_topic(draft, output)
            draft.seek(0)
            shutil.copyfileobj(draft, stream)
            stream.flush()
    except BrokenPipeError:  # whoever reads has seen enough: the command line ends quietly
        raise
    except OSError as reason:
        raise Refused(
            f"the results cannot be written: {reason.strerror}; until all of them are there, "
            "they are kept in the directory for temporary files (TMPDIR)"
        ) from None


def _write_with_topic(file: BinaryIO, output: Output) -> None:
    if output.topic != topics.MOVEMENTS.name:
        file.write(b'{"topic":"%s",' % output.topic.encode() + _line(output)[1:] + b"\n")


def _check_replaceable(places: Iterable[Path], sources: list[Path]) -> None:
    """Before the work, for in the end some files would be replaced and others not."""
    for place in places:
        if place.is_dir():
            raise Refused(f"{place} is a directory; a file is to be written there")
        if any(_is_same(place, source) for source in sources):
            raise Refused(f"{place} is read, and would be replaced; give another --out")


def _is_same(place: Path, source: Path) -> bool:
    try:
        return place.samefile(source)
    except OSError:  # one of them is not there
        return False


def _line(output: Output) -> bytes:
    return line(output.topic, output.key, output.value, output.headers)
