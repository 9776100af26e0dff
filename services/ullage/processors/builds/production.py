"""What goods of a build cost: its components and its overhead, by quantity (domain 6)."""

from decimal import Decimal

from ullage.costing.money import plain, spread, to_step
from ullage.processors.builds.orders import Progress
from ullage.processors.currency import micros
from ullage.processors.identity import movement_id
from ullage.processors.wire import movement
from ullage.step import Output, Record
from ullage_schemas.inputs import Build
from ullage_schemas.inputs.manufacturing import Product

Json = dict[str, object]

MOST_NAMED = 100
"""Refused components named in a production."""


def produce(
    record: Record, build: Build, consumed: Progress, refused: list[str], minor_unit: int
) -> list[Output]:
    """Write a production a line; their costs add up to components and overhead, to the cent.

    `refused` are components that the ledger refused: they count zero; the first are named,
    and `rejections` has them all.
    """
    overhead = micros(build.overhead or Decimal())
    quantities = [micros(line.quantity) for line in build.produce]
    costs = spread(consumed.amount + overhead, quantities)
    cents = _in_coins(consumed.posted, quantities, minor_unit)
    overheads = _in_coins(to_step(overhead, minor_unit), quantities, minor_unit)
    made = []
    for place, line in enumerate(build.produce):
        number = len(build.consume) + place
        made_id = movement_id(build.source, build.id, line.sku, build.order_id, number)
        fields = _fields(build, line, costs[place], cents[place], overheads[place], refused)
        made.append(movement(record, build, made_id, line.sku, fields, "production"))
    return made


def _fields(
    build: Build, line: Product, cost: int, cents: int, overhead: int, refused: list[str]
) -> Json:
    fields: Json = {
        "order_id": build.order_id,
        **line.model_dump(mode="json", exclude={"sku"}, exclude_none=True),
        "cost": plain(cost),
        "posted_cost": plain(cents + overhead),
    }
    if overhead:
        fields["overhead"] = plain(overhead)
    if refused:
        fields["refused_components"] = list(dict.fromkeys(refused))[:MOST_NAMED]
    return fields


def _in_coins(amount: int, quantities: list[int], minor_unit: int) -> list[int]:
    """Spread a whole number of minor units by quantity, in minor units."""
    return [part * minor_unit for part in spread(amount // minor_unit, quantities)]
