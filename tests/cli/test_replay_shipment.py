"""The worked shipments of domain 5 and a build through `replay`: what the books say of them."""

from decimal import Decimal
from pathlib import Path

from tests.cli.jsonl import read, write
from tests.processors.dock import DUTY, FREIGHT, HANDLING, A, B, C
from tests.processors.events import Json, example
from ullage.cli import results
from ullage.cli.replay import replay, replay_log

TO_B = (("12345", 150), ("12346", 150))


def played(directory: Path, *events: Json) -> Path:
    """Where the topics are, of the events played in their order."""
    file, out = directory / "events.jsonl", directory / "out"
    write(file, *({**event, "id": str(number)} for number, event in enumerate(events)))
    with results.to_directory(out, [file], movements=True) as take:
        replay([file], take)
    return out


def receipt(name: str, *lines: Json, shipment: str = "S1") -> Json:
    return example("receipt", shipment_id=shipment, receipt_id=name, lines=list(lines))


def snapshots(out: Path) -> dict[str, Json]:
    return {str(one["sku"]): one for one in read(out / "snapshots.jsonl")}


def layers(out: Path, sku: str) -> list[tuple[str, str]]:
    """Quantity and value of a SKU's layers as they stand at the end."""
    last = {
        str(one["layer_id"]): (str(one["quantity"]), str(one["value"]))
        for one in read(out / "cost-layers.jsonl")
        if one["sku"] == sku
    }
    return list(last.values())


def test_shipment_one(tmp_path: Path) -> None:
    """On hand and value by warehouse to the cent; 250 more of A at 5.9608."""
    moved = [example("transfer", sku=sku, quantity=quantity) for sku, quantity in TO_B]
    out = played(
        tmp_path,
        example("landed_cost", charges=[FREIGHT, DUTY, HANDLING]),
        receipt("R1", A, B, C),
        *moved,
    )
    worth = {
        (sku, str(stock["warehouse"])): (stock["expected"], _cents(stock["value"]))
        for sku, one in snapshots(out).items()
        for stock in one["stock"]  # type: ignore[attr-defined]
    }
    assert worth == {
        ("12345", "A"): ("600", "3576.48"),
        ("12345", "B"): ("150", "894.12"),
        ("12346", "A"): ("225", "2979.18"),
        ("12346", "B"): ("150", "1986.12"),
        ("12347", "A"): ("150", "4014.10"),
    }
    assert _total(snapshots(out)) == Decimal("13450.00")


def test_more_of_it_and_shipment_two(tmp_path: Path) -> None:
    out = played(
        tmp_path,
        receipt("R1", A, B, C),
        example("landed_cost", charges=[FREIGHT, DUTY, HANDLING]),
        receipt("R2", {**A, "quantity": 250}),
        example(
            "landed_cost",
            shipment_id="S2",
            charges=[{**FREIGHT, "amount": 600}, {**DUTY, "amount": 265}],
        ),
        receipt(
            "R3",
            {**A, "quantity": 500, "unit_cost": "5.50"},
            {**B, "quantity": 300, "unit_cost": "13.00"},
            shipment="S2",
        ),
    )
    found = layers(out, "12345")
    assert [quantity for quantity, _ in found] == ["750", "250", "500"]
    assert [_cents(value) for _, value in found] == ["4470.60", "1490.20", "3234.60"]
    absorbed = [
        one
        for one in read(out / "variances.jsonl")
        if one.get("kind") == "landed_over_absorption"
    ]
    assert sum(Decimal(str(one["amount"])) for one in absorbed) == Decimal("-240.20")
    assert {one["charge_id"] for one in absorbed} == {"F", "D", "H"}


def test_a_shipment_late_corrected_and_sent_back_adds_up(tmp_path: Path) -> None:
    """What purchasing billed is what suppliers and carriers are owed, to the cent."""
    out = played(
        tmp_path,
        receipt("R1", A, B),
        example("sale", quantity=700),
        example("landed_cost", charges=[FREIGHT, DUTY]),
        example("cost_correction", sku="12345", unit_cost="5.25"),
        example("purchase_return", sku="12346", quantity=100),
        example("policy", landed_cost_policy="true_up"),
        receipt("R2", {**A, "quantity": 100}),
    )
    owed = {
        role: sum(
            Decimal(str(line["credit"])) - Decimal(str(line["debit"]))
            for one in read(out / "journals.jsonl")
            for line in one["lines"]  # type: ignore[attr-defined]
            if line["role"] == role
        )
        for role in ("goods_received_not_invoiced", "landed_cost_clearing")
    }
    goods = 750 * Decimal("5.25") + 375 * 12 - 100 * 12 + 100 * 5
    assert owed == {
        "goods_received_not_invoiced": goods,
        "landed_cost_clearing": Decimal("1330.00"),
    }


def test_a_build_takes_what_its_components_cost(tmp_path: Path) -> None:
    """3 of the component left at 2.00, then 3.00: 8.00 and 1.25 of overhead, in 2 units."""
    component = {"sku": "c", "warehouse": "A"}
    out = played(
        tmp_path,
        receipt("R1", {**component, "quantity": 1, "unit_cost": 2}),
        receipt("R2", {**component, "quantity": 5, "unit_cost": 3}),
        example("build", consume=[{**component, "quantity": 3}], produce=[
            {"sku": "p", "warehouse": "A", "quantity": 2}
        ]),
        example("sale", sku="p", quantity=1),
    )  # fmt: skip
    costs = {str(one["type"]): one for one in read(out / "costs.jsonl")}
    assert costs["consumed"]["amount"] == "8.00"
    assert costs["produced"]["amount"] == "9.25"
    assert [one["amount"] for one in read(out / "cogs.jsonl")] == ["4.625"]


def test_what_the_ledger_refused_can_be_sent_again(tmp_path: Path) -> None:
    """Once its item is known; the line that was applied is known too, and stays as it is."""
    sent = receipt("R1", A, B) | {"id": "again"}
    file, out = tmp_path / "events.jsonl", tmp_path / "out"
    events = [
        example("policy", unknown_items="reject"),
        example("item"),
        sent,
        example("item", id="i2", sku="12346"),
        sent,
    ]
    write(file, *events)
    with results.to_directory(out, [file], movements=True) as take:
        told = replay([file], take)
    assert [one["code"] for one in read(out / "rejections.jsonl")] == [101]
    worth = {sku: _cents(one["value"]) for sku, one in snapshots(out).items()}
    assert worth == {"12345": "3750.00", "12346": "4500.00"}
    assert told["duplicate"] == 1


def test_the_log_has_all_of_it(tmp_path: Path) -> None:
    out = played(
        tmp_path,
        example("policy", time_zone="Europe/Vienna", gl_mapping={"cogs": None}),
        receipt("R1", A, B, C),
        example("build", consume=[{"sku": "12345", "warehouse": "A", "quantity": 2}]),
        example("sale"),
        example("policy"),
    )
    first = {place.name: place.read_bytes() for place in out.iterdir()}
    with results.to_directory(out, [], movements=False) as take:
        replay_log(out / "movements.jsonl", take)
    assert {place.name: place.read_bytes() for place in out.iterdir()} == first


def _cents(amount: object) -> str:
    return str(Decimal(str(amount)).quantize(Decimal("0.01")))


def _total(books: dict[str, Json]) -> Decimal:
    return sum((Decimal(str(one["value"])) for one in books.values()), Decimal())
