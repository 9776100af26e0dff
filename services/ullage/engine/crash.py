"""Named points of the commit path at which the fault suite kills the process.

Random kills hardly ever hit the few milliseconds of a commit; these do. `ULLAGE_CRASH_AT` is
`<point>[:n]`: the process dies by SIGKILL when it passes that point for the n-th time.
"""

import os
import signal
from collections.abc import Callable

BEFORE_BEGIN = "before_begin"
AFTER_OUTPUTS = "after_outputs"
AFTER_CHANGELOG = "after_changelog"
AFTER_OFFSETS = "after_offsets"
AFTER_COMMIT = "after_commit"
AFTER_STORE = "after_store"
POINTS = (
    BEFORE_BEGIN,
    AFTER_OUTPUTS,
    AFTER_CHANGELOG,
    AFTER_OFFSETS,
    AFTER_COMMIT,
    AFTER_STORE,
)

CrashHook = Callable[[str], None]


def crash_hook(setting: str, flush: Callable[[], int]) -> CrashHook:
    """Return what to call at each point; without a setting it does nothing.

    `flush` sends what is queued before the kill: a transaction that left nothing at the broker
    would be the easy case. Raises ValueError for a point that does not exist.
    """
    if not setting:
        return lambda point: None
    wanted, _, passage = setting.partition(":")
    if wanted not in POINTS:
        raise ValueError(f"ULLAGE_CRASH_AT: no point {wanted!r}; there are {', '.join(POINTS)}")
    left = int(passage or "1")

    def pass_by(point: str) -> None:
        nonlocal left
        left -= point == wanted
        if left == 0:
            flush()
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by
