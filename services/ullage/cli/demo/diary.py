"""Events of the month, numbered and dated as they are written down."""

from collections import Counter

Json = dict[str, object]

SOURCE = "demo-shop"


class Diary:
    """Gives each event an id and a second of its own: nothing is dated before what was sent."""

    def __init__(self) -> None:
        self.number = 0
        self._clock: Counter[tuple[int, int]] = Counter()

    def event(self, kind: str, day: int, hour: int, **fields: object) -> Json:
        self.number += 1
        self._clock[day, hour] += 1
        minute, second = divmod(self._clock[day, hour], 60)
        when = f"2026-10-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        head: Json = {"id": f"shop-{self.number}", "type": kind, "source": SOURCE}
        return {**head, "effective_at": when, **fields}
