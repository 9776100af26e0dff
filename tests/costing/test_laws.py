"""Laws of the kernel: what holds for every history, whatever the method and the settings."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.costing.ledger import SIGN, Ledger
from tests.costing.strategies import histories
from ullage.costing.entry import CostEntry, Draw, Entry
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
    CostPool,
    Item,
    LayerMerge,
    Method,
    Movement,
    Receipt,
    Sale,
    StockPull,
    Transfer,
)

law = settings(max_examples=80, deadline=None)


@law
@given(histories())
def test_units_are_neither_made_nor_lost(history: list[Movement]) -> None:
    """Received and adjusted less sold and written off is on hand, layers less oversold."""
    ledger = Ledger().run(history)
    moved = sum(SIGN[entry.type] * entry.quantity for entry in ledger.costs)
    assert ledger.book.quantity == moved
    on_hand = sum(layer.quantity for layer in ledger.book.open_layers())
    assert on_hand - ledger.book.oversold == moved


@law
@given(histories())
def test_cost_is_neither_made_nor_lost(history: list[Movement]) -> None:
    """Received + adjusted = COGS + write-offs + cost variances + value, to the last 10^-6."""
    ledger = Ledger().run(history)
    put_in = sum(SIGN[entry.type] * entry.amount for entry in ledger.costs)
    corrected = sum(entry.amount for entry in ledger.cost_variances(rounding=False))
    assert put_in == corrected + ledger.book.value


@law
@given(histories())
def test_what_is_posted_and_the_carry_are_the_book_value(history: list[Movement]) -> None:
    """After every movement: inventory account + carry = value, the carry under a minor unit."""
    ledger = Ledger()
    for movement in history:
        ledger.apply(movement)
        account = sum(SIGN[entry.type] * entry.posted for entry in ledger.costs)
        account -= sum(entry.posted for entry in ledger.cost_variances(rounding=True))
        assert account + ledger.book.account.carry == ledger.book.value
        assert abs(ledger.book.account.carry) < 10_000


@law
@given(histories())
def test_only_whole_minor_units_are_posted(history: list[Movement]) -> None:
    """No journal will ever carry a fraction of a cent."""
    ledger = Ledger().run(history)
    posted = [entry.posted for entry in ledger.costs]
    posted += [entry.posted for entry in ledger.cost_variances(rounding=True)]
    assert all(amount % 10_000 == 0 for amount in posted)


def counted_in_units(history: list[Movement], method: Method) -> list[Movement]:
    """The history under a method, without what is refused for its value or its method."""
    first, *rest = history
    assert isinstance(first, Item)
    kept = [
        one
        for one in rest
        if not isinstance(one, Item)
        and not (isinstance(one, Adjustment) and one.mode is not AdjustmentMode.QUANTITY)
    ]
    return [replace(first, method=method), *kept]


@law
@given(histories())
def test_methods_agree_on_quantity(history: list[Movement]) -> None:
    """FIFO, LIFO and average differ in cost alone: units, stock and refusals are the same."""
    ledgers = [Ledger().run(counted_in_units(history, method)) for method in Method]
    assert len({ledger.book.quantity for ledger in ledgers}) == 1
    assert len({ledger.book.oversold for ledger in ledgers}) == 1
    assert len({tuple(ledger.refused) for ledger in ledgers}) == 1
    assert len({ledger.book.state().stock for ledger in ledgers}) == 1


def without_layer_ids(entries: list[Entry]) -> list[Entry]:
    return [
        entry._replace(draws=tuple(Draw("", *draw[1:]) for draw in entry.draws))
        if isinstance(entry, CostEntry)
        else entry
        for entry in entries
    ]


@law
@given(histories())
def test_merging_layers_never_changes_a_cost(history: list[Movement]) -> None:
    """`same_cost` says what `never` says, to the last draw; only the layers' ids differ."""
    never, same = (
        Ledger().run(
            replace(one, layer_merge=merge) if isinstance(one, Item) else one for one in history
        )
        for merge in (LayerMerge.NEVER, LayerMerge.SAME_COST)
    )
    assert without_layer_ids(same.entries) == without_layer_ids(never.entries)
    assert same.refused == never.refused
    assert same.book.value == never.book.value
    assert same.book.layer_count <= never.book.layer_count


@law
@given(histories())
def test_a_count_changes_no_cost(history: list[Movement]) -> None:
    """Without its stock pulls a history costs the same."""
    counted = Ledger().run(history)
    uncounted = Ledger().run(one for one in history if not isinstance(one, StockPull))
    assert [without_layer_ids([entry]) for entry in uncounted.costs] == [
        without_layer_ids([entry]) for entry in counted.costs
    ]
    assert uncounted.cost_variances(rounding=True) == counted.cost_variances(rounding=True)
    assert uncounted.book.value == counted.book.value


@law
@given(histories())
def test_a_variance_stays_put_between_pulls(history: list[Movement]) -> None:
    """What is sold, received or moved after a count moves expected and estimated alike."""
    ledger = Ledger()
    for movement in history:
        before = {name: stock.state() for name, stock in ledger.book.stock.items()}
        ledger.apply(movement)
        if not isinstance(movement, Sale | Receipt | Transfer):
            continue
        for name, was in before.items():
            now = ledger.book.stock[name]
            if was.counted_at is None or movement.effective_at > was.counted_at:
                assert now.estimated - now.expected == was.variance
            else:
                assert now.estimated == was.expected + was.variance


@law
@given(histories())
def test_a_count_is_what_is_estimated(history: list[Movement]) -> None:
    """Right after a pull that is not stale, `estimated` is what was counted."""
    ledger = Ledger()
    for movement in history:
        ledger.apply(movement)
        if isinstance(movement, StockPull):
            stock = ledger.book.stock[movement.warehouse]
            if stock.counted_at == movement.effective_at:
                assert stock.estimated == stock.counted == movement.on_hand


@law
@given(histories(Method.WAC))
def test_a_sale_does_not_change_the_average(history: list[Movement]) -> None:
    """Domain 2: a sale uses the average and leaves it as it was."""
    ledger = Ledger()
    for movement in history:
        before = ledger.book.state().pools
        ledger.apply(movement)
        if isinstance(movement, Sale):
            averages = {pool.warehouse: pool.average for pool in before}
            now = {pool.warehouse: pool.average for pool in ledger.book.state().pools}
            assert {name: now[name] for name in averages} == averages


@law
@given(st.sampled_from((Method.FIFO, Method.LIFO)), st.data())
def test_a_layer_holds_what_was_put_in_less_what_was_drawn(
    method: Method, data: st.DataObject
) -> None:
    """The draws of the entries tell where each unit and 10^-6 of a layer came from and went."""
    history = data.draw(histories(method, CostPool.SKU))
    ledger = Ledger()
    for movement in history:
        revalues = (
            isinstance(movement, Adjustment) and movement.mode is not AdjustmentMode.QUANTITY
        )
        if not revalues and not isinstance(movement, Transfer):
            ledger.apply(movement)
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
def test_layers_hold_units_and_no_negative_value(history: list[Movement]) -> None:
    """An open layer has units, and is worth nothing at the least."""
    ledger = Ledger()
    for movement in history:
        ledger.apply(movement)
        layers = list(ledger.book.open_layers())
        assert all(layer.quantity > 0 and layer.value >= 0 for layer in layers)
        assert len(layers) == ledger.book.layer_count
