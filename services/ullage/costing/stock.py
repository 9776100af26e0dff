"""Warehouse inventory: what should be there, what the WMS counted, and the gap."""

from typing import NamedTuple

from ullage.costing.entry import QuantityVariance, VarianceStatus


class StockState(NamedTuple):
    """What is written of a warehouse."""

    warehouse: str
    expected: int
    counted: int | None
    counted_at: int | None
    variance: int


class Stock:
    """One SKU in one warehouse. `variance = counted - expected` at the count (domain 1)."""

    __slots__ = ("_variance", "counted", "counted_at", "expected", "warehouse")

    def __init__(
        self,
        warehouse: str,
        expected: int = 0,
        counted: int | None = None,
        counted_at: int | None = None,
        variance: int = 0,
    ) -> None:
        self.warehouse, self.expected = warehouse, expected
        self.counted, self.counted_at, self._variance = counted, counted_at, variance

    def state(self) -> StockState:
        return StockState(
            self.warehouse, self.expected, self.counted, self.counted_at, self._variance
        )

    @property
    def variance(self) -> int | None:
        """The variance layer's quantity; None before the first stock pull."""
        return None if self.counted_at is None else self._variance

    @property
    def estimated(self) -> int:
        return self.expected + self._variance

    def move(self, change: int, effective_at: int, absorbs: bool) -> list[QuantityVariance]:
        """Add a stock movement's units to what is expected.

        A count taken at or after the movement saw it, so only `expected` moves and the variance
        gives way. A later movement moves both, but for what it explains: one that `absorbs`
        closes an open variance of its own sign first.
        """
        self.expected += change
        if self.counted_at is None:
            return []
        if effective_at <= self.counted_at:
            return self._vary(self._variance - change)
        if absorbs and change * self._variance > 0:
            explained = min(abs(change), abs(self._variance))
            return self._vary(self._variance - (explained if change > 0 else -explained))
        return []

    def count(self, on_hand: int, effective_at: int) -> list[QuantityVariance]:
        """Take an absolute count; one older than the last applied is stale, without effect."""
        if self.counted_at is not None and effective_at < self.counted_at:
            return []
        self.counted, self.counted_at = on_hand, effective_at
        return self._vary(on_hand - self.expected)

    def _vary(self, variance: int) -> list[QuantityVariance]:
        previous, self._variance = self._variance, variance
        if variance == previous:
            return []
        status = VarianceStatus.CHANGED
        if not previous:
            status = VarianceStatus.OPENED
        elif not variance:
            status = VarianceStatus.RESOLVED
        return [
            QuantityVariance(
                self.warehouse, variance, previous, self.expected, self.counted or 0, status
            )
        ]
