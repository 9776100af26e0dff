"""The policy as shipments and builds need it: what holds in a partition of their logs."""

from typing import Final, NamedTuple

import msgspec

from ullage.processors.currency import minor_unit, require_same
from ullage.processors.documents import Documents
from ullage.processors.identity import movement_id
from ullage.processors.text import BASE_CURRENCY
from ullage.step import Occurrence, Store
from ullage_schemas.inputs import Policy

KEEP_MONTHS: Final = 24
_KEY: Final = b"p"


class InForce(NamedTuple):
    """The policy in force; a policy is whole, so what one leaves out is the default again."""

    base_currency: str = BASE_CURRENCY
    true_up: bool = False
    """Spread charges again when more is received, instead of at locked rates (domain 5)."""
    keep_months: int = KEEP_MONTHS
    has_money: bool = False
    """Figures in the base currency are about: it cannot change any more."""

    @property
    def minor_unit(self) -> int:
        return minor_unit(self.base_currency)


_encode: Final = msgspec.json.Encoder().encode
_decoder: Final = msgspec.json.Decoder(InForce)
_DEFAULT: Final = InForce()


def read(store: Store) -> InForce:
    """Return the policy that holds in this partition now."""
    found = store.get(_KEY)
    return _DEFAULT if found is None else _decoder.decode(found)


def note_money(store: Store, policy: InForce) -> None:
    """Remember that the base currency is in use."""
    if not policy.has_money:
        store.put(_KEY, _encode(policy._replace(has_money=True)))


def adopt(store: Store, policy: Policy) -> tuple[Occurrence, ...]:
    """Let a copy of a policy hold from here on; the same one again changes nothing.

    Raises:
        IdConflict: the same id came with other content.
        Refused: it would change the base currency under figures that are in it.
    """
    known = Documents(store, "control")
    if known.came_before(policy) is not None:
        again = f"Policy {policy.id} of {policy.source} came again and was ignored."
        return (Occurrence("duplicate", None, again),)
    before = read(store)
    base = policy.base_currency or BASE_CURRENCY
    if before.has_money:
        require_same(before.base_currency, base)
    true_up = policy.landed_cost_policy == "true_up"
    now = InForce(base, true_up, policy.keep_months or KEEP_MONTHS, before.has_money)
    store.put(_KEY, _encode(now))
    known.remember(policy, movement_id(policy.source, policy.id, sku=""))
    return ()
