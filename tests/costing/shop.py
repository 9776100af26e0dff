"""The book of one SKU told in few words, for tests that state figures as a page prints them."""

from itertools import count

from tests.costing.figures import (
    MINUTE,
    Charges,
    Figure,
    Number,
    Shown,
    cents,
    clock,
    micro,
    shares_of,
)
from ullage.costing.apply import apply
from ullage.costing.journal import postings
from ullage.costing.money import times
from ullage.costing.movement import (
    Adjustment,
    AdjustmentMode,
    Consumption,
    CostCorrection,
    CostPool,
    DefectiveReport,
    Item,
    LandedCost,
    LayerMerge,
    Method,
    Movement,
    NegativeStock,
    Production,
    ProvisionalCost,
    PurchaseReturn,
    Receipt,
    ReceiptMerge,
    Sale,
    SaleReturn,
    StockPull,
    Transfer,
)
from ullage.costing.terms import Policy

__all__ = ["MINUTE", "Number", "Shop", "cents", "clock", "micro"]


class Shop(Shown):
    """One book and the entries of its last movement.

    Without a time of its own each movement happens a minute after the one before.
    """

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)
        self._later = 0

    def set(
        self,
        method: Method | None = None,
        pool: CostPool | None = None,
        merge: LayerMerge | None = None,
        standard: Figure | None = None,
        negative: NegativeStock | None = None,
        provisional: ProvisionalCost | None = None,
        non_diminishing: bool | None = None,
    ) -> "Shop":
        """Send the item's settings."""
        cost = None if standard is None else micro(standard)
        item = Item(
            *self._head(),
            method=method,
            cost_pool=pool,
            layer_merge=merge,
            standard_cost=cost,
            negative_stock=negative,
            provisional_cost=provisional,
            non_diminishing=non_diminishing,
        )
        return self._apply(item)

    def under(self, policy: Policy) -> "Shop":
        """Another policy holds from here on."""
        self.book.policy = policy
        return self

    def skip_months(self, months: int) -> "Shop":
        """Go on as many months later, of 31 days each."""
        self._later += months * 31 * 24 * 60 * MINUTE
        return self

    def receive(
        self,
        quantity: Figure,
        cost: Figure | None,
        warehouse: str = "A",
        at: str = "",
        charges: Charges = (),
        absorbed: Charges = (),
    ) -> "Shop":
        """Receive at a unit cost, with the shares of charges C1, C2, ... that it bears."""
        value = None if cost is None else times(micro(quantity), micro(cost))
        head = self._head(at)
        line = (warehouse, micro(quantity), value)
        shares = shares_of(charges), shares_of(absorbed)
        return self._apply(Receipt(*head, *line, "S", head[0].replace("m", "R"), *shares))

    def late(self, receipt: str, *charges: Figure | tuple[Figure, Figure]) -> "Shop":
        """Charge a receipt, named by its movement, after it came."""
        named = ("A", "S", receipt.replace("m", "R"), receipt)
        return self._apply(LandedCost(*self._head(), *named, shares_of(charges)))

    def correct(self, receipt: str, value: Figure) -> "Shop":
        """Say what all units of a receipt really cost."""
        named = ("A", "S", receipt.replace("m", "R"), receipt)
        return self._apply(CostCorrection(*self._head(), *named, micro(value)))

    def sell(
        self,
        quantity: Figure,
        warehouse: str = "A",
        at: str = "",
        override: Figure | None = None,
        of: str = "",
    ) -> "Shop":
        """Sell on an order of its own, or on that of an earlier sale, named by its movement."""
        cost = None if override is None else micro(override)
        head = self._head(at)
        order = (of or head[0]).replace("m", "O")
        return self._apply(Sale(*head, warehouse, micro(quantity), order, "1", cost))

    def take_back(
        self, sale: str, quantity: Figure, warehouse: str = "A", at: str = ""
    ) -> "Shop":
        """Units of a sale, named by its movement, come back."""
        order = sale.replace("m", "O")
        head = self._head(at)
        return self._apply(SaleReturn(*head, warehouse, micro(quantity), order, "1"))

    def send_back(self, receipt: str, quantity: Figure, warehouse: str = "A") -> "Shop":
        """Return units of a receipt, named by its movement, to the supplier."""
        named = (warehouse, micro(quantity), "S", receipt.replace("m", "R"), receipt)
        return self._apply(PurchaseReturn(*self._head(), *named))

    def merge(self, into: str, *receipts: str, at: str = "") -> "Shop":
        """Merge receipts, named by their movements; `at`: asked to be dated then."""
        asked = clock(at) if at else None
        named = ("S", into.replace("m", "R"), receipts, into, asked)
        return self._apply(ReceiptMerge(*self._head(), *named))

    def consume(self, quantity: Figure, warehouse: str = "A", *, late: bool = False) -> "Shop":
        return self._apply(Consumption(*self._head(), warehouse, micro(quantity), "B", late))

    def produce(
        self,
        quantity: Figure,
        cost: Figure,
        value: Figure | None = None,
        posted: Figure | None = None,
        overhead: Figure = 0,
    ) -> "Shop":
        """Finish goods into which `cost` went, at that or at a value given."""
        went_in = (micro(cost), micro(cost if posted is None else posted), micro(overhead))
        given = None if value is None else micro(value)
        return self._apply(
            Production(*self._head(), "A", micro(quantity), "B", *went_in, given)
        )

    def pull(self, on_hand: Figure, warehouse: str = "A", at: str = "") -> "Shop":
        return self._apply(StockPull(*self._head(at), warehouse, micro(on_hand)))

    def report_defective(self, quantity: Figure, warehouse: str = "A", at: str = "") -> "Shop":
        report = DefectiveReport(*self._head(at), warehouse, micro(quantity), "broken")
        return self._apply(report)

    def transfer(self, quantity: Figure, source: str = "A", target: str = "B") -> "Shop":
        return self._apply(Transfer(*self._head(), source, target, micro(quantity)))

    def adjust(
        self, mode: AdjustmentMode, quantity: Figure = 0, value: Figure = 0, at: str = ""
    ) -> "Shop":
        change = (mode, micro(quantity), micro(value), "recount")
        return self._apply(Adjustment(*self._head(at), "A", *change))

    def _head(self, at: str = "") -> tuple[str, str, str, str, int, int]:
        number = next(self._numbers)
        now = number * MINUTE + self._later
        return f"m{number}", "SKU-1", "test", f"e{number}", clock(at) if at else now, now

    def _apply(self, movement: Movement) -> "Shop":
        self.entries = apply(self.book, movement)
        self.postings = [
            posting for entry in self.entries for posting in postings(movement, entry)
        ]
        return self
