"""The policy's calendar: which day a moment is, by one fixed edition of the zones."""

from datetime import datetime
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

UTC = "UTC"


def is_zone(name: str) -> bool:
    """Say whether the IANA database has a time zone of that name."""
    return name in _names()


def day_of(time: str, zone: str) -> str:
    """Return the day that a time of the log, which is in UTC, is in a zone.

    >>> day_of("2026-10-05T22:30:00Z", "Europe/Vienna"), day_of("2026-10-05T22:30:00Z", UTC)
    ('2026-10-06', '2026-10-05')
    """
    return time[:10] if zone == UTC else _day_in(time, zone)


@lru_cache(maxsize=1 << 14)
def _day_in(time: str, zone: str) -> str:
    return datetime.fromisoformat(time).astimezone(_zone(zone)).date().isoformat()


@cache
def _zone(name: str) -> ZoneInfo:
    # The package's own files: a machine's may be of another year, and a replay another day.
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def _names() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())
