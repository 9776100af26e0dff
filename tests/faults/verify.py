"""The independent verifier: what is wrong with a history, in sentences; nothing: it is whole.

It imports nothing of the service and nothing of the kernel's tests. I1 to I4 are those of the
brief: each source offset has one fate, totals equal a slow oracle, sequences have no gap, an
id has one content. I5, that all this comes about without hands, is the driver's to measure.
"""

from itertools import islice

from tests.faults.history import History
from tests.faults.verify_books import (
    books_add_up,
    good_events_are_not_refused,
    inventory_account_is_the_value,
    journals_balance,
    totals_equal_the_oracle,
)
from tests.faults.verify_documents import (
    builds_cost_what_they_consumed,
    charges_add_up,
    documents_have_their_movements,
)
from tests.faults.verify_fates import (
    inputs_have_one_fate,
    movements_have_one_fate,
    policies_are_everywhere,
)
from tests.faults.verify_ids import ids_have_one_content, sequences_have_no_gap
from tests.faults.verify_tables import facts_equal_the_topics, state_equals_the_topics

CHECKS = (
    inputs_have_one_fate,
    movements_have_one_fate,
    policies_are_everywhere,
    documents_have_their_movements,
    builds_cost_what_they_consumed,
    charges_add_up,
    good_events_are_not_refused,
    totals_equal_the_oracle,
    books_add_up,
    inventory_account_is_the_value,
    journals_balance,
    sequences_have_no_gap,
    ids_have_one_content,
    facts_equal_the_topics,
    state_equals_the_topics,
)
_SHOWN = 20


def complaints(history: History) -> list[str]:
    """What is wrong, each sentence with the check that found it; the first few of each."""
    return [
        f"{check.__name__}: {sentence}"
        for check in CHECKS
        for sentence in islice(check(history), _SHOWN)
    ]
