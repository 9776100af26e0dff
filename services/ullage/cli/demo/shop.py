"""A month of a small shop: deliveries, sales, returns, losses, and counts that lag.

The same events at every play: a generator with a fixed seed, which knows what really lies on
the shelves. The service does not; it hears of it by late documents and wrong counts.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import NamedTuple

from ullage.cli.demo.assortment import KIT, RECIPE, Article, assortment, money
from ullage.cli.demo.diary import Diary, Json
from ullage.cli.demo.office import Line, Office

Day = tuple[list[Json], ...]

DAYS = 31
LAST_DAY = date(2026, 10, DAYS)
WAREHOUSES = ("berlin", "lyon")
KIT_ORDER = "shop-kit-04"
"""The first sale of a kit."""

_SEED = 1729
_REASONS = ("torn bag", "damp", "past its date")
_KITS, _KIT_PRICE, _PACKING = 12, "9.90", "6.00"

Place = tuple[Article, str]


class Sold(NamedTuple):
    """A line of an order that a customer may send back."""

    place: Place
    names: dict[str, str]


class Shop:
    """Makes the month day by day; `month` is the whole of it."""

    def __init__(self) -> None:
        self._random = Random(_SEED)
        self._diary = Diary()
        self._office = Office(self._diary)
        self._articles = assortment()
        self._kit = Article(KIT, 0, {})
        self._late: list[list[Json]] = []
        self._sold: list[Sold] = []

    def month(self) -> Iterator[Day]:
        """Days of phases. What is in a later phase must be sent after the earlier is booked:
        the topics of a phase have no order among themselves, nor have its shipments."""
        for day in range(1, DAYS + 1):
            items = [self._item(article) for article in self._articles] if day == 1 else []
            deliveries = self._deliveries(day)
            morning, noon = self._upkeep(day), self._sales(day)
            yield items, *deliveries, morning, noon, self._builds(day) + self._pulls(day)

    def skus_of(self, event: Json) -> list[str]:
        """SKUs that an event is answered for: its own, of its lines, or of its charges."""
        lines = [
            line
            for name in ("lines", "consume", "produce")
            if isinstance(listed := event.get(name), list)
            for line in listed
        ]
        if lines:
            return [str(line["sku"]) for line in lines]
        if event["type"] == "landed_cost":
            return self._office.skus_of(str(event["shipment_id"]))
        return [str(event["sku"])]

    def _item(self, article: Article) -> Json:
        return self._diary.event("item", 1, 7, sku=article.sku, **article.settings)

    def _deliveries(self, day: int) -> list[list[Json]]:
        """What ran low comes in, one document a warehouse; some documents are a day late."""
        bills = [[bill] for bill in self._office.bills(day)]
        booked, self._late = self._late + bills, []
        for warehouse in WAREHOUSES:
            low = [
                a for a in self._articles if a.shelf[warehouse] < self._random.randint(2, 24)
            ]
            if not low:
                continue
            lines = [self._line(article, warehouse) for article in low[:12]]
            is_late = 1 < day < DAYS and self._random.random() < 0.25
            documents = self._office.deliver(day + is_late, lines)
            (self._late if is_late else booked).append(documents)
        return booked + self._sent_back(day)

    def _sent_back(self, day: int) -> list[list[Json]]:
        """Once a week something of an earlier delivery goes back to the supplier."""
        if day % 7 != 5:
            return []
        quantity = 2
        event, line = self._office.send_back(day, quantity)
        (article,) = (one for one in self._articles if one.sku == line.sku)
        article.shelf[line.warehouse] -= min(article.shelf[line.warehouse], quantity)
        return [[event]]

    def _line(self, article: Article, warehouse: str) -> Line:
        """A line of a receipt; purchase costs drift, and now and then one is not known yet."""
        article.cost_cents += round(article.cost_cents * self._random.uniform(-0.04, 0.05))
        quantity = self._random.randrange(24, 97, 12)
        article.shelf[warehouse] += quantity
        is_known = self._random.random() > 0.01
        cost = money(article.cost_cents) if is_known else None
        return Line(article.sku, warehouse, quantity, cost)

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
        return self._diary.event(
            "transfer", day, 9, sku=article.sku, **places, quantity=quantity
        )

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
        events = self._returns(day)
        for order in range(self._random.randint(40, 60)):
            warehouse = self._random.choice(WAREHOUSES)
            articles = self._random.sample(self._articles, self._random.randint(1, 4))
            for line, article in enumerate(articles, start=1):
                if article.shelf[warehouse] > 0:
                    names = {"order_id": f"shop-O{day:02}-{order:02}", "line_id": str(line)}
                    events.append(self._sale(day, article, warehouse, names))
        events += self._kit_sale(day)
        return events + [event for event in events if self._random.random() < 0.01]

    def _returns(self, day: int) -> list[Json]:
        """Two customers send one back."""
        events = []
        for _ in range(min(2, len(self._sold))):
            place, names = self._sold.pop(self._random.randrange(len(self._sold)))
            article, warehouse = place
            article.shelf[warehouse] += 1
            events.append(self._at("sale_return", day, 12, place, quantity=1, **names))
        return events

    def _kit_sale(self, day: int) -> list[Json]:
        warehouse = WAREHOUSES[0]
        if not self._kit.shelf[warehouse]:
            return []
        self._kit.shelf[warehouse] -= 1
        names = {"order_id": f"shop-kit-{day:02}", "line_id": "1"}
        place = (self._kit, warehouse)
        return [self._at("sale", day, 12, place, quantity=1, **names, unit_price=_KIT_PRICE)]

    def _builds(self, day: int) -> list[Json]:
        """Once a week kits are packed, from what two articles have on the shelf."""
        if day % 7 != 3:
            return []
        warehouse = WAREHOUSES[0]
        parts = [(one, RECIPE[one.sku]) for one in self._articles if one.sku in RECIPE]
        kits = min(_KITS, *(one.shelf[warehouse] // each for one, each in parts))
        if not kits:
            return []
        for one, each in parts:
            one.shelf[warehouse] -= kits * each
        self._kit.shelf[warehouse] += kits
        order = f"shop-build-{day:02}"
        consume = [_use(one.sku, warehouse, kits * each) for one, each in parts]
        produce = [_use(KIT, warehouse, kits)]
        made: Json = {"order_id": order, "consume": consume, "produce": produce}
        return [self._diary.event("build", day, 21, **made, overhead=_PACKING)]

    def _sale(self, day: int, article: Article, warehouse: str, names: dict[str, str]) -> Json:
        quantity = min(article.shelf[warehouse], self._random.choice((1, 1, 1, 2, 2, 3, 6)))
        article.shelf[warehouse] -= quantity
        sold: Json = {"quantity": quantity, **names}
        price, place = money(article.cost_cents * 5 // 2), (article, warehouse)
        self._sold.append(Sold(place, names))
        return self._at("sale", day, 12, place, **sold, unit_price=price)

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
        return max(0, article.shelf[warehouse]) + lag

    def _any(self) -> Place:
        return self._random.choice(self._articles), self._random.choice(WAREHOUSES)

    def _at(self, kind: str, day: int, hour: int, place: Place, **fields: object) -> Json:
        article, warehouse = place
        return self._diary.event(
            kind, day, hour, sku=article.sku, warehouse=warehouse, **fields
        )


def _use(sku: str, warehouse: str, quantity: int) -> Json:
    return {"sku": sku, "warehouse": warehouse, "quantity": quantity}
