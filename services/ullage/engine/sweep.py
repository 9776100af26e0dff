"""When a worker looks for cyclic garbage: between batches, never within one."""

import gc
from typing import Final

SWEEP_RECORDS: Final = 10_000
"""Records after which a sweep is due; a busy worker does one every batch or two."""


class Sweeper:
    """Takes over from Python's collector, which runs every 700 new objects.

    A batch makes hundreds of thousands, all of them freed by reference counting when it is
    done; looking through them again and again took two fifths of the ledger's time.
    """

    def __init__(self) -> None:
        self._records = 0
        gc.collect()
        gc.freeze()  # what the process has loaded stays: it is not looked through again
        gc.disable()

    def after(self, records: int) -> None:
        """Sweep if enough has been done since the last time."""
        self._records += records
        if self._records >= SWEEP_RECORDS:
            self._records = 0
            gc.collect()
