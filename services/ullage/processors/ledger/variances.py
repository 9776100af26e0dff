"""Variances as records: of quantity and of cost, and the request for a cost not known."""

from ullage.costing.entry import CostNeeded, CostVariance, QuantityVariance
from ullage.processors.identity import output_id
from ullage.processors.ledger import logged, published
from ullage.processors.ledger.outcome import Outcome
from ullage.processors.text import money, plain


def of_quantity(outcome: Outcome, variance: QuantityVariance) -> published.QuantityVariance:
    return published.QuantityVariance(
        outcome.new_id("quantity_variance"), "quantity_variance", *outcome.about,
        variance.warehouse, "Variance", plain(variance.quantity),
        plain(variance.previous_quantity), "0.00", plain(variance.expected),
        plain(variance.counted), variance.status.value,
    )  # fmt: skip


def of_cost(outcome: Outcome, variance: CostVariance) -> published.CostVariance:
    corrects, said = variance.corrects, outcome.logged
    shipment_id = said.shipment_id if isinstance(said, logged.OfShipment) else None
    return published.CostVariance(
        outcome.new_id("cost_variance"), "cost_variance", *outcome.money,
        money(variance.amount), money(variance.posted), variance.kind.value,
        plain(variance.quantity), output_id(corrects.movement_id, corrects.type, 0),
        said.source_id, variance.warehouse, variance.receipt_id,
        corrects.order_id, corrects.line_id, variance.charge_id,
        shipment_id if variance.receipt_id else None,
    )  # fmt: skip


def cost_needed(outcome: Outcome, needed: CostNeeded) -> published.CostNeeded:
    return published.CostNeeded(
        outcome.new_id("cost_needed"), "cost_needed", *outcome.about,
        needed.receipt_id, plain(needed.quantity), money(needed.assumed_unit_cost),
    )  # fmt: skip
