"""Double entry: which accounts an entry moves, in one table (domain 8)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from ullage.costing.entry import CostEntry, CostVariance, Entry, EntryType, VarianceKind
from ullage.costing.movement import Movement, Production


class Role(StrEnum):
    """What an account is for; `gl_mapping` names the account."""

    INVENTORY = "inventory"
    GOODS_RECEIVED_NOT_INVOICED = "goods_received_not_invoiced"
    LANDED_COST_CLEARING = "landed_cost_clearing"
    COGS = "cogs"
    WRITE_OFF = "write_off"
    INVENTORY_ADJUSTMENT = "inventory_adjustment"
    WIP = "wip"
    OVERHEAD_APPLIED = "overhead_applied"
    COST_VARIANCE = "cost_variance"


class Posting(NamedTuple):
    """An amount in whole minor units, 10^-6; a negative one swaps the sides."""

    debit: Role
    credit: Role
    amount: int


Sides = tuple[Role, Role]
"""Debit and credit."""

VARIANCE: Final[Sides] = (Role.COST_VARIANCE, Role.INVENTORY)

JOURNAL: Final[Mapping[EntryType | VarianceKind, Sides]] = {
    EntryType.RECEIVED: (Role.INVENTORY, Role.GOODS_RECEIVED_NOT_INVOICED),
    EntryType.CORRECTED: (Role.INVENTORY, Role.GOODS_RECEIVED_NOT_INVOICED),
    EntryType.LANDED: (Role.INVENTORY, Role.LANDED_COST_CLEARING),
    EntryType.COGS: (Role.COGS, Role.INVENTORY),
    EntryType.COGS_REVERSAL: (Role.INVENTORY, Role.COGS),
    EntryType.PURCHASE_RETURNED: (Role.GOODS_RECEIVED_NOT_INVOICED, Role.INVENTORY),
    EntryType.WRITE_OFF: (Role.WRITE_OFF, Role.INVENTORY),
    EntryType.INVENTORY_ADJUSTMENT: (Role.INVENTORY, Role.INVENTORY_ADJUSTMENT),
    EntryType.CONSUMED: (Role.WIP, Role.INVENTORY),
    EntryType.PRODUCED: (Role.INVENTORY, Role.WIP),
    **dict.fromkeys(VarianceKind, VARIANCE),
    # What went into an order and not into its goods never was inventory.
    VarianceKind.PRODUCTION_DIFFERENCE: (Role.COST_VARIANCE, Role.WIP),
}
"""A transfer is not in it: it posts nothing."""

OVERHEAD: Final[Sides] = (Role.WIP, Role.OVERHEAD_APPLIED)


def postings(movement: Movement, entry: Entry) -> tuple[Posting, ...]:
    """What an entry posts: nothing for an amount of zero, a transfer, or a quantity variance.

    Production posts its overhead into work in progress before it takes the goods out of it.
    """
    match entry:
        case CostEntry(type=EntryType.PRODUCED) if isinstance(movement, Production):
            overhead = _posting(OVERHEAD, movement.overhead)
            return overhead + _posting(JOURNAL[entry.type], entry.posted)
        case CostEntry() if entry.type is not EntryType.TRANSFERRED:
            return _posting(JOURNAL[entry.type], entry.posted)
        case CostVariance():
            return _posting(JOURNAL[entry.kind], entry.posted)
    return ()


def _posting(sides: Sides, amount: int) -> tuple[Posting, ...]:
    return (Posting(*sides, amount),) if amount else ()
