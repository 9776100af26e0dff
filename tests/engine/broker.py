"""A broker of a test's own, to be killed, frozen and cut off from its clients."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.engine.proxy import Proxy
from ullage.local import LocalBroker
from ullage.local.server import HOST, port_for


class _BehindProxy(LocalBroker):
    """Tells the clients of a second listener to come by way of a proxy."""

    def __init__(self, data: Path, port: int | None, inner: int, outer: int) -> None:
        super().__init__(data, port)
        self._inner, self._outer = inner, outer

    def _configure(self, records: str, port: int) -> None:
        super()._configure(records, port)
        config = self._server.data / "server.properties"
        lines = dict(
            line.split("=", 1) for line in config.read_text().splitlines() if "=" in line
        )
        lines["listeners"] += f",PROXIED://{HOST}:{self._inner}"
        lines["advertised.listeners"] += f",PROXIED://{HOST}:{self._outer}"
        lines["listener.security.protocol.map"] += ",PROXIED:PLAINTEXT"
        lines["inter.broker.listener.name"] = "PLAINTEXT"
        config.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))


class FragileBroker:
    """A local broker that comes back on the same ports, with what it had.

    `address` leads straight to it; `proxied` by way of `proxy`.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._inner = port_for("Apache Kafka", None, "")
        self.proxy = Proxy(self._inner)
        self.proxied = f"{HOST}:{self.proxy.port}"
        self._start(None)

    @property
    def address(self) -> str:
        return self._broker.bootstrap

    def kill(self) -> None:
        """End it as the kernel's out-of-memory killer does; returns when it is gone."""
        guard = self._guard()
        self.signal(signal.SIGKILL)
        guard.wait(30)

    def come_back(self) -> None:
        """Start it again; returns when it answers."""
        port = int(self.address.rpartition(":")[2])
        self._broker.stop()
        self._start(port)

    def signal(self, number: signal.Signals) -> None:
        children = ["pgrep", "-P", str(self._guard().pid)]
        found = subprocess.run(children, capture_output=True, text=True, check=False)
        [server] = found.stdout.split()
        os.kill(int(server), number)

    def close(self) -> None:
        with suppress(ValueError):  # no process: killed
            self.signal(signal.SIGCONT)
        self._broker.stop()
        self.proxy.close()

    def _start(self, port: int | None) -> None:
        self._broker = _BehindProxy(self._data, port, self._inner, self.proxy.port)
        try:
            self._broker.start()
            self._broker.wait()
        except BaseException:
            self._broker.stop()
            raise

    def _guard(self) -> "subprocess.Popen[bytes]":
        guard = self._broker._server._guard
        assert guard is not None
        return guard
