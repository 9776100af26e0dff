"""Hypothesis strategies of single movements, which a history numbers and links."""

from dataclasses import replace

from hypothesis import strategies as st

from ullage.costing.money import MICRO, times
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
    ChargeShare,
    Consumption,
    CostCorrection,
    CostPool,
    DefectiveReport,
    Item,
    LandedCost,
    LayerMerge,
    Method,
    NegativeStock,
    Production,
    ProvisionalCost,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)

SKU = "SKU-1"
WAREHOUSES = ("A", "B")

# Few and small, so that a history meets dates before, at and after its counts.
dates = st.integers(0, 6)
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
    "effective_at": dates,
    "recorded_at": st.just(0),
}

# What a receipt line or an order line is chosen by: the history counts back from the last one.
picks = st.integers(0, 9).map(str)

# A share's `posted` is drawn as cents beside its amount, which the history turns into money.
shares = st.builds(
    ChargeShare,
    charge_id=st.just(""),
    amount=values | values | values.map(lambda amount: -amount),
    posted=st.sampled_from((0, 0, 1, -1)),
)
some_shares = st.just(()) | st.lists(shares, min_size=1, max_size=3).map(tuple)


def _receipt(base: Receipt, unit_cost: int, more: int) -> Receipt:
    return replace(base, value=times(base.quantity, unit_cost) + more)


uncosted_receipts = st.builds(
    Receipt,
    **head,
    warehouse=warehouses,
    quantity=quantities,
    value=st.none(),
    shipment_id=st.just("S"),
    receipt_id=st.just(""),
    charges=st.just(()) | some_shares,
    absorbed=st.just(()) | some_shares,
)
receipts = st.builds(_receipt, uncosted_receipts, unit_costs, st.just(0) | st.integers(0, 9))
sales = st.builds(
    Sale,
    **head,
    warehouse=warehouses,
    quantity=quantities,
    order_id=st.sampled_from(("", "", "", "again")),
    line_id=st.just("1"),
    override_unit_cost=st.none() | unit_costs,
)
late_head = {
    **head,
    "warehouse": st.just(""),
    "shipment_id": st.just("S"),
    "receipt_id": st.just(""),
    "receipt": picks,
}
late_charges = st.builds(
    LandedCost, **late_head, charges=st.lists(shares, min_size=1, max_size=3).map(tuple)
)
corrections = st.builds(CostCorrection, **late_head, value=st.just(0) | values)
sale_returns = st.builds(
    SaleReturn,
    **head,
    warehouse=warehouses,
    quantity=quantities,
    order_id=picks,
    line_id=st.just("1"),
)
purchase_returns = st.builds(
    PurchaseReturn, **{**late_head, "warehouse": warehouses}, quantity=quantities
)
merges = st.builds(
    ReceiptMerge,
    **head,
    shipment_id=st.just("S"),
    receipt_id=st.just(""),
    # One of them that never was refuses the whole merge: let most be there.
    receipts=st.lists(st.integers(0, 8).map(str), min_size=1, max_size=6, unique=True).map(
        tuple
    ),
    into=picks,
    received_at=st.sampled_from((None, None, None, None, 0, 3)),
)
consumptions = st.builds(
    Consumption, **head, warehouse=warehouses, quantity=quantities, order_id=st.just("B1")
)
productions = st.builds(
    Production,
    **head,
    warehouse=warehouses,
    quantity=quantities,
    order_id=st.just("B1"),
    cost=st.just(0) | values,
    posted=st.sampled_from((0, 0, 1, -1)),
    overhead=st.just(0) | values,
    value=st.none() | values,
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
later_movements = st.one_of(
    late_charges, corrections, sale_returns, purchase_returns, consumptions, productions
)
