"""I2: totals per SKU, against a slow oracle and against themselves."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from tests.faults.history import History, Json, Record
from tests.faults.oracle import Book
from tests.faults.oracle_rules import KINDS, apply

_HALF_A_CENT = Fraction(1, 200)
_CENT = Decimal("0.01")
_ID_CONFLICT = "104"
_VARIANCES = (
    "late_cost", "oversold_settlement", "landed_over_absorption", "corrected on returns",
)  # fmt: skip
_ONLY_POSTED = ("rounding", "production_difference")
"""Cost variances that are no change of the books' value (domain 3)."""
_IN = ("received", "landed", "corrected", "inventory_adjustment", "produced", "cogs_reversal")
_OUT = ("cogs", "write_off", "consumed", "purchase_returned")
_USUAL = {"cost_pool": "sku", "layer_merge": "never", "negative_stock": "allow"}

Sums = Mapping[str, Fraction]


def totals_equal_the_oracle(history: History) -> Iterator[str]:
    """Cost of sales, write-offs, variances, units and value, to the cent."""
    found, last = _published(history), _snapshots(history)
    for sku, movements in oracle_skus(history).items():
        try:
            wanted = _expected(_book_of(movements))
        except KeyError as name:
            yield f"{sku}: a movement is of the receipt {name}, which is not in the log"
            continue
        stands = {name: Fraction(last[sku].text(name)) for name in ("on_hand", "value")}
        for name, amount in wanted.items():
            of_service = stands[name] if name in stands else found[sku][name]
            if abs(of_service - amount) >= _HALF_A_CENT:
                yield f"{sku}: {name} is {float(of_service)}, the oracle's {float(amount)}"


def good_events_are_not_refused(history: History) -> Iterator[str]:
    """What the oracle knows is refused only for an id that came with other content."""
    known = oracle_skus(history)
    applied = {one.text("movement_id") for one in history.of("ledger")}
    for record in history.of("rejections"):
        movement = record.body.get("movement_id")
        if movement is not None and record.text("code") == _ID_CONFLICT:
            if movement not in applied:
                yield f"{record.place}: a conflict with {movement}, which was never applied"
        elif movement is not None and record.text("sku") in known:
            yield f"{record.place}: {record.text('sku')}, {record.text('message')}"


def oracle_skus(history: History) -> dict[str, list[Json]]:
    """The applied movements of each SKU of which nothing else was even sent."""
    applied = {(one.text("movement_id"), one.trace) for one in history.of("ledger")}
    movements: dict[str, list[Json]] = defaultdict(list)
    unknown = set()
    for record in history.of("movements"):
        if "sku" in record.body and not _is_known(record.body):
            unknown.add(record.text("sku"))
        if (record.text("id"), record.trace) in applied:
            movements[record.text("sku")].append(record.body)
    return {sku: of for sku, of in movements.items() if sku not in unknown}


def books_add_up(history: History) -> Iterator[str]:
    """What came less what went is what is there, from the topics alone (domain 3)."""
    found, last, entries = _published(history), _snapshots(history), _entries(history)
    for sku, sums in found.items():
        variances = sums["variances"]
        value = sum(sums[name] for name in _IN) - sum(sums[name] for name in _OUT) - variances
        for what, amount in {"value": value, **entries[sku]}.items():
            stands = Fraction(last[sku].text(what.partition(" ")[0]))
            if amount != stands:
                yield f"{sku}: {what} adds up to {float(amount)}, not {float(stands)}"


def inventory_account_is_the_value(history: History) -> Iterator[str]:
    """All journals of the inventory account, but for a carry below a cent."""
    account: dict[str, Decimal] = defaultdict(Decimal)
    for record in history.of("journals"):
        if "releases" not in record.body:
            for line in record.body["lines"]:
                if line["role"] == "inventory":
                    account[record.text("sku")] += _balance(line)
    for sku, snapshot in _snapshots(history).items():
        if abs(account[sku] - snapshot.number("value")) >= _CENT:
            yield f"{sku}: the account has {account[sku]}, the books {snapshot.text('value')}"


def journals_balance(history: History) -> Iterator[str]:
    for record in history.of("journals"):
        if sum(map(_balance, record.body["lines"])):
            yield f"journal {record.text('id')} does not balance"


def _balance(line: Json) -> Decimal:
    return Decimal(str(line["debit"])) - Decimal(str(line["credit"]))


def _is_known(movement: Json) -> bool:
    kind = movement["type"]
    if kind == "item":
        usual = all(movement.get(name, value) == value for name, value in _USUAL.items())
        return usual and movement.get("method") != "lifo"
    return kind in KINDS and movement.get("mode", "quantity") == "quantity"


def _book_of(movements: list[Json]) -> Book:
    book = Book()
    for movement in movements:
        apply(book, movement)
    return book


def _expected(book: Book) -> Sums:
    names = ("write_off", "consumed", "received", "landed", "corrected", "produced")
    return {
        **{name: book.sums[name] for name in (*names, "inventory_adjustment")},
        "net cogs": book.sums["cogs"],
        "variances": sum((book.sums[name] for name in _VARIANCES), Fraction(0)),
        "on_hand": book.on_hand,
        "value": book.value,
    }


def _published(history: History) -> dict[str, dict[str, Fraction]]:
    """Exact amounts of each SKU, by type; all cost variances as one."""
    sums: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for record in history.of("cogs", "costs", "variances"):
        kind = record.body.get("kind", record.body["type"])
        if "amount" in record.body and kind not in _ONLY_POSTED:
            name = "variances" if record.topic == "variances" else str(kind)
            sums[record.text("sku")][name] += Fraction(record.text("amount"))
    for found in sums.values():
        found["net cogs"] = found["cogs"] - found["cogs_reversal"]
    return sums


def _entries(history: History) -> dict[str, dict[str, Fraction]]:
    """The ledger's changes of each SKU."""
    sums: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for record in history.of("ledger"):
        of_sku = sums[record.text("sku")]
        of_sku["value of the ledger"] += Fraction(record.text("amount"))
        of_sku["on_hand of the ledger"] += Fraction(record.text("quantity"))
    return sums


def _snapshots(history: History) -> dict[str, Record]:
    return {record.text("sku"): record for record in history.last("snapshots").values()}
