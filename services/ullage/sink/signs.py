"""What each kind of record does to a SKU's units, its value, and the accounts (domain 3, 8)."""

from typing import NamedTuple


class Sign(NamedTuple):
    """What one unit of a record does to the SKU's on hand and its value, and how it is booked.

    Booked on inventory's debit side, what is posted raises the account; on its credit side it
    lowers it (domain 8).
    """

    type: str
    quantity: int
    amount: int
    debit: str | None
    credit: str | None


SIGNS = (
    Sign("received", 1, 1, "inventory", "goods_received_not_invoiced"),
    Sign("corrected", 0, 1, "inventory", "goods_received_not_invoiced"),
    Sign("landed", 0, 1, "inventory", "landed_cost_clearing"),
    Sign("inventory_adjustment", 1, 1, "inventory", "inventory_adjustment"),
    Sign("produced", 1, 1, "inventory", "wip"),
    Sign("cogs_reversal", 1, 1, "inventory", "cogs"),
    Sign("cogs", -1, -1, "cogs", "inventory"),
    Sign("write_off", -1, -1, "write_off", "inventory"),
    Sign("consumed", -1, -1, "wip", "inventory"),
    Sign("purchase_returned", -1, -1, "goods_received_not_invoiced", "inventory"),
    Sign("transferred", 0, 0, None, None),
    Sign("oversold_settlement", 0, -1, "cost_variance", "inventory"),
    Sign("late_cost", 0, -1, "cost_variance", "inventory"),
    Sign("non_diminishing_override", 0, -1, "cost_variance", "inventory"),
    Sign("landed_over_absorption", 0, -1, "cost_variance", "inventory"),
    Sign("return_difference", 0, -1, "cost_variance", "inventory"),
    Sign("rounding", 0, 0, "cost_variance", "inventory"),
    Sign("production_difference", 0, 0, "cost_variance", "wip"),
)
"""Types of costs and kinds of cost variances; one without a row here is a finding."""

SIGN_OF = {sign.type: sign for sign in SIGNS}
