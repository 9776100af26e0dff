"""The broker and the database together, for as long as a `with` lasts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ullage.local.broker import LocalBroker
from ullage.local.database import LocalDatabase
from ullage.local.server import Progress, silent


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the two answer, and the ones among them that were started here."""

    kafka: str
    database: str
    started: tuple[LocalBroker | LocalDatabase, ...]

    def check(self) -> None:
        """Raise LocalError if one that was started here has ended by itself."""
        for server in self.started:
            server.check()


@contextmanager
def stack(
    data: Path,
    *,
    kafka: str | None = None,
    database: str | None = None,
    kafka_port: int | None = None,
    database_port: int | None = None,
    progress: Progress = silent,
) -> Iterator[Stack]:
    """Start what has no address yet, wait until both answer, and stop it in the end.

    `kafka` and `database` are the addresses of servers that exist already (ULLAGE_KAFKA,
    ULLAGE_DATABASE): those are used as they are. Data in `data` outlives the stack. Raises
    LocalError.
    """
    with ExitStack() as stop:
        broker = None if kafka else LocalBroker(data, kafka_port, progress)
        server = None if database else LocalDatabase(data, database_port, progress)
        started = tuple(each for each in (broker, server) if each is not None)
        for each in started:
            stop.callback(each.stop)
            each.start()
        for each in started:
            each.wait()
        yield Stack(
            kafka=kafka or (broker.bootstrap if broker else ""),
            database=database or (server.url if server else ""),
            started=started,
        )
