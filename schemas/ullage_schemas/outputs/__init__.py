"""Output records: what the ledger says happened to the books.

Decimals are plain decimal strings, times UTC with `Z`.
"""

from ullage_schemas.outputs.base import Fact, MoneyOutput, Output
from ullage_schemas.outputs.costs import Charge, Cogs, Cost, Draw, LedgerEntry, Original
from ullage_schemas.outputs.journals import Journal, JournalLine
from ullage_schemas.outputs.rejection import Rejection
from ullage_schemas.outputs.standing import CostLayer, Snapshot, Stock
from ullage_schemas.outputs.variances import CostNeeded, CostVariance, QuantityVariance

OUTPUTS: dict[str, type[Fact]] = {
    "ledger_entry": LedgerEntry,
    "cogs": Cogs,
    "cost": Cost,
    "quantity_variance": QuantityVariance,
    "cost_variance": CostVariance,
    "cost_needed": CostNeeded,
    "journal": Journal,
    "snapshot": Snapshot,
    "cost_layer": CostLayer,
    "rejection": Rejection,
}
"""The model of each record by the name of its schema; `cogs` and `cost` cover several types."""

__all__ = [
    "OUTPUTS",
    "Charge",
    "Cogs",
    "Cost",
    "CostLayer",
    "CostNeeded",
    "CostVariance",
    "Draw",
    "Fact",
    "Journal",
    "JournalLine",
    "LedgerEntry",
    "MoneyOutput",
    "Original",
    "Output",
    "QuantityVariance",
    "Rejection",
    "Snapshot",
    "Stock",
]
