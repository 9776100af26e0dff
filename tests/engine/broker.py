"""A broker of a test's own, to be killed, frozen and cut off from its clients."""

import signal
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil

from tests.faults.proxy import Proxy, Strike, sends_offsets
from tests.faults.servers import TwoDoorBroker, free_port, process_in, revive
from ullage.local.server import HOST


class FragileBroker:
    """A local broker that comes back on the same ports, with what it had.

    `address` leads straight to it; `proxied` by way of `proxy`.
    """

    def __init__(self, data: Path) -> None:
        self._directory = data / "kafka"
        self._broker = TwoDoorBroker(data, free_port())
        with ExitStack() as begun:
            begun.callback(self._broker.stop)
            self._broker.start()
            self._broker.wait()
            self.proxy = Proxy(self._broker.front, self._broker.behind, self._falls)
            begun.enter_context(self.proxy.running())
            self._end = begun.pop_all()
        self.address = self._broker.bootstrap
        self.proxied = f"{HOST}:{self._broker.front}"

    def kill(self) -> None:
        """End it as the kernel's out-of-memory killer does; returns when it is gone."""
        server = process_in(self._directory)
        server.kill()
        server.wait(30)

    def fall_at_offsets(self) -> None:
        """Let it be killed by the next offsets that a transaction sends it."""
        self.proxy.strike(Strike.REQUEST_LOST, 1)

    def _falls(self, sent: bytes) -> bool:
        if is_it := sends_offsets(sent):
            self.kill()
        return is_it

    def come_back(self) -> None:
        """Start it again; returns when it answers."""
        revive(self._broker)

    def signal(self, number: signal.Signals) -> None:
        process_in(self._directory).send_signal(number)

    def close(self) -> None:
        with suppress(ValueError, psutil.NoSuchProcess):  # killed
            self.signal(signal.SIGCONT)
        self._end.close()
