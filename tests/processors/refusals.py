"""For each type of event: how the ledger refuses it, and what takes the cause away."""

from typing import NamedTuple

from tests.processors.events import EXAMPLES, Json, example

STRICT = example("policy", unknown_items="reject")
OLD = "2024-10-04T09:55:00Z"
"""Before what is remembered by default, and within 36 months."""
LONG = example("policy", id="long", keep_months=36)


class Refusal(NamedTuple):
    """Events up to the one refused, the parts of it that are, and what cures that."""

    before: tuple[Json, ...]
    event: Json
    cure: tuple[Json, ...]
    refused: int = 1


def line(sku: str, quantity: int, warehouse: str = "A", **changes: object) -> Json:
    return {"sku": sku, "warehouse": warehouse, "quantity": quantity, **changes}


def item(sku: str, **settings: object) -> Json:
    return example("item", id=f"item-{sku}", sku=sku, **settings)


def receipt(number: int, *lines: Json, **changes: object) -> Json:
    named = {"id": f"r{number}", "receipt_id": f"R{number}"}
    return example("receipt", lines=list(lines), **(named | changes))


def unknown(kind: str) -> Refusal:
    """The SKU has no item record, and the policy wants one."""
    return Refusal((STRICT,), EXAMPLES[kind], (item("12345"),))


A, B, C = line("a", 4, unit_cost="3"), line("b", 3, unit_cost="2.50"), line("c", 2)
PAIR = receipt(1, A, B), receipt(2, A, B)
FULL = example("item", sku="a", negative_stock="reject")
TWICE = [line("a", 6), line("b", 1), line("a", 6)]
GOODS = [line("p", 2), line("q", 2, unit_cost="9.50")]

REFUSALS = {
    **{
        kind: unknown(kind)
        for kind in (
            "stock_pull", "sale", "sale_return", "adjustment", "defective_report", "transfer",
        )
    },
    "item": Refusal(
        (example("stock_pull"),),
        example("item", effective_at=OLD, standard_cost="4", method=...),
        (LONG,),
    ),
    "receipt": Refusal((STRICT, item("a")), receipt(1, A, B), (item("b"),)),
    "receipt of two lines refused": Refusal(
        (STRICT, item("a")), receipt(1, B, A, C), (item("b"), item("c")), 2
    ),
    "receipt with a charge": Refusal(
        (STRICT, item("a"), EXAMPLES["landed_cost"]), receipt(1, A, B), (item("b"),)
    ),
    "receipt in a currency": Refusal(
        (STRICT, item("a")),
        receipt(1, A, B, currency="EUR", fx_rate="1.123456789012"),
        (item("b"),),
    ),
    "receipt in the base currency": Refusal(
        (STRICT, item("a")), receipt(1, A, B, currency="USD", fx_rate="1.0"), (item("b"),)
    ),
    "cost_correction": Refusal(
        (STRICT, item("b"), receipt(1, A, B)),
        example("cost_correction", sku="a", unit_cost="4"),
        (item("a"), receipt(1, A, B)),
    ),
    "cost_correction in a currency": Refusal(
        (STRICT, item("b"), receipt(1, A, B, currency="EUR", fx_rate="1.1")),
        example("cost_correction", sku="a", unit_cost="4.000001"),
        (item("a"), receipt(1, A, B, currency="EUR", fx_rate="1.1")),
    ),
    "purchase_return": Refusal(
        (FULL, receipt(1, A), example("sale", sku="a", quantity=2)),
        example("purchase_return", sku="a", quantity=4),
        (receipt(2, A),),
    ),
    "purchase_return of two lines": Refusal(
        (
            FULL,
            receipt(1, line("a", 10), line("a", 5, "B")),
            example("sale", sku="a", quantity=5),
        ),
        example("purchase_return", sku="a", quantity=15),
        (receipt(2, line("a", 5)),),
    ),
    "receipt_merge": Refusal(
        (STRICT, item("b"), *PAIR),
        EXAMPLES["receipt_merge"],
        (item("a"), *PAIR),
    ),
    "receipt_merge into a receipt without it": Refusal(
        (STRICT, item("b"), *PAIR, receipt(3, B)),
        example("receipt_merge", receipt_ids=["R1", "R2"], into="R3"),
        (item("a"), *PAIR),
    ),
    "build, a component": Refusal(
        (FULL, receipt(1, A, B)),
        example("build", consume=[line("b", 1), line("a", 6)], produce=GOODS),
        (receipt(2, A),),
    ),
    "build, equal components": Refusal(
        (FULL, receipt(1, A, B)),
        example("build", consume=TWICE, produce=GOODS),
        (receipt(2, line("a", 20, unit_cost="3")),),
        2,
    ),
    "build, goods": Refusal(
        (STRICT, item("a"), item("p"), receipt(1, A)),
        example("build", consume=[line("a", 2)], produce=GOODS),
        (item("q"),),
    ),
    "build, a component and goods": Refusal(
        (STRICT, item("b"), item("p"), receipt(1, A, B)),
        example("build", consume=[line("b", 1), line("a", 2)], produce=GOODS),
        (item("a"), receipt(1, A, B), item("q")),
        2,
    ),
}  # fmt: skip

NEVER_REFUSED = {"landed_cost"}
"""By the ledger: its money would be lost."""
INCURABLE = {"policy"}
"""The ledger refuses it for the currency of the first money alone, and that stays."""
NOT_BUILT = {"period_close", "rebuild"}
