"""Journals: the accounts of each record, what is held and released, the books against them."""

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.processors.events import Json, example
from tests.processors.service import Service, figure, inventory, lines_of, of_type, sides
from tests.processors.test_ledger_records import back, charge, receipt, sale
from ullage_schemas.movements import ReleaseMovement

UNMAPPED: Json = {"gl_mapping": {"goods_received_not_invoiced": None}}


def journal_of(said: list[Json], kind: str, place: int = 0) -> Json:
    """The journal of the record of a type."""
    record = of_type(said, kind)[place]
    (journal,) = (one for one in of_type(said, "journal") if one["document"] == record["id"])
    return journal


def booked(said: list[Json]) -> list[tuple[str, str, str]]:
    return [sides(journal) for journal in of_type(said, "journal")]


def test_each_record_with_money_is_booked_by_the_table() -> None:
    service = Service()
    assert booked(service.send(receipt(1, 10, "3"))) == [
        ("inventory", "goods_received_not_invoiced", "30.00")
    ]
    assert booked(service.send(sale(1, 2))) == [("cogs", "inventory", "6.00")]
    assert booked(service.send(charge(1, "10"))) == [
        ("inventory", "landed_cost_clearing", "10.00"),
        ("cost_variance", "inventory", "2.00"),
    ]
    assert booked(service.send(back(1, of=1, quantity=1))) == [
        ("inventory", "cogs", "3.00"),
        ("inventory", "cost_variance", "1.00"),
    ]
    assert booked(service.send(example("purchase_return", quantity=1))) == [
        ("goods_received_not_invoiced", "inventory", "3.00"),
        ("cost_variance", "inventory", "1.00"),
    ]
    assert booked(service.send(example("cost_correction", sku="12345", unit_cost="2"))) == [
        ("goods_received_not_invoiced", "inventory", "10.00"),
        ("inventory", "cost_variance", "2.00"),
    ]
    assert booked(service.send(example("defective_report", quantity=1))) == [
        ("write_off", "inventory", "3.00")
    ]
    assert booked(service.send(example("adjustment", quantity="2"))) == [
        ("inventory", "inventory_adjustment", "6.00")
    ]
    assert booked(service.send(example("adjustment", id="a2", quantity="-1"))) == [
        ("inventory_adjustment", "inventory", "3.00")
    ]
    assert booked(service.send(example("transfer", quantity=1))) == []


def test_production_takes_overhead_into_work_in_progress_and_empties_it() -> None:
    service = Service()
    service.send(receipt(1, 10, "3.20"))
    said = service.send(example("build"))
    assert booked(said) == [
        ("wip", "inventory", "6.40"),
        ("wip", "overhead_applied", "1.25"),
        ("inventory", "wip", "9.50"),
        ("wip", "cost_variance", "1.85"),
    ]
    (produced,) = of_type(said, "produced")
    assert [one["amount"] for one in of_type(said, "journal")] == [
        "6.40",
        "1.25",
        "9.50",
        "-1.85",
    ]
    assert [one["document"] for one in of_type(said, "journal")][1:3] == [produced["id"]] * 2


def test_nothing_posted_makes_no_journal() -> None:
    service = Service()
    assert booked(service.send(sale(1, 2))) == []
    assert booked(service.send(receipt(1, 5, "0.001"))) == []


def test_a_journal_follows_its_record_and_says_what_it_says() -> None:
    said = Service().send(receipt(1, 3, "3.333333"))
    assert [one["type"] for one in said][:3] == ["ledger_entry", "received", "journal"]
    received, journal = said[1], said[2]
    shared = set(received) & set(journal) - {"id", "type", "document"}
    assert {"amount", "posted_amount", "posting_date", "currency", "value"} <= shared
    assert {name: journal[name] for name in shared} == {name: received[name] for name in shared}
    assert (journal["status"], journal["document"]) == ("ready", received["id"])


def test_accounts_are_those_of_the_policy_and_else_of_the_role_name() -> None:
    service = Service()
    service.send(example("policy", gl_mapping={"inventory": "1400"}))
    debited, credited = lines_of(journal_of(service.send(receipt(1, 1)), "received"))
    assert debited == {
        "account": "1400",
        "role": "inventory",
        "debit": "100.00",
        "credit": "0.00",
    }
    assert credited["account"] == "goods_received_not_invoiced"


def test_cost_of_a_non_diminishing_item_is_off_unless_the_policy_posts_it() -> None:
    service = Service()
    service.send(example("item", non_diminishing=True), receipt(1, 9))
    assert journal_of(service.send(sale(1, 1)), "cogs")["status"] == "off"
    assert (
        journal_of(service.send(back(1, of=1, quantity=1)), "cogs_reversal")["status"] == "off"
    )
    assert journal_of(service.send(receipt(2, 1)), "received")["status"] == "ready"
    service.send(example("policy", post_non_diminishing_cogs=True))
    assert journal_of(service.send(sale(2, 1)), "cogs")["status"] == "ready"


def test_a_journal_without_an_account_is_held_until_a_policy_maps_it() -> None:
    service = Service()
    service.send(example("policy", **UNMAPPED))
    held = journal_of(service.send(receipt(1, 2)), "received")
    assert (held["status"], lines_of(held)[1]["account"]) == ("held", None)
    assert journal_of(service.send(sale(1, 1)), "cogs")["status"] == "ready"
    assert service.send(example("policy", id="p2", cost_precision=2, **UNMAPPED)) == []
    (released,) = service.send(example("policy", id="p3", gl_mapping={"inventory": "1400"}))
    assert (released["status"], released["releases"]) == ("ready", held["id"])
    assert released["id"] != held["id"]
    assert [line["account"] for line in lines_of(released)] == [
        "1400", "goods_received_not_invoiced",
    ]  # fmt: skip
    same = ("document", "amount", "posting_date", "sku", "movement_id", "sequence")
    assert [released[name] for name in same] == [held[name] for name in same]
    assert service.send(example("policy", id="p4")) == []


def test_many_held_journals_are_released_500_at_a_time_by_notes_in_the_log() -> None:
    service = Service()
    service.send(example("policy", **UNMAPPED))
    service.send(*[receipt(number, 1) for number in range(1_203)])
    both = {"gl_mapping": {"goods_received_not_invoiced": None, "inventory": None}}
    service.send(example("policy", id="p2", **both), receipt(5_000, 1))
    known = len(service.log)
    released = service.send(example("policy", id="p3", **UNMAPPED))
    assert released == []  # the inventory alone helps none of them
    assert [one.value and b'"release"' in one.value for one in service.log[known:]] == [
        False, True, True,
    ]  # fmt: skip
    known = len(service.log)
    released = service.send(example("policy", id="p4"))
    for record in service.log:
        if b'"release"' in (record.value or b""):
            assert ReleaseMovement.model_validate_json(record.value or b"")
    assert len(released) == len({one["releases"] for one in released}) == 1_204
    assert len(service.log[known:]) == 3
    held = [one for one in of_type(service.said, "journal") if one["status"] == "held"]
    assert {one["id"] for one in held} == {one["releases"] for one in released}
    assert (
        service.send(example("policy", id="p5", **UNMAPPED), example("policy", id="p6")) == []
    )


def history(number: int, chance: random.Random) -> Iterator[Json]:
    """Every kind of movement of three SKUs, in odd figures."""
    yield example("item", id="m1", sku="12345", method=chance.choice(["fifo", "lifo", "wac"]))
    yield example("item", id="m2", sku="12346", cost_pool="warehouse")
    yield example("item", id="m3", sku="12399", non_diminishing=True)
    received = [("R0", "12345")]
    for count in range(number):
        past = dict(zip(("receipt_id", "sku"), chance.choice(received), strict=True))
        where = {"sku": chance.choice(["12345", "12346"]), "warehouse": chance.choice("AB")}
        some = str(chance.randrange(1, 9_000_000) / Decimal(1_000_000))
        cost = str(chance.randrange(9_000_000) / Decimal(1_000_000))
        part = {**where, "quantity": some}
        of_order = {"order_id": f"O{chance.randrange(5)}"}
        kinds: dict[str, Json] = {
            "receipt": {"receipt_id": f"R{count}", "lines": [{**part, "unit_cost": cost}]},
            "sale": part | of_order,
            "sale_return": part | of_order,
            "cost_correction": {**past, "unit_cost": cost},
            "purchase_return": {**past, "warehouse": where["warehouse"], "quantity": "0.25"},
            "adjustment": {**where, "quantity": "-0.333"},
            "defective_report": {**where, "quantity": "0.1"},
            "transfer": {"sku": where["sku"], "quantity": "1.1"},
            "build": {"consume": [part]},
        }
        kind = chance.choice(["receipt", "receipt", "landed_cost", *kinds])
        if kind == "receipt":
            received.append((f"R{count}", where["sku"]))
        if kind == "landed_cost":
            yield charge(count, chance.choice(["7.77", "-0.505", "100"]))
        else:
            yield example(kind, id=f"e{count}", **kinds[kind])


class Accounts:
    """The inventory account of each SKU over all journals, beside its value in the books."""

    def __init__(self) -> None:
        self.value: dict[str, Decimal] = {}
        self.posted: dict[str, Decimal] = {}

    def read(self, said: list[Json]) -> None:
        """Take records in; a movement's line comes before its journals."""
        for one in said:
            sku = str(one.get("sku"))
            if one["type"] == "ledger_entry":
                self.check(sku)
                self.value[sku] = figure(one, "value")
            elif one["type"] == "journal":
                self.posted[sku] = self.posted.get(sku, Decimal()) + inventory([one])

    def check(self, sku: str) -> None:
        """What the books have beyond the account is the carry: less than a cent."""
        carry = self.value.get(sku, Decimal()) - self.posted.get(sku, Decimal())
        assert abs(carry) < Decimal("0.01")


@pytest.mark.parametrize("seed", range(6))
def test_the_inventory_account_is_the_value_of_the_books_but_for_the_carry(seed: int) -> None:
    """At every moment, whatever is held or off, and however the policy changes."""
    service, chance, accounts = Service(), random.Random(seed), Accounts()
    for count, event in enumerate(history(200, chance)):
        if count % 40 == 20:
            mapping = {"gl_mapping": {} if count % 80 == 20 else {"inventory": None}}
            changes = {"id": f"p{count}", "cost_precision": count % 3 + 2, **mapping}
            service.send(example("policy", **changes))
        accounts.read(service.send(event))
    for sku in ("12345", "12346", "12399"):
        accounts.check(sku)
    seen = {one["type"] for one in service.said}
    assert {"cogs_reversal", "landed", "corrected", "purchase_returned", "produced"} <= seen
    assert {one["status"] for one in of_type(service.said, "journal")} == {"ready", "held"}
