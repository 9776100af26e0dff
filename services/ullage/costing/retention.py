"""How long ids and order lines are kept, and what is too old to come (domain 7)."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from ullage.costing.book import Book
from ullage.costing.errors import PeriodClosed
from ullage.costing.movement import CostCorrection, LandedCost, Movement

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

OF_ANY_AGE: Final = (LandedCost, CostCorrection)
"""What follows a receipt line is known by its shipment; refused here, its money would be lost.

So its id is kept for ever.
"""


def horizon(book: Book, recorded_at: int) -> int | None:
    """Before this nothing is kept: months before now, or before the latest that was applied.

    None while nothing was applied. What is dropped stays so, whatever the policy becomes.
    """
    if book.latest is None:
        return None
    known = min(book.latest, recorded_at)
    return max(months_before(known, book.policy.keep_months), book.kept_since)


def require_kept(book: Book, movement: Movement) -> None:
    """Raise PeriodClosed where nobody could tell a retransmission from news any more."""
    at, latest = movement.effective_at, book.latest
    if latest is None or (at >= latest - book.surely_kept and at >= book.kept_since):
        return  # most are: no calendar is needed
    if isinstance(movement, OF_ANY_AGE):
        return
    oldest = horizon(book, movement.recorded_at)
    if oldest is not None and at < oldest:
        raise PeriodClosed(
            f"this is dated {_day(at)}, and the events of {book.sku} are remembered since "
            f"{_day(oldest)} only ({book.policy.keep_months} months); if it is news, send it "
            "as an adjustment dated today"
        )


def months_before(at: int, months: int) -> int:
    """A time that many calendar months earlier, UTC; the last day where a month is too short.

    >>> march = (datetime(2026, 3, 31, 12, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    >>> str(EPOCH + timedelta(microseconds=months_before(march, 1)))
    '2026-02-28 12:00:00+00:00'
    """
    moment = EPOCH + timedelta(microseconds=at)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    if year < 1:
        return (datetime.min.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    day = min(moment.day, monthrange(year, month + 1)[1])
    earlier = moment.replace(year=year, month=month + 1, day=day)
    return (earlier - EPOCH) // timedelta(microseconds=1)


def month_of(at: int) -> int:
    """The calendar month of a time, UTC, counted from the year 0.

    >>> month_of(0) == 1970 * 12
    True
    """
    moment = EPOCH + timedelta(microseconds=at)
    return moment.year * 12 + moment.month - 1


@lru_cache
def start_of(month: int) -> int:
    """When a calendar month begins, in microseconds.

    >>> start_of(1970 * 12 + 1) == 31 * 86_400_000_000
    True
    """
    first = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return (first - EPOCH) // timedelta(microseconds=1)


def _day(at: int) -> str:
    return f"{EPOCH + timedelta(microseconds=at):%Y-%m-%d}"
