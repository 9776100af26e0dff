"""Everything the steps write keeps to the published schemas, by an independent reading."""

from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from tests.processors.events import EXAMPLES, Json, MemoryStore, body, example, record, run
from ullage.processors.intake import Intake
from ullage.processors.ledger import Ledger
from ullage.processors.shipments import Shipments
from ullage.step import Output, Record
from ullage_schemas.outputs import OUTPUTS, Cost
from ullage_schemas.publish import schemas

VALIDATORS = {name: Draft202012Validator(schema) for name, schema in schemas().items()}
LATER = {"landed", "corrected", "purchase_returned", "consumed", "produced"}
"""Costs whose rules are not built yet."""

UNPRICED: Json = {"sku": "12345", "warehouse": "A", "quantity": 5}
STORY = (
    example("item", method="fifo"),
    example("sale", quantity=5),
    EXAMPLES["receipt"],
    example("receipt", id="r2", receipt_id="R2", lines=[UNPRICED]),
    example("sale", id="s2", line_id="2", quantity=100),
    example("stock_pull", on_hand=600),
    EXAMPLES["defective_report"],
    EXAMPLES["adjustment"],
    example("adjustment", id="a2", mode="value", quantity=..., value="10"),
    EXAMPLES["transfer"],
    example("item", id="i2", method="wac"),
    example("sale", id="s2", quantity=9),
    example("stock_pull", id="p2", on_hand=650),
    example("sale", id="s3", quantity=5000),
)
"""Every kind of movement, sold before received, refused twice."""


@pytest.fixture(scope="module")
def movements() -> list[Output]:
    store = MemoryStore()
    said = [
        run(Shipments() if event["type"] == "receipt" else Intake(), [record(event)], store)
        for event in STORY
    ]
    return [output for one in said for output in one.outputs]


@pytest.fixture(scope="module")
def outputs(movements: list[Output]) -> list[Output]:
    log = [
        Record("movements", 0, offset, 1, one.key, one.value, one.headers)
        for offset, one in enumerate(movements)
    ]
    return run(Ledger(), log).outputs


def test_the_log_keeps_to_its_schema(movements: list[Output]) -> None:
    assert len(movements) == len(STORY) + 2
    for movement in map(body, movements):
        VALIDATORS[f"movement.{movement['type']}"].validate(movement)


def test_every_output_keeps_to_its_schema_and_all_types_are_seen(
    outputs: list[Output],
) -> None:
    costs = set(get_args(Cost.model_fields["type"].annotation))
    seen = set()
    for output in outputs:
        if output.value is not None:
            said = body(output)
            seen.add(said["type"])
            name = "cost" if said["type"] in costs else said["type"]
            VALIDATORS[f"output.{name}"].validate(said)
    assert seen == (OUTPUTS.keys() - {"cost", "journal"}) | (costs - LATER)
