"""What a SKU's books are kept by: its settings over the policy's defaults, and the policy."""

from enum import Enum
from typing import NamedTuple

from ullage.costing.movement import (
    Backdated,
    CostPool,
    Item,
    LayerMerge,
    Method,
    NegativeStock,
    ProvisionalCost,
)


class UnknownItems(Enum):
    """What a movement of a SKU without an item record does (domain 6)."""

    ALLOW = "allow"
    REJECT = "reject"


class Terms(NamedTuple):
    """What a SKU is costed by; these are the defaults of a policy that says nothing."""

    method: Method = Method.FIFO
    cost_pool: CostPool = CostPool.SKU
    layer_merge: LayerMerge = LayerMerge.NEVER
    standard_cost: int | None = None
    negative_stock: NegativeStock = NegativeStock.ALLOW
    provisional_cost: ProvisionalCost = ProvisionalCost.HIERARCHY
    non_diminishing: bool = False
    backdated: Backdated = Backdated.RESTATE


class Policy(NamedTuple):
    """What holds for all SKUs; the first two are in 10^-6 of the base currency.

    `defaults` hold where an item leaves a setting out; ids and order lines are kept for
    `keep_months` of event time (domain 7).
    """

    minor_unit: int = 10_000
    cost_step: int = 1_000
    defaults: Terms = Terms()
    unknown_items: UnknownItems = UnknownItems.ALLOW
    keep_months: int = 24


class Pinned(NamedTuple):
    """What a SKU's first stock movement locks (domain 2)."""

    method: Method
    cost_pool: CostPool


class ItemTerms(NamedTuple):
    """A SKU's own settings, in the order of `Terms`; None follows the policy's defaults."""

    method: Method | None = None
    cost_pool: CostPool | None = None
    layer_merge: LayerMerge | None = None
    standard_cost: int | None = None
    negative_stock: NegativeStock | None = None
    provisional_cost: ProvisionalCost | None = None
    non_diminishing: bool | None = None
    backdated: Backdated | None = None

    @classmethod
    def of(cls, item: Item) -> "ItemTerms":
        return cls(
            item.method, item.cost_pool, item.layer_merge, item.standard_cost,
            item.negative_stock, item.provisional_cost, item.non_diminishing, item.backdated,
        )  # fmt: skip

    def over(self, defaults: Terms, pinned: Pinned | None) -> Terms:
        """Return the terms that hold: these, else the defaults; what is pinned stays.

        >>> ItemTerms(Method.LIFO).over(Terms(), None).method.value
        'lifo'
        >>> pinned = Pinned(Method.FIFO, CostPool.SKU)
        >>> ItemTerms().over(Terms(Method.WAC), pinned).method.value
        'fifo'
        """
        method, cost_pool = pinned or (self.method, self.cost_pool)
        return Terms(
            method or defaults.method,
            cost_pool or defaults.cost_pool,
            self.layer_merge or defaults.layer_merge,
            defaults.standard_cost if self.standard_cost is None else self.standard_cost,
            self.negative_stock or defaults.negative_stock,
            self.provisional_cost or defaults.provisional_cost,
            defaults.non_diminishing if self.non_diminishing is None else self.non_diminishing,
            self.backdated or defaults.backdated,
        )
