"""Laws of the warehouse inventory: what a count says, and what it leaves alone."""

from hypothesis import given, settings

from tests.costing.ledger import Ledger, without_layer_ids
from tests.costing.strategies import History, histories
from ullage.costing.movement import (
    Consumption,
    Production,
    PurchaseReturn,
    Receipt,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)
from ullage.costing.terms import Policy

law = settings(deadline=None)


@law
@given(histories())
def test_a_count_changes_no_cost(history: History) -> None:
    """Without its stock pulls a history costs the same (they do date what is kept)."""
    kept = [one._replace(keep_months=24) if isinstance(one, Policy) else one for one in history]
    counted = Ledger().run(kept)
    uncounted = Ledger().run(one for one in kept if not isinstance(one, StockPull))
    assert [without_layer_ids([entry]) for entry in uncounted.costs] == [
        without_layer_ids([entry]) for entry in counted.costs
    ]
    assert uncounted.cost_variances == counted.cost_variances
    assert uncounted.book.value == counted.book.value


UNEXPLAINING = (
    Sale | Receipt | Transfer | SaleReturn | PurchaseReturn | Consumption | Production
)
"""What moves units, but says nothing about those that a count missed."""


@law
@given(histories())
def test_a_variance_stays_put_between_pulls(history: History) -> None:
    """What is sold, received or moved after a count moves expected and estimated alike."""
    ledger = Ledger()
    for movement in history:
        before = {name: stock.state() for name, stock in ledger.book.stock.items()}
        ledger.apply(movement)
        if not isinstance(movement, UNEXPLAINING):
            continue
        for name, was in before.items():
            now = ledger.book.stock[name]
            if was.counted_at is None or movement.effective_at > was.counted_at:
                assert now.estimated - now.expected == was.variance
            else:
                assert now.estimated == was.expected + was.variance


@law
@given(histories())
def test_a_count_is_what_is_estimated(history: History) -> None:
    """Right after a pull that is not stale, `estimated` is what was counted."""
    ledger = Ledger()
    for movement in history:
        before = ledger.applied
        ledger.apply(movement)
        if isinstance(movement, StockPull) and ledger.applied > before:
            stock = ledger.book.stock[movement.warehouse]
            if stock.counted_at == movement.effective_at:
                assert stock.estimated == stock.counted == movement.on_hand
