"""The oracle's receipt merges: the open layers of receipts become one (domain 6).

What is merged is a line of its own: `books.merged` tells how many units of which lines it was
made of. Its layer is of the receipt they were merged into; of its units each line has a part.
"""

from collections.abc import Iterable

from tests.costing.oracle_books import Books
from tests.costing.oracle_memory import Line
from tests.costing.oracle_places import set_apart
from tests.costing.oracle_pool import Lot, Pool, total
from tests.costing.oracle_units import Refused
from ullage.costing.entry import Entry
from ullage.costing.movement import Method, ReceiptMerge


def merge(books: Books, asked: ReceiptMerge) -> list[Entry]:
    """One layer a pool, in the place of the earliest and dated as that; nothing is posted."""
    named = {asked.into, *asked.receipts}
    for name in named:
        line = books.lines.get(name)
        if line is None or not line.quantity:
            raise Refused(107)
    if books.method is Method.WAC:
        return []  # there is but one layer, of no receipt and no date
    merging = with_merged(books, named)
    check_date(books, asked, merging)
    for name, pool in books.pools.items():
        put_together(books, pool, merging, f"{asked.id} {name}", books.lines[asked.into])
    return []


def with_merged(books: Books, named: Iterable[str]) -> set[str]:
    """Those lines, and whatever units of them were merged into before."""
    family = set(named)
    for name, brought in books.merged.items():  # in the order in which they were merged
        if family & set(brought):
            family.add(name)
    return family


def check_date(books: Books, asked: ReceiptMerge, merging: set[str]) -> None:
    """Later than the earliest: 102 if a sale of their units was before that, else 100."""
    lots = [lot for pool in books.pools.values() for lot in pool.lots if lot.line in merging]
    if asked.received_at is None or not lots or asked.received_at <= earliest(lots):
        return
    uncovered = any(
        line in merging and sold_at < asked.received_at for line, sold_at in books.sold
    )
    raise Refused(102 if uncovered else 100)


def earliest(lots: list[Lot]) -> int:
    """The first date of some lots; backdated ones are not in the order of their dates."""
    return min(lot.received_at for lot in lots)


def put_together(books: Books, pool: Pool, merging: set[str], name: str, into: Line) -> None:
    """Make one lot of those of some lines, and remember what each line brought."""
    own = [index for index, lot in enumerate(pool.lots) if lot.line in merging]
    if len(own) < 2:
        return
    # A part of a layer merged by cost is a layer of its own first (domain 2).
    set_apart(books, pool, own[0])
    lots = [pool.lots[index] for index in own]
    quantity, value = total(lots)
    books.merged[name] = {
        line: total(lot for lot in lots if lot.line == line)[0]
        for line in [lot.line or "" for lot in lots]
    }
    figures = (into.id, into.receipt, into.warehouse, quantity, value, value, books.now)
    books.lines[name] = Line(*figures)
    at = (into.receipt, lots[0].warehouse, earliest(lots), name, lots[0].layer)
    whole = Lot(quantity, value, *at)
    pool.lots = [
        whole if index == own[0] else lot
        for index, lot in enumerate(pool.lots)
        if index == own[0] or index not in own
    ]
