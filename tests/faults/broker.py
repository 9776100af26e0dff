"""A local broker that can be reached in two ways: directly, and as if through a network."""

import os
import signal

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
            self.front, self.behind = (port_for("the proxy", None, "") for _ in range(2))
        super()._configure(records, port)
        path = self._server.data / "server.properties"
        lines = path.read_text().splitlines()
        path.write_text("\n".join(self._with_second_door(line) for line in lines) + "\n")

    def _with_second_door(self, line: str) -> str:
        for begin, more in _ADDRESSES:
            if line.startswith(begin):
                return line + more.format(host=HOST, behind=self.behind, front=self.front)
        return line


def process_of(server: LocalBroker | LocalDatabase) -> psutil.Process:
    """The server itself: the one child of its guard."""
    guard = server._server._guard
    assert guard is not None
    (process,) = psutil.Process(guard.pid).children()
    return process


def send(server: LocalBroker | LocalDatabase, number: signal.Signals) -> None:
    os.kill(process_of(server).pid, number)


def revive(server: LocalBroker | LocalDatabase) -> None:
    """Start a server that has died on its old port, and wait until it answers."""
    server.stop()
    server.start()
    server.wait()
