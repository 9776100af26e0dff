"""Laws of the kernel: what holds for every history, whatever the method and the settings."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.costing.ledger import SIGN, Ledger, units_moved, value_moved, without_layer_ids
from tests.costing.strategies import SKU, WAREHOUSES, History, histories
from ullage.costing.entry import CostEntry
from ullage.costing.money import MICRO
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
    Consumption,
    CostCorrection,
    CostPool,
    Item,
    LandedCost,
    LayerMerge,
    Method,
    Movement,
    Receipt,
    ReceiptMerge,
    Sale,
    SaleReturn,
    Transfer,
)
from ullage.costing.terms import Policy

law = settings(deadline=None)
YEARS = 5 * 365 * 86_400 * MICRO
NOW = (YEARS, YEARS)
"""Later than every history: dated so that nothing of it is closed."""


@law
@given(histories())
def test_units_are_neither_made_nor_lost(history: History) -> None:
    """After every movement: what came less what went is on hand, layers less oversold."""
    ledger, moved = Ledger(), 0
    for movement in history:
        entries = ledger.apply(movement)
        moved += sum(units_moved(entry) for entry in entries if isinstance(entry, CostEntry))
        assert ledger.book.quantity == moved
    on_hand = sum(layer.quantity for layer in ledger.book.open_layers())
    assert on_hand - ledger.book.oversold == moved


@law
@given(histories())
def test_cost_is_neither_made_nor_lost(history: History) -> None:
    """After every movement, to the last 10^-6:

    receipts + charges + corrections + adjustments + produced + returned by customers
    = COGS + write-offs + consumed + returned to suppliers + cost variances + value on hand.
    """
    ledger, moved = Ledger(), 0
    for movement in history:
        moved += sum(value_moved(entry) for entry in ledger.apply(movement))
        assert ledger.book.value == moved


def with_method(one: Movement | Policy, method: Method) -> Movement | Policy:
    if isinstance(one, Policy):
        return one._replace(defaults=one.defaults._replace(method=method))
    return replace(one, method=None) if isinstance(one, Item) else one


def counted_in_units(history: History, method: Method) -> History:
    """The history under a method, without what is refused for its value."""
    return [
        with_method(one, method)
        for one in history
        if not (isinstance(one, Adjustment) and one.mode is not AdjustmentMode.QUANTITY)
    ]


@law
@given(histories(merged=False))
def test_methods_agree_on_quantity(history: History) -> None:
    """FIFO, LIFO and average differ in cost alone: units, stock and refusals are the same.

    Without receipt merges: which date they may have depends on the layers a method left open.
    """
    ledgers = [Ledger().run(counted_in_units(history, method)) for method in Method]
    assert len({ledger.book.quantity for ledger in ledgers}) == 1
    assert len({ledger.book.oversold for ledger in ledgers}) == 1
    assert len({tuple(ledger.refused) for ledger in ledgers}) == 1
    assert len({ledger.book.state().stock for ledger in ledgers}) == 1


def with_merge(one: Movement | Policy, merge: LayerMerge) -> Movement | Policy:
    if isinstance(one, Policy):
        return one._replace(defaults=one.defaults._replace(layer_merge=merge))
    return replace(one, layer_merge=merge) if isinstance(one, Item) else one


@law
@given(histories())
def test_merging_layers_never_changes_a_cost(history: History) -> None:
    """`same_cost` says what `never` says, to the last draw; only the layers' ids differ."""
    never, same = (
        Ledger().run(with_merge(one, merge) for one in history)
        for merge in (LayerMerge.NEVER, LayerMerge.SAME_COST)
    )
    assert without_layer_ids(same.entries) == without_layer_ids(never.entries)
    assert same.refused == never.refused
    assert same.book.value == never.book.value
    assert same.book.layer_count <= never.book.layer_count


@law
@given(histories(Method.WAC))
def test_a_sale_does_not_change_the_average(history: History) -> None:
    """Domain 2: a sale uses the average and leaves it as it was; so does a consumption."""
    ledger = Ledger()
    for movement in history:
        before = ledger.book.state().pools
        ledger.apply(movement)
        if isinstance(movement, Sale | Consumption):
            averages = {pool.warehouse: pool.average for pool in before}
            now = {pool.warehouse: pool.average for pool in ledger.book.state().pools}
            assert {name: now[name] for name in averages} == averages


def tells_its_draws(one: Movement | Policy) -> bool:
    """Whether the draws of the entries tell all that a movement does to the layers."""
    if isinstance(one, Receipt):
        return not one.charges and not one.absorbed
    if isinstance(one, Adjustment):
        return one.mode is AdjustmentMode.QUANTITY
    return not isinstance(one, Transfer | LandedCost | CostCorrection | ReceiptMerge)


@law
@given(st.sampled_from((Method.FIFO, Method.LIFO)), st.data())
def test_a_layer_holds_what_was_put_in_less_what_was_drawn(
    method: Method, data: st.DataObject
) -> None:
    """The draws of the entries tell where each unit and 10^-6 of a layer came from and went."""
    history = data.draw(histories(method, CostPool.SKU))
    ledger = Ledger().run(one for one in history if tells_its_draws(one))
    left: dict[str, tuple[int, int]] = {}
    for entry in ledger.costs:
        for draw in entry.draws:
            quantity, value = left.get(draw.layer_id, (0, 0))
            sign = SIGN[entry.type]
            left[draw.layer_id] = (quantity + sign * draw.quantity, value + sign * draw.amount)
    open_layers = {
        layer.layer_id: (layer.quantity, layer.value) for layer in ledger.book.open_layers()
    }
    assert {name: rest for name, rest in left.items() if rest != (0, 0)} == open_layers


@law
@given(histories())
def test_layers_hold_units_and_no_negative_value(history: History) -> None:
    """An open layer has units, and is worth nothing at the least."""
    ledger = Ledger()
    for movement in history:
        ledger.apply(movement)
        layers = list(ledger.book.open_layers())
        assert all(layer.quantity > 0 and layer.value >= 0 for layer in layers)
        assert len(layers) == ledger.book.layer_count


@law
@given(histories(), st.integers(1, 40 * MICRO), st.sampled_from(WAREHOUSES))
def test_what_is_sold_and_comes_back_whole_cost_nothing(
    history: History, quantity: int, warehouse: str
) -> None:
    """A sale and its whole return: value, units and cost of goods sold are as they were."""
    ledger = Ledger().run(history)
    before = (ledger.book.quantity, ledger.book.value)
    sale = Sale("sold", SKU, "test", "e", *NOW, warehouse, quantity, "new", "1", 3 * MICRO)
    back = SaleReturn("back", SKU, "test", "f", *NOW, warehouse, quantity, "new", "1")
    entries = ledger.apply(sale)
    if entries:
        entries += ledger.apply(back)
        assert (ledger.book.quantity, ledger.book.value) == before
        costs = [one for one in entries if isinstance(one, CostEntry)]
        assert [one.amount for one in costs if one.type == "cogs"] == [
            one.amount for one in costs if one.type == "cogs_reversal"
        ]


@law
@given(histories())
def test_a_history_told_twice_leaves_the_same_books(history: History) -> None:
    """State, chunks, records and entries, in their order: the history alone decides them."""
    once, twice = Ledger().run(history), Ledger().run(history)
    assert repr(once.everything()) == repr(twice.everything())
    assert repr(once.entries) == repr(twice.entries)
