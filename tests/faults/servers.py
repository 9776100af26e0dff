"""The local servers, to be broken: a broker with a second door, and their processes."""

from pathlib import Path

import psutil

from ullage.local import LocalBroker, LocalDatabase
from ullage.local.server import HOST, port_for

_ADDRESSES = (
    ("listener.security.protocol.map=", ",PROXIED:PLAINTEXT"),
    ("listeners=", ",PROXIED://{host}:{behind}"),
    ("advertised.listeners=", ",PROXIED://{host}:{front}"),
    ("controller.quorum", "\ninter.broker.listener.name=PLAINTEXT"),
)


class TwoDoorBroker(LocalBroker):
    """Clients of the port `front` have to come through a proxy to the port `behind`."""

    front = behind = 0

    def _configure(self, records: str, port: int) -> None:
        if not self.front:
            self.front, self.behind = free_port(), free_port()
        super()._configure(records, port)
        path = self._server.data / "server.properties"
        lines = path.read_text().splitlines()
        path.write_text("\n".join(self._with_second_door(line) for line in lines) + "\n")

    def _with_second_door(self, line: str) -> str:
        for begin, more in _ADDRESSES:
            if line.startswith(begin):
                return line + more.format(host=HOST, behind=self.behind, front=self.front)
        return line


def free_port() -> int:
    return port_for("a server to be broken", None, "")


def process_in(directory: Path) -> psutil.Process:
    """The server whose data are there: the one child of the guard that runs there."""
    (guard,) = [
        one for one in psutil.Process().children() if one.cwd() == str(directory.resolve())
    ]
    (server,) = guard.children()
    return server


def revive(server: LocalBroker | LocalDatabase) -> None:
    """Start a server that has died on its old port, and wait until it answers."""
    server.stop()
    server.start()
    server.wait()
