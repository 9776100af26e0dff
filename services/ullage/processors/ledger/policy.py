"""The policy as the ledger needs it: what holds in a partition of the log, from a copy on."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from ullage.costing.journal import Role
from ullage.costing.money import MICRO
from ullage.costing.terms import Policy, Terms
from ullage.processors.calendar import day_of, is_zone
from ullage.processors.currency import minor_unit, require_same
from ullage.processors.ledger import logged
from ullage.processors.refuse import Refused
from ullage.processors.text import BASE_CURRENCY, micro
from ullage.step import Store

_POLICY: Final = b"p"
_MONEY: Final = b"m"
_decoder: Final = msgspec.json.Decoder(logged.Policy)


class LedgerPolicy(NamedTuple):
    """What holds: for the kernel, for the calendar, and for the journals.

    `accounts` has every role; None: its journals are held.
    """

    costing: Policy
    currency: str
    time_zone: str
    accounts: Mapping[str, str | None]
    posts_non_diminishing: bool

    def posting_date(self, effective_at: str) -> str:
        """The day a movement is posted on, in the policy's calendar (domain 7)."""
        return day_of(effective_at, self.time_zone)

    def maps_more_than(self, before: "LedgerPolicy") -> bool:
        """Say whether a role that had no account has one now."""
        return any(
            account is not None and before.accounts[role] is None
            for role, account in self.accounts.items()
        )


class Policies:
    """The policy of one partition. Keys: `p`, its record in the log; `m`, there is money."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.has_money = store.get(_MONEY) is not None
        self.now = policy_of(store.get(_POLICY))

    def note_money(self) -> None:
        """Remember that the base currency is in use: it cannot change any more."""
        if not self.has_money:
            self.has_money = True
            self._store.put(_MONEY, b"1")

    def adopt(self, value: bytes, policy: LedgerPolicy) -> None:
        """Let a policy hold from here on; `value` is its record.

        Raises:
            Refused: it would change the base currency, or its time zone is none.
        """
        if self.has_money:
            require_same(self.now.currency, policy.currency)
        if not is_zone(policy.time_zone):
            raise Refused(
                f'there is no time zone "{policy.time_zone}"; the policy before it stands: '
                "send it again with a name of the IANA database, like Europe/Vienna"
            )
        self._store.put(_POLICY, value)
        self.now = policy


@lru_cache(maxsize=256)
def policy_of(value: bytes | None) -> LedgerPolicy:
    """Return the policy that a record of the log sets; no record: the defaults.

    What a policy leaves out is the default: it is whole.
    """
    said = logged.Policy("", "", "", "", "") if value is None else _decoder.decode(value)
    currency = said.base_currency or BASE_CURRENCY
    costing = Policy(
        minor_unit(currency),
        MICRO // 10**said.cost_precision,
        _defaults(said),
        said.unknown_items,
        said.keep_months,
    )
    accounts = {role.value: said.gl_mapping.get(role.value, role.value) for role in Role}
    return LedgerPolicy(
        costing, currency, said.time_zone, accounts, said.post_non_diminishing_cogs
    )


def _defaults(said: logged.Policy) -> Terms:
    return Terms(
        said.method,
        said.cost_pool,
        said.layer_merge,
        None if said.standard_cost is None else micro(said.standard_cost),
        said.negative_stock,
        said.provisional_cost,
        said.non_diminishing,
        said.backdated,
    )
