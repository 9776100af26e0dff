"""Journals: what each record with money posts, and whether it is to be posted (domain 8)."""

from typing import Final

from ullage import topics
from ullage.costing.entry import CostEntry, CostVariance
from ullage.costing.journal import Posting, postings
from ullage.costing.movement import Movement
from ullage.processors.ledger import published
from ullage.processors.ledger.costs import OF_SALES
from ullage.processors.ledger.held import Held
from ullage.processors.ledger.outcome import Outcome
from ullage.processors.ledger.policy import LedgerPolicy, Policies
from ullage.processors.text import money
from ullage.step import Output

NOTHING: Final = "0.00"


class Journals:
    """Writes journals by the policy in force; those without an account are held."""

    def __init__(self, policies: Policies, held: Held) -> None:
        self._policies, self._held = policies, held

    def of(
        self,
        outcome: Outcome,
        movement: Movement,
        entry: CostEntry | CostVariance,
        said: published.Money,
    ) -> list[Output]:
        """Book a record: one journal a posting, none where nothing is posted."""
        policy, booked = self._policies.now, []
        for posting in postings(movement, entry):
            # Overhead is posted beside the record's own amount, which it is a part of.
            is_all = posting.amount == entry.posted
            posted = said.posted_amount if is_all else money(posting.amount)
            journal = published.Journal(
                outcome.new_id("journal"), "journal", *outcome.money,
                said.amount if is_all else posted, posted,
                _status(policy, outcome, entry, posting), _lines(policy, posting), said.id,
            )  # fmt: skip
            if journal.status == "held":
                self._held.put(journal)
            booked.append(outcome.output(topics.JOURNALS, journal))
        return booked


def _status(
    policy: LedgerPolicy, outcome: Outcome, entry: CostEntry | CostVariance, posting: Posting
) -> str:
    """Off: non-diminishing cost of goods sold, unless the policy posts it (domain 4)."""
    is_of_sale = isinstance(entry, CostEntry) and entry.type in OF_SALES
    is_off = outcome.book.terms.non_diminishing and not policy.posts_non_diminishing
    if is_of_sale and is_off:
        return "off"
    accounts = policy.accounts
    if accounts[posting.debit] is None or accounts[posting.credit] is None:
        return "held"
    return "ready"


def _lines(
    policy: LedgerPolicy, posting: Posting
) -> tuple[published.JournalLine, published.JournalLine]:
    """A negative amount swaps the sides."""
    debited, credited = posting.debit, posting.credit
    if posting.amount < 0:
        debited, credited = credited, debited
    amount = money(abs(posting.amount))
    return (
        published.JournalLine(policy.accounts[debited], debited.value, amount, NOTHING),
        published.JournalLine(policy.accounts[credited], credited.value, NOTHING, amount),
    )
