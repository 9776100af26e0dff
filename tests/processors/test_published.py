"""Everything the steps write keeps to the published schemas, by an independent reading."""

from typing import get_args

import msgspec
import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from tests.processors.events import EXAMPLES, Json, body, example
from tests.processors.service import Service
from ullage.processors.ledger import published
from ullage.step import Output
from ullage_schemas import outputs as models
from ullage_schemas.movements import MOVEMENTS
from ullage_schemas.outputs import OUTPUTS, Cost
from ullage_schemas.publish import schemas

VALIDATORS = {name: Draft202012Validator(schema) for name, schema in schemas().items()}
MODEL_OF = {
    **dict.fromkeys(get_args(Cost.model_fields["type"].annotation), "cost"),
    "cogs_reversal": "cogs",
}
"""Where a model is of several types, by type."""
NOT_HERE = {"release"}
"""Of a queue: tested with what it is about."""

UNPRICED: Json = {"sku": "12345", "warehouse": "A", "quantity": 5}
CHARGE: Json = {"charge_id": "X1", "kind": "duty", "amount": "5", "basis": "value"}
STORY = (
    example("policy"),
    example("item", method="fifo"),
    example("sale", quantity=5),
    EXAMPLES["receipt"],
    EXAMPLES["landed_cost"],
    example("receipt", id="r2", receipt_id="R2", lines=[UNPRICED], currency="EUR", fx_rate="2"),
    EXAMPLES["cost_correction"],
    example("cost_correction", id="k2", receipt_id="R2"),
    example("landed_cost", id="c2", charges=[{**CHARGE, "currency": "EUR", "fx_rate": "1.1"}]),
    example("sale", id="s2", line_id="2", quantity=100),
    EXAMPLES["sale_return"],
    EXAMPLES["purchase_return"],
    EXAMPLES["build"],
    EXAMPLES["receipt_merge"],
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
def service() -> Service:
    service = Service()
    service.send(*STORY)
    return service


def test_the_log_keeps_to_its_schema_and_all_types_are_seen(service: Service) -> None:
    seen = set()
    for record in service.log:
        movement = body(Output(record.topic, record.key, record.value))
        seen.add(movement["type"])
        VALIDATORS[f"movement.{movement['type']}"].validate(movement)
    assert seen == MOVEMENTS.keys() - NOT_HERE


def test_every_output_keeps_to_its_schema_and_model_and_all_types_are_seen(
    service: Service,
) -> None:
    seen = set()
    for said in service.said:
        seen.add(said["type"])
        name = MODEL_OF.get(str(said["type"]), str(said["type"]))
        VALIDATORS[f"output.{name}"].validate(said)
        assert OUTPUTS[name].model_validate(said)
    assert seen == (OUTPUTS.keys() - {"cost"}) | MODEL_OF.keys()


@pytest.mark.parametrize(
    ("written", "model"),
    [
        (published.LedgerEntry, (models.LedgerEntry,)),
        (published.Cost, (models.Cost, models.Cogs)),
        (published.Draw, (models.Draw,)),
        (published.Charge, (models.Charge,)),
        (published.Original, (models.Original,)),
        (published.QuantityVariance, (models.QuantityVariance,)),
        (published.CostVariance, (models.CostVariance,)),
        (published.CostNeeded, (models.CostNeeded,)),
        (published.Journal, (models.Journal,)),
        (published.JournalLine, (models.JournalLine,)),
        (published.Snapshot, (models.Snapshot,)),
        (published.Stock, (models.Stock,)),
        (published.CostLayer, (models.CostLayer,)),
    ],
)
def test_the_ledger_writes_the_fields_of_the_published_models(
    written: type[msgspec.Struct], model: tuple[type[BaseModel], ...]
) -> None:
    """A field that one has and the other does not would be lost, or written in vain."""
    fields = {name for one in model for name in one.model_fields}
    assert set(written.__struct_fields__) == fields
