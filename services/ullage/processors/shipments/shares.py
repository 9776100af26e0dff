"""Charges over the lines of a shipment: who bears what (domain 5)."""

from collections.abc import Iterable, Iterator, Sequence

from ullage.costing.money import plain
from ullage.costing.spreading import locked_share, posted_of, shares_of
from ullage.processors.refuse import Refused
from ullage.processors.shipments.shipment import Charge, Line, Rate, Share, Shipment

Json = dict[str, object]

MOST_SHARES = 100_000
"""Shares one document may make: all of them go into one transaction."""


def check_work(lines: int, charges: int, named: str) -> None:
    """Refuse what would make more shares than one document may."""
    if lines * charges > MOST_SHARES:
        raise Refused(
            f"{named} would spread {charges} charges over {lines} lines; one document may make "
            f"{MOST_SHARES} shares. Send less in one document, or in one shipment."
        )


def spread(
    charges: Iterable[Charge], lines: Sequence[Line], minor_unit: int
) -> list[tuple[Share, ...]]:
    """Return each line's shares of the charges, in their order."""
    if not lines:
        return []
    quantities = [line.quantity for line in lines]
    columns: list[list[Share]] = []
    for charge in charges:
        weights = [line.measure(charge.basis) for line in lines]
        amounts = shares_of(charge.amount, quantities, weights)
        posted = posted_of(amounts, minor_unit)
        columns.append([Share(*both) for both in zip(amounts, posted, strict=True)])
    return [tuple(column[place] for column in columns) for place in range(len(lines))]


def rates_of(
    first: int, lines: Sequence[Line], shares: Sequence[Sequence[Share]]
) -> Iterator[tuple[str, Rate]]:
    """Yield what each SKU took of charges at their first allocation, numbered from `first`."""
    units: dict[str, int] = {}
    taken: dict[str, list[int]] = {}
    for line, bears in zip(lines, shares, strict=True):
        units[line.sku] = units.get(line.sku, 0) + line.quantity
        sums = taken.setdefault(line.sku, [0] * len(bears))
        for place, share in enumerate(bears):
            sums[place] += share.amount
    for sku, sums in taken.items():
        for number, amount in enumerate(sums, start=first):
            if amount:
                yield sku, Rate(number, amount, units[sku])


def absorbed(shipment: Shipment, line: Line) -> list[Json]:
    """Return what a later line takes at the locked rates of its SKU, as the log writes it."""
    taken = [
        (rate, locked_share(rate.share, rate.units, line.quantity))
        for rate in shipment.rates(line.sku)
    ]
    return [
        {"charge_id": shipment.charges[rate.charge].charge_id, "amount": plain(amount)}
        for rate, amount in taken
        if amount
    ]


def written(charges: Sequence[Charge], shares: Sequence[Share]) -> list[Json]:
    """Return shares as the log writes them; those of nothing are left out."""
    return [
        _written(charge, share)
        for charge, share in zip(charges, shares, strict=True)
        if share.amount or share.posted
    ]


def _written(charge: Charge, share: Share) -> Json:
    fields: Json = {
        "charge_id": charge.charge_id,
        "kind": charge.kind,
        "basis": charge.basis,
        "total": plain(charge.amount),
        "amount": plain(share.amount),
        "posted_amount": plain(share.posted),
    }
    converted = {
        "currency": charge.currency,
        "fx_rate": charge.fx_rate,
        "original_total": charge.original,
    }
    return fields | {name: fact for name, fact in converted.items() if fact is not None}
