"""Named points of the commit path at which the fault suite kills or freezes the process.

Random kills hardly ever hit the few milliseconds of a commit; these do. Each call of the commit
path that waits for the broker or the disk has a point after it, which is the next one's before.
`ULLAGE_CRASH_AT` is `<point>[:n[:signal]]`: when the process passes that point for the n-th
time (1) it sends that signal to itself (KILL; STOP makes a zombie, which believes to own what
others have taken over). Only the first session of the process counts.
"""

import os
import signal
from collections.abc import Callable

BEFORE_BEGIN = "before_begin"
AFTER_BEGIN = "after_begin"
AFTER_OUTPUTS = "after_outputs"
AFTER_CHANGELOG = "after_changelog"
AFTER_OFFSETS = "after_offsets"
AFTER_COMMIT = "after_commit"
AFTER_ONE_STORE = "after_one_store"
AFTER_STORE = "after_store"
POINTS = (
    BEFORE_BEGIN,
    AFTER_BEGIN,
    AFTER_OUTPUTS,
    AFTER_CHANGELOG,
    AFTER_OFFSETS,
    AFTER_COMMIT,
    AFTER_ONE_STORE,
    AFTER_STORE,
)

CrashHook = Callable[[str], None]


def crash_hook(setting: str, flush: Callable[[], int]) -> CrashHook:
    """Return what to call at each point; without a setting it does nothing.

    `flush` sends what is queued before the signal: a transaction that left nothing at the
    broker would be the easy case. Raises ValueError for a point that does not exist.
    """
    if not setting:
        return lambda point: None
    wanted, *rest = setting.split(":")
    if wanted not in POINTS:
        raise ValueError(f"ULLAGE_CRASH_AT: no point {wanted!r}; there are {', '.join(POINTS)}")
    left = int(rest[0]) if rest else 1
    what = signal.Signals[f"SIG{rest[1]}"] if rest[1:] else signal.SIGKILL

    def pass_by(point: str) -> None:
        nonlocal left
        left -= point == wanted
        if point == wanted and left == 0:
            flush()
            os.kill(os.getpid(), what)

    return pass_by
