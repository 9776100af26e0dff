"""What goods of a build cost: its components and its overhead, by quantity (domain 6)."""

from collections.abc import Sequence
from decimal import Decimal

from ullage.costing.money import plain, spread, to_step
from ullage.processors.builds.orders import Progress
from ullage.processors.currency import micros
from ullage_schemas.inputs import Build

Json = dict[str, object]

MOST_NAMED = 100
"""Refused components named in a production."""


def costs_of(
    build: Build, consumed: Progress, refused: Sequence[str], minor_unit: int
) -> list[Json]:
    """Return what goods take, line by line: together components and overhead, to the cent.

    `refused` are components that the ledger refused: they count zero; the first are named,
    and `rejections` has them all.
    """
    overhead = micros(build.overhead or Decimal())
    quantities = [micros(line.quantity) for line in build.produce]
    costs = spread(consumed.amount + overhead, quantities)
    cents = _in_coins(consumed.posted, quantities, minor_unit)
    overheads = _in_coins(to_step(overhead, minor_unit), quantities, minor_unit)
    return [_said(*each, refused) for each in zip(costs, cents, overheads, strict=True)]


def _said(cost: int, cents: int, overhead: int, refused: Sequence[str]) -> Json:
    fields: Json = {"cost": plain(cost), "posted_cost": plain(cents + overhead)}
    if overhead:
        fields["overhead"] = plain(overhead)
    if refused:
        fields["refused_components"] = list(dict.fromkeys(refused))[:MOST_NAMED]
    return fields


def _in_coins(amount: int, quantities: list[int], minor_unit: int) -> list[int]:
    """Spread a whole number of minor units by quantity, in minor units."""
    return [part * minor_unit for part in spread(amount // minor_unit, quantities)]
