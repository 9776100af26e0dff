"""Charges of receipt lines that the ledger refused, and took when they were sent again.

A line stands at its landed cost once it is taken, whatever was charged in between; clearing
is charged once.
"""

from decimal import Decimal

import pytest

from tests.processors.events import Json, example
from tests.processors.refusals import STRICT, item, line, receipt
from tests.processors.service import Service, figure, inventory, lines_of, of_type
from tests.processors.test_ledger_records import charge

TRUE_UP = STRICT | {"landed_cost_policy": "true_up"}
A, B = line("a", 10, unit_cost="2"), line("b", 10, unit_cost="3")
METHODS = ("fifo", "lifo", "wac")


def worth(service: Service) -> dict[str, str]:
    return {str(one["sku"]): str(one["value"]) for one in of_type(service.said, "snapshot")}


def balance(service: Service, role: str) -> Decimal:
    """What an account was credited with in all."""
    return sum(
        (
            figure(side, "credit") - figure(side, "debit")
            for journal in of_type(service.said, "journal")
            for side in lines_of(journal)
            if side["role"] == role
        ),
        Decimal(),
    )


def variances(service: Service, sku: str) -> Decimal:
    of_sku = [one for one in of_type(service.said, "cost_variance") if one["sku"] == sku]
    return sum((figure(one, "amount") for one in of_sku), Decimal())


def taken(service: Service, *events: Json) -> None:
    assert of_type(service.send(*events), "rejection") == []


@pytest.mark.parametrize("method", METHODS)
def test_a_charge_that_came_while_a_line_was_refused_is_its_cost_when_it_is_taken(
    method: str,
) -> None:
    """10 and 6 more on 10 at 2.00, one before the receipt and one after: 36.00, no variance."""
    service = Service()
    service.send(STRICT, charge(1, "10"), receipt(1, A), charge(2, "6"))
    assert variances(service, "a") == 16
    taken(service, item("a", method=method), receipt(1, A))
    assert worth(service) == {"a": "36.00"}
    assert variances(service, "a") == 0
    assert balance(service, "landed_cost_clearing") == 16
    assert inventory(service.said) == 36
    absorbed = of_type(service.said, "cost_variance")[-2:]
    assert [(one["kind"], one["charge_id"], one["amount"]) for one in absorbed] == [
        ("landed_over_absorption", "C1", "-10.00"),
        ("landed_over_absorption", "C2", "-6.00"),
    ]


def test_under_true_up_a_line_takes_what_is_left_of_its_first_share() -> None:
    """20 on the refused 10 of a, then on 10 of b as well: each stands at 10 more."""
    service = Service()
    service.send(TRUE_UP, item("b"), charge(1, "20"), receipt(1, A), receipt(2, B))
    assert variances(service, "a") == 10
    taken(service, item("a"), receipt(1, A))
    assert worth(service) == {"a": "30.00", "b": "40.00"}
    assert variances(service, "a") == 0
    assert balance(service, "landed_cost_clearing") == 20
    taken(service, receipt(3, line("b", 20, unit_cost="3")))
    assert worth(service) == {"a": "25.00", "b": "105.00"}
    assert balance(service, "landed_cost_clearing") == 20


def test_a_charge_that_was_credited_meanwhile_is_nothing_when_the_line_is_taken() -> None:
    service = Service()
    service.send(STRICT, charge(1, "10"), receipt(1, A), charge(2, "-10"))
    taken(service, item("a"), receipt(1, A))
    assert worth(service) == {"a": "20.00"}
    assert balance(service, "landed_cost_clearing") == 0


def test_a_switch_of_policy_leaves_what_was_absorbed() -> None:
    """Locked, the second line absorbed 10 beyond the charge of 10; the switch takes none back.

    The charge itself is spread over all 40 units and posted once.
    """
    service = Service()
    first, second, third = (line("a", units, unit_cost="0") for units in (10, 10, 20))
    service.send(charge(1, "10"), receipt(1, first), receipt(2, second))
    assert variances(service, "a") == -10
    service.send(example("policy", landed_cost_policy="true_up"), receipt(3, third))
    assert balance(service, "landed_cost_clearing") == 10
    assert variances(service, "a") == -10
    assert worth(service) == {"a": "20.00"}
    assert inventory(service.said) == 20
