"""The kernel against the oracle: after every movement they have said and hold the same."""

from hypothesis import given, settings

from tests.costing.comparison import kernel_says, kernel_stands, oracle_says, oracle_stands
from tests.costing.oracle_books import Books
from tests.costing.strategies import SKU, History, histories
from ullage.costing.book import Book
from ullage.costing.movement import Method


def agree(history: History) -> None:
    """Step by step, so that the first difference is the one that is shown."""
    books, book = Books(), Book(SKU)
    for movement in history:
        books, expected = oracle_says(books, movement)
        assert kernel_says(book, movement) == expected
        assert kernel_stands(book) == oracle_stands(books)


@settings(deadline=None)
@given(histories(Method.FIFO))
def test_fifo(history: History) -> None:
    """First in, first out, both pools, both merges, allow and reject."""
    agree(history)


@settings(deadline=None)
@given(histories(Method.LIFO))
def test_lifo(history: History) -> None:
    """Last in, first out."""
    agree(history)


@settings(deadline=None)
@given(histories(Method.WAC))
def test_wac(history: History) -> None:
    """Perpetual weighted average."""
    agree(history)
