"""Laws of the journals: balanced, in whole minor units, and at every moment the books."""

from hypothesis import given, settings

from tests.costing.ledger import Ledger
from tests.costing.strategies import History, histories
from ullage.costing.entry import CostEntry, CostVariance, Entry, VarianceKind
from ullage.costing.journal import Role, postings
from ullage.costing.movement import Movement, Production

law = settings(deadline=None)

DOMAIN_8 = {
    "received": ("inventory", "goods_received_not_invoiced"),
    "corrected": ("inventory", "goods_received_not_invoiced"),
    "landed": ("inventory", "landed_cost_clearing"),
    "cogs": ("cogs", "inventory"),
    "cogs_reversal": ("inventory", "cogs"),
    "purchase_returned": ("goods_received_not_invoiced", "inventory"),
    "write_off": ("write_off", "inventory"),
    "inventory_adjustment": ("inventory", "inventory_adjustment"),
    "consumed": ("wip", "inventory"),
    "produced": ("inventory", "wip"),
}
"""What each cost entry debits and credits, as the domain page lists it."""


@law
@given(histories())
def test_what_is_posted_and_the_carry_are_the_book_value(history: History) -> None:
    """After every movement: inventory account + carry = value, the carry under a minor unit."""
    ledger = Ledger()
    for movement in history:
        ledger.apply(movement)
        carry = ledger.book.account.carry
        assert ledger.balance(Role.INVENTORY) + carry == ledger.book.value
        assert abs(carry) < ledger.book.policy.minor_unit


@law
@given(histories())
def test_only_whole_minor_units_are_posted(history: History) -> None:
    """No journal carries a fraction of a cent, or nothing at all, or one account twice."""
    ledger = Ledger().run(history)
    minor = ledger.book.policy.minor_unit
    assert all(one.amount and one.amount % minor == 0 for one in ledger.postings)
    assert all(one.debit is not one.credit for one in ledger.postings)


@law
@given(histories())
def test_each_entry_posts_to_the_accounts_of_domain_8(history: History) -> None:
    """Every posted amount once, between the two roles of its entry."""
    ledger = Ledger()
    for movement in history:
        for entry in ledger.apply(movement):
            assert isinstance(movement, Movement)
            told = [(one.debit, one.credit, one.amount) for one in postings(movement, entry)]
            assert sorted(told) == sorted(expected(movement, entry))


def expected(movement: Movement, entry: Entry) -> list[tuple[str, str, int]]:
    accounts: list[tuple[str, str, int]] = []
    if isinstance(entry, CostVariance):
        in_work = entry.kind is VarianceKind.PRODUCTION_DIFFERENCE
        accounts.append(("cost_variance", "wip" if in_work else "inventory", entry.posted))
    elif isinstance(entry, CostEntry) and entry.type != "transferred":
        accounts.append((*DOMAIN_8[entry.type], entry.posted))
    if isinstance(movement, Production) and isinstance(entry, CostEntry):
        accounts.append(("wip", "overhead_applied", movement.overhead))
    return [posting for posting in accounts if posting[-1]]
