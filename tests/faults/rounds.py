"""How often a fault is tried."""

import os

SOAK = bool(os.environ.get("ULLAGE_SOAK"))


def times(short: int, soak: int) -> int:
    """The number for `make test`, or the one for `make soak`."""
    return soak if SOAK else short
