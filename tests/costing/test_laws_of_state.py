"""Laws of the kernel's state: what is kept is all of it, and refusals leave it alone."""

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.costing.ledger import Ledger
from tests.costing.strategies import histories
from ullage.costing.layers import OpenLayer
from ullage.costing.movement import Movement

law = settings(max_examples=80, deadline=None)


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
