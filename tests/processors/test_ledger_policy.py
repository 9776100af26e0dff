"""The policy in the ledger: it holds from its place in the log on, and its money stays."""

from tests.processors.events import MemoryStore, example, run
from tests.processors.service import Service, figure, of_type
from tests.processors.test_ledger_records import receipt, sale
from ullage.processors.ledger.step import Ledger

LATE = "2026-10-05T23:30:00Z"


def test_a_change_holds_from_its_place_in_the_log_on() -> None:
    service = Service()
    service.send(receipt(1, 3, "3.3333"), sale(1, 1))
    service.send(example("policy", cost_precision=0, method="lifo"))
    (cogs,) = of_type(service.send(sale(2, 1)), "cogs")
    assert (cogs["amount"], cogs["posted_amount"]) == ("3.3333", "3.00")
    assert [one["posted_amount"] for one in of_type(service.said, "cogs")] == ["3.33", "3.00"]
    # The method was pinned by the first stock movement; a new SKU follows the policy.
    other = [{"sku": "99", "warehouse": "A", "quantity": 1, "unit_cost": "1"}]
    said = service.send(example("stock_pull"), example("receipt", id="n", lines=other))
    assert [one["method"] for one in of_type(said, "snapshot")] == ["fifo", "lifo"]


def test_a_policy_in_the_middle_of_a_batch_is_the_same_as_between_two() -> None:
    service = Service()
    service.send(receipt(1, 3, "3.3333"), sale(1, 1), example("policy", cost_precision=0))
    service.send(sale(2, 1), example("policy", id="p2", time_zone="Asia/Tokyo"), sale(3, 1))
    whole = [one for one in run(Ledger(), service.log).outputs if one.topic == "cogs"]
    assert whole == [one for one in service.outputs if one.topic == "cogs"]
    ledger, store = Ledger(), MemoryStore()
    cut = [run(ledger, [one], store).outputs for one in service.log]
    assert [one for made in cut for one in made if one.topic == "cogs"] == whole


def test_posting_dates_are_days_of_the_policy_time_zone() -> None:
    service = Service()
    (before,) = of_type(service.send(receipt(1, 5, effective_at=LATE)), "received")
    service.send(example("policy", time_zone="Europe/Vienna"))
    (after,) = of_type(service.send(sale(1, 1, effective_at=LATE)), "cogs")
    assert (before["posting_date"], after["posting_date"]) == ("2026-10-05", "2026-10-06")


def test_the_currency_is_the_policy_and_posts_in_its_smallest_coin() -> None:
    service = Service()
    service.send(example("policy", base_currency="JPY"))
    (received,) = of_type(service.send(receipt(1, 3, "33.4")), "received")
    assert (received["currency"], received["posted_amount"]) == ("JPY", "100.00")
    (snapshot,) = of_type(service.said, "snapshot")
    assert snapshot["currency"] == "JPY"


def test_the_currency_is_locked_by_the_first_money() -> None:
    service = Service()
    service.send(example("stock_pull"))
    service.send(example("policy", base_currency="EUR"))
    assert of_type(service.said, "rejection") == []
    service.send(receipt(1, 3, "2"))
    said = service.send(example("policy", id="p2", base_currency="USD", cost_precision=0))
    # The ledger, shipments and builds each keep a copy of the policy, and say the same.
    assert len(of_type(said, "rejection")) > 1
    ((code, message),) = {(one["code"], str(one["message"])) for one in said}
    assert code == 100
    assert "in EUR since their first money" in message
    (cogs,) = of_type(service.send(sale(1, 1)), "cogs")
    assert cogs["currency"] == "EUR"


def test_a_policy_is_known_again_and_its_id_is_taken() -> None:
    service = Service()
    service.send(example("policy"), example("policy"))
    assert {one.kind for one in service.occurrences} == {"duplicate"}
    other = service.log[0]._replace(
        value=(service.log[0].value or b"").replace(b'"5000"', b'"9"')
    )
    published = run(Ledger(), [service.log[0], other])
    (refused,) = published.rejections
    assert (refused["code"], "sku" in refused) == (104, False)
    event = example("policy", gl_mapping={"cogs": "9", "wip": None})
    assert refused["event"] == event | {"effective_at": "2026-10-05T09:55:00Z"}


def test_a_time_zone_that_is_none_is_refused_and_the_old_policy_stands() -> None:
    service = Service()
    service.send(example("policy", time_zone="Europe/Vienna"))
    (record,) = service.log
    moon = (
        (record.value or b"")
        .replace(b"Europe/Vienna", b"Mars/Phobos")
        .replace(b'"id":"', b'"id":"', 1)
    )
    published = run(Ledger(), [record._replace(value=moon)])
    (refused,) = published.rejections
    assert refused["code"] == 100
    assert "Mars/Phobos" in str(refused["message"])


def test_value_of_a_sku_new_under_a_default_standard_cost() -> None:
    service = Service()
    service.send(example("policy", standard_cost="4", provisional_cost="hierarchy"))
    (cogs,) = of_type(service.send(sale(1, 2)), "cogs")
    assert figure(cogs, "amount") == 8
