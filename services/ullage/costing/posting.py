"""What goes to the journals: whole minor units, and the carry they lack of the exact value."""

from collections.abc import Sequence

from ullage.costing.money import MICRO, divide, spread, to_step
from ullage.costing.terms import Policy


class InventoryAccount:
    """Posts a SKU's amounts. Inventory account over all journals + carry = value (domain 3)."""

    __slots__ = ("_cost_step", "_minor_unit", "carry")

    def __init__(self, policy: Policy, carry: int) -> None:
        self.follow(policy)
        self.carry = carry

    def follow(self, policy: Policy) -> None:
        """Post by another policy from here on."""
        self._minor_unit, self._cost_step = policy.minor_unit, policy.cost_step

    def post(self, amount: int) -> int:
        """Post a total to the minor unit, into the account or, if negative, out of it."""
        return self.post_as(amount, to_step(amount, self._minor_unit))

    def post_as(self, amount: int, posted: int) -> int:
        """Post a total into the account as what a document says it is in minor units."""
        self.carry += amount - posted
        return posted

    def post_out(self, amount: int) -> int:
        """Post a total out of the account to the minor unit; returns what is posted."""
        posted = to_step(amount, self._minor_unit)
        self.carry += posted - amount
        return posted

    def post_draw(self, quantity: int, amount: int) -> int:
        """Post units leaving: quantity times unit cost to `cost_precision`, to the minor unit.

        Returns what is posted, positive.
        """
        posted = self._at_cost_precision(quantity, amount)
        self.carry += posted - amount
        return posted

    def post_return(self, quantity: int, amount: int) -> int:
        """Post units coming back from a customer as they were posted when they left."""
        return self.post_as(amount, self._at_cost_precision(quantity, amount))

    def share(self, posted: int, quantities: Sequence[int]) -> list[int]:
        """Split what was posted by quantity, in whole minor units."""
        minor = self._minor_unit
        return [coins * minor for coins in spread(posted // minor, quantities)]

    def release(self) -> int:
        """Cut the carry's whole minor units off, towards zero, and return them."""
        whole = abs(self.carry) // self._minor_unit * self._minor_unit
        if self.carry < 0:
            whole = -whole
        self.carry -= whole
        return whole

    def _at_cost_precision(self, quantity: int, amount: int) -> int:
        step, minor = self._cost_step, self._minor_unit
        unit_cost = divide(amount * MICRO, quantity * step) * step
        return divide(quantity * unit_cost, MICRO * minor) * minor
