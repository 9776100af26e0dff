"""The oracle's rules: what each kind of movement does to a book."""

from collections.abc import Iterable
from fractions import Fraction

from tests.faults.oracle import NOTHING, Book, Json, Units, number


def apply(book: Book, movement: Json) -> None:
    """Change the book by a movement of the log."""
    kind = str(movement["type"])
    if kind == "adjustment" and number(movement, "quantity") > 0:
        kind = "adjustment up"
    KINDS[kind](book, movement)


def _worth_of(units: Iterable[Units]) -> Fraction:
    return sum((one.quantity * one.unit_cost for one in units), NOTHING)


def _item(book: Book, movement: Json) -> None:
    book.method = str(movement.get("method") or "fifo")
    cost = movement.get("standard_cost")
    book.standard = None if cost is None else Fraction(str(cost))


def _stays(book: Book, movement: Json) -> None:
    """A count, and a move within the pool: no cost moves."""


def _receive(book: Book, movement: Json) -> None:
    quantity, name = number(movement, "quantity"), str(movement["id"])
    purchase = quantity * number(movement, "unit_cost")
    charged, absorbed = (
        sum((number(share, "amount") for share in movement.get(shares) or ()), NOTHING)
        for shares in ("charges", "absorbed")
    )
    cost = purchase + charged + absorbed
    book.units_in += quantity
    book.receipts[name], book.positions[name] = movement, book.units_in
    book.purchase[name] = purchase
    book.last_receipt, book.last_landed = name, cost / quantity
    book.sums["received"] += purchase
    book.sums["landed"] += charged
    book.sums["landed_over_absorption"] -= absorbed
    book.enter(Units(quantity, cost / quantity, receipt=name))


def _charge(book: Book, movement: Json) -> None:
    for share in movement["charges"]:
        book.sums["landed"] += number(share, "amount")
        book.add_late(str(movement["receipt"]), number(share, "amount"))


def _correct(book: Book, movement: Json) -> None:
    line = str(movement["receipt"])
    change = number(movement, "value") - book.purchase[line]
    book.purchase[line] += change
    book.sums["corrected"] += change
    book.add_late(line, change)


def _sell(book: Book, movement: Json) -> None:
    drawn = book.leave(number(movement, "quantity"))
    book.sums["cogs"] += _worth_of(drawn)
    book.lines[str(movement["order_id"]), str(movement["line_id"])] += drawn


def _take_back(book: Book, movement: Json) -> None:
    """First the line's units that never came, then the last drawn."""
    quantity = number(movement, "quantity")
    parts = book.lines[str(movement["order_id"]), str(movement["line_id"])]
    backs: dict[str | None, Units] = {}
    unit_cost = book.assumed()
    while parts and quantity:
        part = parts[-1]
        taken = part.cut(min(quantity, part.quantity))
        quantity -= taken.quantity
        book.sums["cogs"] -= taken.quantity * taken.booked
        if taken.owed:
            book.debts = [debt for debt in book.debts if debt.quantity]
        else:
            _come_back(book, taken, backs)
        if not part.quantity:
            parts.pop()
    book.sums["cogs"] -= quantity * unit_cost  # of no line that is known: at the average
    book.units_out -= number(movement, "quantity")
    for back in (*backs.values(), Units(quantity, unit_cost)):
        book.enter(back)


def _come_back(book: Book, taken: Units, backs: dict[str | None, Units]) -> None:
    """Units of one receipt come back as one layer, at what they cost now."""
    book.sums["corrected on returns"] -= taken.quantity * taken.corrected
    back = backs.setdefault(taken.receipt, Units(NOTHING, NOTHING, receipt=taken.receipt))
    worth = back.quantity * back.booked + taken.quantity * taken.unit_cost
    back.quantity += taken.quantity
    back.booked = worth / back.quantity


def _write_off(book: Book, movement: Json) -> None:
    book.sums["write_off"] += _worth_of(book.leave(number(movement, "quantity")))


def _consume(book: Book, movement: Json) -> None:
    book.sums["consumed"] += _worth_of(book.leave(number(movement, "quantity")))


def _adjust_down(book: Book, movement: Json) -> None:
    drawn = book.leave(-number(movement, "quantity"))
    book.sums["inventory_adjustment"] -= _worth_of(drawn)


def _adjust_up(book: Book, movement: Json) -> None:
    quantity, unit_cost = number(movement, "quantity"), book.assumed()
    book.units_in += quantity
    book.sums["inventory_adjustment"] += quantity * unit_cost
    book.enter(Units(quantity, unit_cost))


def _produce(book: Book, movement: Json) -> None:
    quantity, cost = number(movement, "quantity"), number(movement, "cost")
    book.units_in += quantity
    book.sums["produced"] += cost
    book.enter(Units(quantity, cost / quantity))


KINDS = {
    "item": _item,
    "stock_pull": _stays,
    "transfer": _stays,
    "receipt": _receive,
    "landed_cost": _charge,
    "cost_correction": _correct,
    "sale": _sell,
    "sale_return": _take_back,
    "defective_report": _write_off,
    "consumption": _consume,
    "adjustment": _adjust_down,
    "adjustment up": _adjust_up,
    "production": _produce,
}
