"""A month of a small shop: deliveries, sales, losses, and a warehouse system that lags.

The same events at every play: a generator with a fixed seed, which knows what really lies on
the shelves. The service does not; it hears of it by late documents and wrong counts.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random

from ullage.cli.demo.assortment import Article, assortment, money

Json = dict[str, object]
Day = tuple[list[Json], ...]

SOURCE = "demo-shop"
DAYS = 31
WAREHOUSES = ("berlin", "lyon")

_SEED = 1729
_REASONS = ("torn bag", "damp", "past its date")


class Shop:
    """Makes the month day by day; `month` is the whole of it."""

    def __init__(self) -> None:
        self._random = Random(_SEED)
        self._number = 0
        self._articles = assortment()
        self._late: list[Json] = []
        self._clock: Counter[tuple[int, int]] = Counter()

    def month(self) -> Iterator[Day]:
        """Days of phases. What is in a later phase must be sent after the earlier is booked:
        the topics of a phase have no order among themselves."""
        for day in range(1, DAYS + 1):
            items = [self._item(article) for article in self._articles] if day == 1 else []
            deliveries = self._deliveries(day)
            yield items, deliveries, self._upkeep(day), self._sales(day), self._pulls(day)

    def _item(self, article: Article) -> Json:
        return self._event("item", 1, 7, sku=article.sku, **article.settings)

    def _deliveries(self, day: int) -> list[Json]:
        """What ran low comes in, one document a warehouse; some documents are a day late."""
        booked, self._late = self._late, []
        for warehouse in WAREHOUSES:
            low = [
                a for a in self._articles if a.shelf[warehouse] < self._random.randint(2, 24)
            ]
            if not low:
                continue
            lines = [self._line(article, warehouse) for article in low[:12]]
            is_late = 1 < day < DAYS and self._random.random() < 0.25
            document = self._receipt(day + is_late, warehouse, lines)
            (self._late if is_late else booked).append(document)
        return booked

    def _line(self, article: Article, warehouse: str) -> Json:
        """A line of a receipt; purchase costs drift, and now and then one is not known yet."""
        article.cost_cents += round(article.cost_cents * self._random.uniform(-0.04, 0.05))
        quantity = self._random.randrange(24, 97, 12)
        article.shelf[warehouse] += quantity
        line: Json = {"sku": article.sku, "warehouse": warehouse, "quantity": quantity}
        if self._random.random() > 0.01:
            line["unit_cost"] = money(article.cost_cents)
        return line

    def _receipt(self, day: int, warehouse: str, lines: list[Json]) -> Json:
        shipment = f"shop-S{day:02}-{warehouse}-{self._number}"
        return self._event(
            "receipt", day, 8, shipment_id=shipment, receipt_id=f"{shipment}-R", lines=lines
        )

    def _upkeep(self, day: int) -> list[Json]:
        """Transfers, defects and corrections of the morning; and what goes missing unseen."""
        events = [self._transfer(day) for _ in range(3)] + [self._defect(day) for _ in range(2)]
        if day % 7 == 0:
            events += [self._adjustment(day), self._revaluation(day)]
        for _ in range(2):
            article, warehouse = self._any()
            article.shelf[warehouse] -= min(
                article.shelf[warehouse], self._random.randint(1, 3)
            )
        return events

    def _transfer(self, day: int) -> Json:
        article = self._random.choice(self._articles)
        source, target = self._random.sample(WAREHOUSES, 2)
        quantity = max(1, min(article.shelf[source], self._random.randint(2, 8)))
        article.shelf[source] -= quantity
        article.shelf[target] += quantity
        places: Json = {"from_warehouse": source, "to_warehouse": target}
        return self._event("transfer", day, 9, sku=article.sku, **places, quantity=quantity)

    def _defect(self, day: int) -> Json:
        """Every other one reports what went missing before: the shelf knows already."""
        article, warehouse = place = self._any()
        quantity, reason = self._random.randint(1, 3), self._random.choice(_REASONS)
        if self._random.random() < 0.5:
            article.shelf[warehouse] -= min(article.shelf[warehouse], quantity)
        return self._at("defective_report", day, 9, place, quantity=quantity, reason=reason)

    def _adjustment(self, day: int) -> Json:
        article, warehouse = place = self._any()
        quantity = self._random.choice((-2, -1, 1, 2))
        article.shelf[warehouse] = max(0, article.shelf[warehouse] + quantity)
        change: Json = {"mode": "quantity", "quantity": quantity, "reason": "stocktaking"}
        return self._at("adjustment", day, 9, place, **change)

    def _revaluation(self, day: int) -> Json:
        value = money(self._random.randint(50, 400))
        change: Json = {"mode": "value", "value": value, "reason": "supplier's bill corrected"}
        return self._at("adjustment", day, 9, self._any(), **change)

    def _sales(self, day: int) -> list[Json]:
        """Orders of one to four lines; a till that was offline sends some of them twice."""
        events: list[Json] = []
        for order in range(self._random.randint(40, 60)):
            warehouse = self._random.choice(WAREHOUSES)
            articles = self._random.sample(self._articles, self._random.randint(1, 4))
            for line, article in enumerate(articles, start=1):
                if article.shelf[warehouse] > 0:
                    names = {"order_id": f"shop-O{day:02}-{order:02}", "line_id": str(line)}
                    events.append(self._sale(day, article, warehouse, names))
        return events + [event for event in events if self._random.random() < 0.01]

    def _sale(self, day: int, article: Article, warehouse: str, names: dict[str, str]) -> Json:
        quantity = min(article.shelf[warehouse], self._random.choice((1, 1, 1, 2, 2, 3, 6)))
        article.shelf[warehouse] -= quantity
        sold: Json = {"quantity": quantity, **names}
        price = money(article.cost_cents * 5 // 2)
        return self._at("sale", day, 12, (article, warehouse), **sold, unit_price=price)

    def _pulls(self, day: int) -> list[Json]:
        """Each night a quarter of the shelves is counted."""
        places = [
            (article, warehouse) for article in self._articles for warehouse in WAREHOUSES
        ]
        return [
            self._at("stock_pull", day, 22, place, on_hand=self._count(*place))
            for place in places[day % 4 :: 4]
        ]

    def _count(self, article: Article, warehouse: str) -> int:
        """What lies there, or more, when the system has not heard of the last sales."""
        lag = self._random.randint(1, 6) if self._random.random() < 0.08 else 0
        return article.shelf[warehouse] + lag

    def _any(self) -> tuple[Article, str]:
        return self._random.choice(self._articles), self._random.choice(WAREHOUSES)

    def _at(
        self, kind: str, day: int, hour: int, place: tuple[Article, str], **fields: object
    ) -> Json:
        article, warehouse = place
        return self._event(kind, day, hour, sku=article.sku, warehouse=warehouse, **fields)

    def _event(self, kind: str, day: int, hour: int, **fields: object) -> Json:
        """An event at a second of its own: nothing is dated before what was sent earlier."""
        self._number += 1
        self._clock[day, hour] += 1
        minute, second = divmod(self._clock[day, hour], 60)
        when = f"2026-10-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        head: Json = {"id": f"shop-{self._number}", "type": kind, "source": SOURCE}
        return {**head, "effective_at": when, **fields}


def skus_of(event: Json) -> list[str]:
    """SKUs an event is about: its own, or those of its lines."""
    lines = event.get("lines")
    if isinstance(lines, list):
        return [str(line["sku"]) for line in lines]
    return [str(event["sku"])]
