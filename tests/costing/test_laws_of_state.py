"""Laws of the kernel's state: what is kept is all of it, and refusals leave it alone."""

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.costing.ledger import Ledger
from tests.costing.strategies import histories
from ullage.costing.book import Book, BookState
from ullage.costing.chunks import LotsState
from ullage.costing.entry import EntryRef, EntryType
from ullage.costing.layers import Layer, OpenLayer, Oversold, PoolState
from ullage.costing.movement import CostPool, Method, Movement
from ullage.costing.stock import StockState
from ullage.costing.terms import ItemTerms, Pinned

law = settings(max_examples=80, deadline=None)


def test_a_book_is_opened_with_all_that_was_written_of_it() -> None:
    """Each field has a figure of its own, and none is what a new book begins with."""
    layer = Layer(31, 32, "33", "R", 34, 35)
    owed = Oversold(41, 42, "A", EntryRef("m1", EntryType.COGS, "O1", "1"), 43)
    layers = LotsState(51, 52, 53, 54, 55, (56, 57), (None, layer))
    oversold = LotsState(61, 62, 63, 64, 65, (66, 67), (None, owed))
    stock = StockState("A", 22, 23, 24, 25), StockState("B", 26, 27, 28, 29)
    pool = PoolState("A", 71, True, (72, 73), 74, layers, oversold)
    state = BookState(
        11, ItemTerms(standard_cost=12), Pinned(Method.LIFO, CostPool.WAREHOUSE), 13, 14, 15,
        16, 17, 18, 19, 20, 21, stock, (pool,), 75, 76,
    )  # fmt: skip
    assert Book("SKU-1", state=state).state() == state
    begins = zip((*state, *layers), (*BookState(), *LotsState[Layer]()), strict=True)
    assert all(written != begun for written, begun in begins)


@law
@given(histories())
def test_a_refused_movement_changes_nothing(history: list[Movement]) -> None:
    """State, chunks and layers are the same to the last bit, and nothing is to be published."""
    ledger = Ledger()
    for movement in history:
        before, refused = pickle.dumps(ledger.everything()), len(ledger.refused)
        ledger.apply(movement)
        changed = ledger.book.take_changed()
        if len(ledger.refused) > refused:
            assert pickle.loads(before) == ledger.everything()
            assert changed == []


@law
@given(histories())
def test_applied_movements_are_numbered_without_gaps(history: list[Movement]) -> None:
    """Each applied one takes the next sequence, pulls and settings too; a refused one none."""
    ledger = Ledger()
    for movement in history:
        ledger.apply(movement)
        assert ledger.book.sequence == ledger.applied


@law
@given(histories(), st.lists(st.integers(0, 3)))
def test_closing_a_book_between_batches_makes_no_difference(
    history: list[Movement], batches: list[int]
) -> None:
    """However a history is cut into batches: the same entries, state and chunks."""
    whole = Ledger().run(history)
    parted, cuts = Ledger(), iter(batches)
    for movement in history:
        if next(cuts, 0) == 0:
            parted.reopen()
        parted.apply(movement)
    assert parted.entries == whole.entries
    assert parted.refused == whole.refused
    assert parted.everything() == whole.everything()


@law
@given(histories(), st.lists(st.booleans()))
def test_what_changed_adds_up_to_the_open_layers(
    history: list[Movement], batches: list[bool]
) -> None:
    """Whoever keeps the published layers up to date has the open ones after each batch."""
    ledger, ends = Ledger(), iter(batches)
    published: dict[str, OpenLayer] = {}
    for movement in history:
        ledger.apply(movement)
        if not next(ends, True):
            continue
        for layer_id, pool, parts in ledger.book.take_changed():
            published.pop(layer_id, None)
            parts = pool.by_id().get(layer_id, ()) if parts is None else parts
            if parts:
                published[layer_id] = pool.as_one(parts)
        assert published == {layer.layer_id: layer for layer in ledger.book.open_layers()}
        assert len(published) == ledger.book.layer_count
