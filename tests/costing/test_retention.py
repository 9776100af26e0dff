"""Domain section 7: calendar months, by which ids and order lines are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from ullage.costing.retention import EPOCH, month_of, months_before, start_of


def at(*moment: int) -> int:
    """A moment of UTC in microseconds: at(2026, 11, 22)."""
    return (datetime(*moment, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "month", "begins"),
    [
        (at(1970, 1, 1), 23_640, 0),
        (at(2026, 11, 22, 13, 31), 24_322, 1_793_491_200_000_000),
        (at(2027, 12, 31, 23, 59, 59, 999_999), 24_335, at(2027, 12, 1)),
        (at(1969, 12, 31), 23_639, at(1969, 12, 1)),
    ],
)
def test_a_month_and_its_beginning(moment: int, month: int, begins: int) -> None:
    """November 2026 is month 2026 x 12 + 10; it begins with its first day, in whole numbers."""
    assert month_of(moment) == month
    assert repr(start_of(month)) == repr(begins)


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        (at(2026, 3, 31, 12), 1, at(2026, 2, 28, 12)),
        (at(2026, 1, 15), 24, at(2024, 1, 15)),
        (at(2400, 2, 29, 0, 0, 0, 1), 12, at(2399, 2, 28, 0, 0, 0, 1)),
        (at(1970, 2, 1), 12 * 1969, at(1, 2, 1)),
        (at(1970, 2, 1), 12 * 1970, -62_135_596_800_000_000),
    ],
)
def test_months_before(moment: int, months: int, earlier: int) -> None:
    """The last day where a month is too short; nothing is earlier than the year 1."""
    assert repr(months_before(moment, months)) == repr(earlier)
