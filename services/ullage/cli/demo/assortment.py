"""What the small shop sells: forty articles, three methods, a few unusual settings."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

_GOODS = (
    "assam", "darjeeling", "earl-grey", "genmaicha", "lapsang",
    "oolong", "rooibos", "sencha", "sumatra", "yirgacheffe",
)  # fmt: skip
_SIZES = {"50g": 1, "100g": 2, "250g": 4, "1kg": 13}
"""Packs, and what they cost as multiples of the smallest."""
KIT = "tasting-box"
RECIPE = {"assam-50g": 2, "sencha-50g": 1}
"""What goes into a kit, besides the work of packing it."""
_METHODS = ("fifo", "wac", "lifo", "fifo")


@dataclass(slots=True)
class Article:
    """One SKU as the shop knows it."""

    sku: str
    cost_cents: int
    settings: dict[str, object]
    shelf: Counter[str] = field(default_factory=Counter)
    """What really lies in each warehouse; the service is never told."""


def assortment() -> list[Article]:
    """All articles with empty shelves."""
    return [
        _article(place, good, size)
        for place, (good, size) in enumerate(product(_GOODS, _SIZES))
    ]


def _article(place: int, good: str, size: str) -> Article:
    cost_cents = (90 + 17 * _GOODS.index(good)) * _SIZES[size]
    settings: dict[str, object] = {
        "method": _METHODS[place % len(_METHODS)],
        "standard_cost": money(cost_cents),
    }
    if place % 5 == 0:
        settings["cost_pool"] = "warehouse"
    if place % 4 == 1:
        settings["layer_merge"] = "same_cost"
    if place % 10 == 7:
        settings["negative_stock"] = "reject"
    return Article(f"{good}-{size}", cost_cents, settings)


def money(cents: int) -> str:
    """Cents as a decimal string."""
    return f"{Decimal(cents) / 100:.2f}"
