"""How long ids and order lines are kept, and what is too old to come (domain 7)."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Final

from ullage.costing.book import Book
from ullage.costing.errors import PeriodClosed
from ullage.costing.movement import CostCorrection, LandedCost, Movement

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def horizon(book: Book, recorded_at: int) -> int | None:
    """Before this nothing is kept: months before now, or before the latest that was applied.

    None while nothing was applied.
    """
    if book.latest is None:
        return None
    return months_before(min(book.latest, recorded_at), book.policy.keep_months)


def require_kept(book: Book, movement: Movement) -> None:
    """Raise PeriodClosed where nobody could tell a retransmission from news any more.

    What follows a receipt line is known by its shipment; refused here, its money would be lost.
    """
    at, latest = movement.effective_at, book.latest
    if latest is None or at >= latest - book.surely_kept:  # most are: no calendar is needed
        return
    if isinstance(movement, LandedCost | CostCorrection):
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


def _day(at: int) -> str:
    return f"{EPOCH + timedelta(microseconds=at):%Y-%m-%d}"
