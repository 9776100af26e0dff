"""Hypothesis strategies: movements of one SKU, and histories that reach far into the layers."""

from dataclasses import replace
from itertools import chain

from hypothesis import strategies as st

from ullage.costing.money import MICRO
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
    CostPool,
    DefectiveReport,
    Item,
    LayerMerge,
    Method,
    Movement,
    NegativeStock,
    ProvisionalCost,
    Receipt,
    Sale,
    StockPull,
    Transfer,
)

SKU = "SKU-1"
WAREHOUSES = ("A", "B")

# Few and small, so that a history meets dates before, at and after its counts.
times = st.integers(0, 6)
warehouses = st.sampled_from(WAREHOUSES)
whole = st.integers(1, 60).map(lambda units: units * MICRO)
# Hypothesis likes round figures; what rounding does wrong shows on awkward ones.
awkward = st.sampled_from((333_333, 1_666_667, 2_500_001, 7_000_003, 13_142_857))
quantities = whole | awkward | st.integers(1, 7 * MICRO) | st.integers(1, 9)
unit_costs = (
    st.integers(1, 40).map(lambda cost: cost * MICRO)
    | st.sampled_from((0, 1, 3_333_333, 22_571_429, 9_999_999_999, 10_000_500, 1_001_500))
    | st.integers(0, 12 * MICRO)
)
values = st.integers(1, 500).map(lambda value: value * MICRO) | st.integers(1, 500 * MICRO)
signs = st.sampled_from((1, -1))

# Numbered by the history; a movement on its own has no place in one yet.
head = {
    "id": st.just(""),
    "sku": st.just(SKU),
    "source": st.just("test"),
    "source_id": st.just(""),
    "effective_at": times,
    "recorded_at": st.just(0),
}

receipts = st.builds(
    Receipt,
    **head,
    warehouse=warehouses,
    quantity=quantities,
    unit_cost=unit_costs,
    shipment_id=st.just("S"),
    receipt_id=st.just(""),
)
uncosted_receipts = receipts.map(lambda receipt: replace(receipt, unit_cost=None))
sales = st.builds(
    Sale,
    **head,
    warehouse=warehouses,
    quantity=quantities,
    order_id=st.just(""),
    line_id=st.just("1"),
    override_unit_cost=st.none() | unit_costs,
)
pulls = st.builds(
    StockPull,
    **head,
    warehouse=warehouses,
    on_hand=st.integers(0, 90).map(lambda units: units * MICRO) | quantities,
)
defects = st.builds(
    DefectiveReport,
    **head,
    warehouse=warehouses,
    quantity=quantities,
    reason=st.just("broken"),
)
transfers = st.builds(
    Transfer,
    **head,
    from_warehouse=warehouses,
    to_warehouse=st.just(""),
    quantity=quantities,
).map(lambda move: replace(move, to_warehouse="B" if move.from_warehouse == "A" else "A"))


def _adjustment(
    base: Adjustment, quantity: int, value: int, sign: int, value_sign: int
) -> Adjustment:
    mode = base.mode
    return replace(
        base,
        quantity=0 if mode is AdjustmentMode.VALUE else sign * quantity,
        value=0 if mode is AdjustmentMode.QUANTITY else value_sign * value,
    )


_bare_adjustments = st.builds(
    Adjustment,
    **head,
    warehouse=warehouses,
    mode=st.sampled_from(AdjustmentMode),
    quantity=st.just(0),
    value=st.just(0),
    reason=st.just("recount"),
)
adjustments = st.builds(
    _adjustment, _bare_adjustments, quantities, values, signs, signs
) | st.builds(
    lambda base, quantity, value, sign: _adjustment(base, quantity, value, sign, sign),
    _bare_adjustments,
    quantities,
    values,
    signs,
)


def items(
    method: st.SearchStrategy[Method | None], pool: st.SearchStrategy[CostPool | None]
) -> st.SearchStrategy[Item]:
    """Settings with these methods and pools and any of the rest."""
    return st.builds(
        Item,
        **head,
        method=method,
        cost_pool=pool,
        layer_merge=st.sampled_from((None, *LayerMerge, LayerMerge.SAME_COST)),
        standard_cost=st.none() | unit_costs,
        negative_stock=st.sampled_from((None, None, None, NegativeStock.REJECT)),
        provisional_cost=st.none() | st.sampled_from(ProvisionalCost),
        non_diminishing=st.none() | st.booleans(),
    )


any_item = items(st.none() | st.sampled_from(Method), st.none() | st.sampled_from(CostPool))
stock_movements = st.one_of(receipts, sales, transfers, defects, adjustments, uncosted_receipts)


def _burst(movement: Movement, count: int, step: int) -> list[Movement]:
    if isinstance(movement, Receipt) and movement.unit_cost is not None:
        cost = movement.unit_cost
        return [replace(movement, unit_cost=cost + step * (n // 3)) for n in range(count)]
    return [movement] * count


# The kernel keeps its layers in chunks of up to 16: some runs are long enough to fill a few.
bursts = st.builds(
    _burst, st.one_of(receipts, sales, transfers), st.integers(2, 40), st.integers(0, MICRO)
)


def number(history: list[Movement]) -> list[Movement]:
    """Give each movement of a history ids of its own."""
    return [_numbered(movement, n) for n, movement in enumerate(history, 1)]


def _numbered(movement: Movement, n: int) -> Movement:
    named = replace(movement, id=f"m{n}", source_id=f"e{n}", recorded_at=n)
    if isinstance(named, Receipt):
        return replace(named, receipt_id=f"R{n}")
    if isinstance(named, Sale):
        return replace(named, order_id=f"O{n}")
    return named


def histories(
    method: Method | None = None, pool: CostPool | None = None
) -> st.SearchStrategy[list[Movement]]:
    """Settings, then up to a few hundred movements, with these settings or any."""
    methods = st.sampled_from(Method) if method is None else st.just(method)
    pools = st.sampled_from(CostPool) if pool is None else st.just(pool)
    settings = any_item if method is None and pool is None else items(methods, pools)
    movements = st.one_of(stock_movements, pulls, settings).map(lambda one: [one])
    return st.builds(
        lambda item, rest: number([item, *chain.from_iterable(rest)]),
        items(methods, pools),
        # Hypothesis keeps lists near their least size: ask for long ones half of the time.
        st.lists(movements | bursts, max_size=12)
        | st.lists(movements | bursts, min_size=12, max_size=40),
    )
