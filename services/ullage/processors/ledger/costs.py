"""Costs as records: of goods sold on `cogs`, all others on `costs`."""

from collections.abc import Callable
from typing import Final

from ullage import topics
from ullage.costing.entry import CostEntry, Draw, EntryType
from ullage.costing.money import per_unit
from ullage.processors.ledger import logged, published
from ullage.processors.ledger.outcome import Outcome
from ullage.processors.ledger.parts import parts_of
from ullage.processors.text import micro, money, plain
from ullage.topics import Topic

OF_SALES: Final = frozenset((EntryType.COGS, EntryType.COGS_REVERSAL))


def records(outcome: Outcome, entry: CostEntry) -> list[tuple[CostEntry, published.Cost]]:
    """A cost's record; beyond 500 layers, parts of one document that add up (contract)."""
    kind, document = entry.type.value, ""
    say_more = _PARTICULARS[type(outcome.logged)]
    made = []
    for part in parts_of(entry):
        record_id = outcome.new_id(kind)
        document = document or record_id
        said = published.Cost(
            record_id, kind, *outcome.money, money(part.amount), money(part.posted),
            part.warehouse, plain(part.quantity), money(_unit_cost(part)),
            plain(part.provisional_quantity), [_draw(draw) for draw in part.draws], document,
        )  # fmt: skip
        say_more(said, outcome.logged, part)
        made.append((part, said))
    return made


def topic_of(entry: CostEntry) -> Topic:
    return topics.COGS if entry.type in OF_SALES else topics.COSTS


def _draw(draw: Draw) -> published.Draw:
    return published.Draw(
        draw.layer_id, draw.receipt_id, plain(draw.quantity), money(draw.amount)
    )


def _unit_cost(entry: CostEntry) -> int:
    if not entry.quantity:
        return 0
    return per_unit(abs(entry.amount), abs(entry.quantity))


# What a movement itself says of a cost: its order, its receipt, its reason.


def _of_sale(said: published.Cost, sale: logged.Sale, entry: CostEntry) -> None:
    said.order_id, said.line_id = sale.order_id, sale.line_id
    said.unit_price = sale.unit_price


def _of_order_line(said: published.Cost, back: logged.SaleReturn, entry: CostEntry) -> None:
    said.order_id, said.line_id = back.order_id, back.line_id


def _of_shipment(said: published.Cost, line: logged.OfShipment, entry: CostEntry) -> None:
    said.receipt_id, said.shipment_id = line.receipt_id, line.shipment_id


def _of_price(
    said: published.Cost, line: logged.Receipt | logged.CostCorrection, entry: CostEntry
) -> None:
    """Tell what a purchase cost before it was converted."""
    _of_shipment(said, line, entry)
    if isinstance(line, logged.Receipt) and entry.type is EntryType.LANDED:
        _of_charge(said, line, entry)
    elif line.currency and line.fx_rate and line.original_unit_cost:
        unit_cost = money(micro(line.original_unit_cost))
        said.original = published.Original(line.currency, line.fx_rate, unit_cost)


def _of_charge(
    said: published.Cost, line: logged.Receipt | logged.LandedCost, entry: CostEntry
) -> None:
    """Tell what charge a share is of; a charge is on a line once."""
    _of_shipment(said, line, entry)
    share = next(one for one in line.charges if one.charge_id == entry.charge_id)
    original = share.original_total
    said.charge_id = share.charge_id
    said.charge = published.Charge(
        share.kind, share.basis, money(micro(share.total)), share.currency, share.fx_rate,
        None if original is None else money(micro(original)),
    )  # fmt: skip


def _of_build(said: published.Cost, part: logged.OfBuild, entry: CostEntry) -> None:
    said.order_id = part.order_id
    if isinstance(part, logged.Production):
        said.refused_components = part.refused_components


def _of_transfer(said: published.Cost, transfer: logged.Transfer, entry: CostEntry) -> None:
    said.to_warehouse = transfer.to_warehouse


def _of_reason(
    said: published.Cost, reasoned: logged.Adjustment | logged.DefectiveReport, entry: CostEntry
) -> None:
    said.reason = reasoned.reason


_PARTICULARS: Final[dict[type[logged.Logged], Callable[..., None]]] = {
    logged.Sale: _of_sale,
    logged.SaleReturn: _of_order_line,
    logged.Receipt: _of_price,
    logged.LandedCost: _of_charge,
    logged.CostCorrection: _of_price,
    logged.PurchaseReturn: _of_shipment,
    logged.Consumption: _of_build,
    logged.Production: _of_build,
    logged.Transfer: _of_transfer,
    logged.Adjustment: _of_reason,
    logged.DefectiveReport: _of_reason,
}
