"""A server's guard: it stops the server when its starter says so, or is gone.

Run as a script of its own, on the standard library alone, with the read end of a pipe as its
standard input. The starter holds the other end: closing it, or dying by whatever signal, stops
the server in order. A session of its own keeps the terminal's Ctrl-C away from both.

    python guard.py SIGNAL GRACE_SECONDS UID:GID|- COMMAND...
"""

import ctypes
import os
import select
import signal
import subprocess
import sys

_PR_SET_PDEATHSIG = 1  # Linux, prctl(2)
_WOKEN_BY = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    """Run the command until it ends or has to; returns its exit status."""
    stop, grace, owner, *command = arguments
    woken = _wake_on_signals()
    server = _launch(command, int(stop), owner)
    while server.poll() is None and not _asked_to_stop(woken):
        pass
    if server.poll() is None:
        server.send_signal(int(stop))
    try:
        return server.wait(float(grace))
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


def _wake_on_signals() -> int:
    """Turn signals into bytes of a pipe, so that one select waits for them and the starter."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for number in _WOKEN_BY:
        signal.signal(number, lambda *_: None)
    return woken


def _launch(command: list[str], stop: int, owner: str) -> "subprocess.Popen[bytes]":
    uid, gid = (None, None) if owner == "-" else map(int, owner.split(":"))
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def die_with_the_guard() -> None:
        # Of use only when the guard itself is killed; this process has a single thread, so
        # neither the thread that the signal is bound to nor the fork is a hazard.
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, stop)

    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, close_fds=False,  # the lock on the data goes along
        user=uid, group=gid, extra_groups=None if uid is None else [],
        preexec_fn=die_with_the_guard,
    )  # fmt: skip


def _asked_to_stop(woken: int) -> bool:
    """Wait for a signal or the starter; False when it was but a child's end."""
    ready, _, _ = select.select([sys.stdin, woken], [], [])
    return sys.stdin in ready or os.read(woken, 1)[0] != signal.SIGCHLD


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
