"""What the records of one applied movement share: who, when, where the books stand after it."""

from typing import Final, NamedTuple

import msgspec

from ullage import topics
from ullage.costing.book import Book
from ullage.processors.envelope import attributes, headers
from ullage.processors.identity import OutputIds
from ullage.processors.ledger import published
from ullage.processors.ledger.logged import OfSku
from ullage.processors.ledger.policy import LedgerPolicy
from ullage.processors.text import money, plain
from ullage.step import Output, Record

encode: Final = msgspec.json.Encoder().encode


class Totals(NamedTuple):
    """Where a book stands: what changes are measured from."""

    quantity: int
    value: int
    carry: int

    @classmethod
    def of(cls, book: Book) -> "Totals":
        return cls(*book.totals(), book.account.carry)


class Outcome:
    """One applied movement: its facts, and ids for the records that are made of it."""

    __slots__ = (
        "_attributes", "_ids", "_key", "_partition", "about", "book", "currency", "logged",
        "money", "sequence", "totals",
    )  # fmt: skip

    def __init__(self, record: Record, logged: OfSku, book: Book, policy: LedgerPolicy) -> None:
        self.logged, self.book = logged, book
        self.sequence, self.totals = book.sequence, Totals.of(book)
        self.currency = policy.currency
        self._partition, self._key = record.partition, logged.sku.encode()
        self._ids = OutputIds(logged.id)
        self._attributes = attributes(logged.sku, logged.recorded_at, record.headers)
        self.about = (
            logged.sku, book.sequence, logged.id, logged.source_id,
            logged.effective_at, logged.recorded_at,
        )  # fmt: skip
        self.money = (
            *self.about, policy.currency, policy.posting_date(logged.effective_at),
            plain(self.totals.quantity), money(self.totals.value),
        )  # fmt: skip

    def new_id(self, kind: str) -> str:
        """The id of the movement's next record of a type."""
        return self._ids.next(kind)

    def id_of(self, kind: str, number: int) -> str:
        """The id of a record of which a movement makes a number known beforehand."""
        return self._ids.of(kind, number)

    def output(self, topic: topics.Topic, said: published.About, key: bytes = b"") -> Output:
        """Write a record in the movement's partition, keyed by its SKU unless told."""
        return Output(
            topic.name,
            key or self._key,
            encode(said),
            headers(said.id, said.type, self._attributes),
            self._partition,
        )
