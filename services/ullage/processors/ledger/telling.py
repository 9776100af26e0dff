"""An applied movement told: the ledger's line, then each entry's record and its journal."""

from collections.abc import Sequence

from ullage import topics
from ullage.costing.entry import CostEntry, CostNeeded, CostVariance, Entry, QuantityVariance
from ullage.costing.movement import Movement
from ullage.processors.ledger import costs, published, variances
from ullage.processors.ledger.journals import Journals
from ullage.processors.ledger.logged import ReceiptMerge
from ullage.processors.ledger.outcome import Outcome, Totals
from ullage.processors.text import money, plain
from ullage.step import Output


def tell(
    outcome: Outcome,
    movement: Movement,
    entries: Sequence[Entry],
    before: Totals,
    journals: Journals,
) -> list[Output]:
    """Write an applied movement's records in the order of its entries."""
    told = [outcome.output(topics.LEDGER, _ledger_entry(outcome, before))]
    for entry in entries:
        match entry:
            case CostEntry():
                told += _cost(outcome, movement, entry, journals)
            case CostVariance():
                corrected = variances.of_cost(outcome, entry)
                told.append(outcome.output(topics.VARIANCES, corrected))
                told += journals.of(outcome, movement, entry, corrected)
            case QuantityVariance():
                gap = variances.of_quantity(outcome, entry)
                told.append(outcome.output(topics.VARIANCES, gap))
            case CostNeeded():
                wanted = variances.cost_needed(outcome, entry)
                told.append(outcome.output(topics.VARIANCES, wanted))
    return told


def _cost(
    outcome: Outcome, movement: Movement, entry: CostEntry, journals: Journals
) -> list[Output]:
    """Write a cost in its parts, each with its journal."""
    topic, told = costs.topic_of(entry), list[Output]()
    for part, cost in costs.records(outcome, entry):
        told.append(outcome.output(topic, cost))
        told += journals.of(outcome, movement, part, cost)
    return told


def _ledger_entry(outcome: Outcome, before: Totals) -> published.LedgerEntry:
    logged, totals = outcome.logged, outcome.totals
    change = totals.value - before.value
    return published.LedgerEntry(
        outcome.new_id("ledger_entry"), "ledger_entry", *outcome.money,
        money(change), money(change - totals.carry + before.carry),
        logged.type, plain(totals.quantity - before.quantity), logged.place, logged.reference,
        logged.receipts if isinstance(logged, ReceiptMerge) else None,
    )  # fmt: skip
