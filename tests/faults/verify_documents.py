"""I1 and I2 of documents of several SKUs: all of their parts, once, and adding up."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.faults.history import History, Json, Record
from tests.faults.verify_fates import on_form


def documents_have_their_movements(history: History) -> Iterator[str]:
    """Refused: none; a receipt: one a line; a build: one a component and one a good."""
    refused, made = on_form(history), _made(history)
    built: dict[tuple[str, str], Json] = {}
    for record in history.of("ullage-shipments", "ullage-builds"):
        if record.body["type"] in ("consumed", "policy"):
            continue
        found = made[record.trace]
        if refused[record.trace]:
            wanted = [Counter[str]()] if refused[record.trace] == 1 else []
        elif record.body["type"] == "receipt":
            wanted = [Counter(receipt=len(record.body["lines"]))]
        elif record.body["type"] == "build":
            wanted = _of_build(record, built)
        else:
            continue
        if found not in wanted:
            yield f"{record.body['type']} {record.place}: {dict(found)} instead of {wanted}"


def builds_cost_what_they_consumed(history: History) -> Iterator[str]:
    """Each component is answered once, and the goods cost what the answers say."""
    answers = [record for record in history.of("ullage-builds") if _is_answer(record)]
    answered = Counter(record.text("movement_id") for record in answers)
    consumed = Counter(
        record.text("id") for record in history.of("movements")
        if record.body["type"] == "consumption"
    )  # fmt: skip
    if answered != consumed:
        yield f"answers of {answered - consumed} too many, of {consumed - answered} missing"
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for record in answers:
        costs[record.trace] += record.number("amount")
    for record in history.of("ullage-builds"):
        if record.body["type"] == "build":
            costs[record.trace] += Decimal(str(record.body.get("overhead") or 0))
    for trace, cost in _produced(history).items():
        if cost != costs[trace]:
            yield f"goods of {trace} cost {cost}; components and overhead {costs[trace]}"


def charges_add_up(history: History) -> Iterator[str]:
    """Of each charge of a shipment that was received, the shares are the charge (domain 5)."""
    refused = on_form(history)
    wanted: dict[tuple[str, str], Decimal] = {}
    received = set()
    for record in history.of("ullage-shipments"):
        if refused[record.trace] or record.body["type"] == "policy":
            continue
        shipment = record.text("shipment_id")
        if record.body["type"] == "receipt":
            received.add(shipment)
        for charge in record.body.get("charges", ()):
            wanted[shipment, charge["charge_id"]] = Decimal(charge["amount"])
    found = _shares(history)
    for (shipment, charge), amount in wanted.items():
        if shipment in received and found[shipment, charge] != amount:
            yield f"{shipment} {charge} is {amount}, its shares {found[shipment, charge]}"


def _made(history: History) -> dict[str, Counter[str]]:
    """How many movements of which type were made of each input record."""
    made: dict[str, Counter[str]] = defaultdict(Counter)
    for record in history.of("movements"):
        made[record.trace][record.text("type")] += 1
    return made


def _of_build(record: Record, built: dict[tuple[str, str], Json]) -> list[Counter[str]]:
    """When it comes again, its goods are said again, or nothing while it is open."""
    goods = Counter(production=len(record.body["produce"]))
    name = record.text("source"), record.text("id")
    if name in built:
        return [goods, Counter()]
    built[name] = record.body
    return [goods + Counter(consumption=len(record.body["consume"]))]


def _produced(history: History) -> dict[str, Decimal]:
    """What the goods of each build cost, when it was first produced."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    known = set()
    for record in history.of("movements"):
        if record.body["type"] == "production" and record.body["id"] not in known:
            known.add(record.body["id"])
            costs[record.trace] += record.number("cost")
    return costs


def _shares(history: History) -> dict[tuple[str, str], Decimal]:
    shares: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    known = set()
    for record in history.of("movements"):
        if "charges" in record.body and record.body["id"] not in known:
            known.add(record.body["id"])
            for share in record.body["charges"]:
                name = record.text("shipment_id"), share["charge_id"]
                shares[name] += Decimal(share["amount"])
    return shares


def _is_answer(record: Record) -> bool:
    return record.body["type"] == "consumed"
