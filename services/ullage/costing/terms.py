"""What a SKU's books are kept by: its settings over the defaults, and the policy."""

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


class Policy(NamedTuple):
    """What holds for all SKUs; both are in 10^-6 of the base currency."""

    minor_unit: int = 10_000
    cost_step: int = 1_000


class Terms(NamedTuple):
    """A SKU's settings; the defaults are the service's (domain 2, 4 and 7)."""

    method: Method = Method.FIFO
    cost_pool: CostPool = CostPool.SKU
    layer_merge: LayerMerge = LayerMerge.NEVER
    standard_cost: int | None = None
    negative_stock: NegativeStock = NegativeStock.ALLOW
    provisional_cost: ProvisionalCost = ProvisionalCost.HIERARCHY
    non_diminishing: bool = False
    backdated: Backdated = Backdated.RESTATE

    @classmethod
    def of(cls, item: Item) -> "Terms":
        """Return the item's settings; what it leaves out is the service's default."""
        given = {name: getattr(item, name) for name in cls._fields}
        return cls(**{name: value for name, value in given.items() if value is not None})
