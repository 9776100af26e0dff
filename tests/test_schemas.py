"""The published contract: every type, and files that are current and only grow."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from tests.processors.events import EXAMPLES, example
from ullage import topics
from ullage_schemas.__main__ import ROOT, broken, main, stale, write
from ullage_schemas.channels import CHANNELS
from ullage_schemas.compatible import breaks
from ullage_schemas.inputs import INPUT_EVENTS
from ullage_schemas.publish import Schema, schemas

SCHEMAS = schemas()


MICROS = st.integers(-(10**18) + 1, 10**18 - 1)


def accepts(model: type[BaseModel], event: dict[str, object]) -> bool:
    try:
        model.model_validate(event)
    except ValidationError:
        return False
    return True


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[name])


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_input_type_parses(kind: str) -> None:
    event = INPUT_EVENTS[kind].model_validate({**EXAMPLES[kind], "of_tomorrow": [1]})
    assert event.type == kind
    assert not hasattr(event, "of_tomorrow")


def test_the_registries_know_the_same_topics_and_types() -> None:
    """The contract imports nothing of the service, so each names the topics once."""
    assert [channel.topic for channel in CHANNELS] == [topic.name for topic in topics.PUBLISHED]
    of_type = {
        kind: channel.topic
        for channel in CHANNELS
        if channel.direction == "input"
        for kind in channel.models
    }
    assert of_type == {kind: topic.name for kind, topic in topics.TOPIC_OF_TYPE.items()}
    assert set(EXAMPLES) == set(INPUT_EVENTS) == set(of_type)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind, schema in INPUT_EVENTS.items() for field in schema.model_fields],
)
def test_a_field_is_required_or_may_be_null(kind: str, field: str) -> None:
    model = INPUT_EVENTS[kind]
    by_its_mode = (kind, field) == ("adjustment", "quantity")
    required = model.model_fields[field].is_required() or by_its_mode
    assert accepts(model, example(kind, **{field: ...})) is not required
    assert accepts(model, example(kind, **{field: None})) is not required


LINE = {"sku": "12345", "warehouse": "A", "quantity": 1}
CHARGE = {"charge_id": "F1", "kind": "freight", "amount": "-1.00", "basis": "unit"}


@pytest.mark.parametrize(
    ("kind", "changes", "valid"),
    [
        ("sale", {"quantity": 0}, False),
        ("sale", {"quantity": "-1"}, False),
        ("sale", {"override_unit_cost": "0"}, True),
        ("sale", {"unit_price": "-0.01"}, False),
        ("stock_pull", {"on_hand": 0}, True),
        ("stock_pull", {"on_hand": -1}, False),
        ("transfer", {"to_warehouse": "A"}, False),
        ("receipt", {"lines": []}, False),
        ("receipt", {"lines": [LINE, LINE]}, False),
        ("receipt", {"lines": [LINE, {**LINE, "warehouse": "B"}]}, True),
        ("receipt", {"currency": "EUR", "fx_rate": "1.123456789012"}, True),
        ("receipt", {"currency": "eur"}, False),
        ("landed_cost", {"charges": [CHARGE]}, True),
        ("landed_cost", {"charges": [CHARGE, CHARGE]}, False),
        ("landed_cost", {"charges": [{**CHARGE, "amount": 0}]}, False),
        ("item", {"method": "fefo"}, False),
        ("item", {"non_diminishing": "yes"}, False),
        ("adjustment", {"quantity": 0}, False),
        ("adjustment", {"value": "1.00"}, False),
        ("adjustment", {"value": 0}, True),
        ("adjustment", {"mode": "value", "quantity": ..., "value": "-3.50"}, True),
        ("adjustment", {"mode": "value", "value": "-3.50"}, False),
        ("adjustment", {"mode": "quantity_and_value", "value": "-3.50"}, True),
        ("adjustment", {"mode": "quantity_and_value", "value": "3.50"}, False),
        ("adjustment", {"mode": "quantity_and_value"}, False),
        ("period_close", {"period": "2026-13"}, False),
        ("policy", {"cost_precision": 7}, False),
        ("policy", {"gl_mapping": {str(n): "1" for n in range(1_001)}}, False),
        ("rebuild", {"expected": {"12345": -1}}, False),
    ],
)
def test_what_an_event_may_say(kind: str, changes: dict[str, object], valid: bool) -> None:
    assert accepts(INPUT_EVENTS[kind], example(kind, **changes)) is valid


odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=70), st.just([]), st.just({}),
    st.decimals(allow_nan=False, allow_infinity=False).map(str), MICROS.map(str),
    st.sampled_from(["2026-10-05T09:55:00Z", "2026-10-05T09:55:00.1+14:00", "USD", "fifo"]),
)  # fmt: skip


@given(st.sampled_from(sorted(EXAMPLES)), st.data())
def test_the_published_schema_takes_whatever_the_model_takes(
    kind: str, data: st.DataObject
) -> None:
    """An independent reader of the schema never refuses an event the service would take."""
    event = example(kind)
    for field in data.draw(st.sets(st.sampled_from(sorted(INPUT_EVENTS[kind].model_fields)))):
        event[field] = data.draw(odd)
    if accepts(INPUT_EVENTS[kind], event):
        validator(f"input.{kind}").validate(event)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_published_schema_refuses_too(kind: str) -> None:
    schema = validator(f"input.{kind}")
    assert schema.is_valid(EXAMPLES[kind])
    for wrong in ({"id": ""}, {"source": ...}, {"effective_at": "2026-10-05"}, {"type": "x"}):
        assert not schema.is_valid(example(kind, **wrong))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_the_committed_files_are_current_and_only_grew() -> None:
    assert stale(ROOT) == []
    assert broken(ROOT) == []


def test_asyncapi_names_every_topic_and_every_file_it_refers_to_exists() -> None:
    document = yaml.safe_load((ROOT / "asyncapi.yaml").read_text("utf-8"))
    assert document["asyncapi"] == "3.0.0"
    assert list(document["channels"]) == [topic.name for topic in topics.PUBLISHED]
    referred = {
        message["payload"]["$ref"]
        for channel in document["channels"].values()
        for message in channel["messages"].values()
        if "payload" in message
    }
    assert {Path(one).stem for one in referred} == set(SCHEMAS)
    assert all((ROOT / one).exists() for one in referred)


def test_the_check_fails_on_a_stale_file_a_stray_one_and_a_break(tmp_path: Path) -> None:
    write(tmp_path)
    released = deepcopy(SCHEMAS)
    released["output.gone"] = {}
    (tmp_path / "released.json").write_text(json.dumps(released), "utf-8")
    (tmp_path / "json" / "input.stray.json").write_text("{}", "utf-8")
    (tmp_path / "asyncapi.yaml").write_text("", "utf-8")
    assert len(stale(tmp_path)) == 2
    assert broken(tmp_path) == ["output.gone is gone"]
    assert main(["--check"], tmp_path) == 1
    assert main(["--release"], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


@pytest.mark.parametrize(
    ("old", "new", "ways"),
    [
        ({"properties": {}}, {"properties": {"a": {"type": "null"}}}, 0),
        ({"description": "a"}, {"description": "b"}, 0),
        ({"properties": {"a": {"type": "null"}}}, {"properties": {}}, 1),
        ({"type": "string"}, {"type": "number"}, 1),
        ({"maxLength": 5}, {"maxLength": 4}, 1),
        ({}, {"maxLength": 4}, 1),
        ({"required": ["a"]}, {"required": ["a", "b"]}, 1),
        ({"required": ["a", "b"]}, {"required": ["b"]}, 1),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, 1),
        ({"$defs": {"A": {"properties": {"b": {}}}}}, {"$defs": {"A": {"properties": {}}}}, 1),
    ],
)
def test_only_a_new_optional_field_is_no_break(old: Schema, new: Schema, ways: int) -> None:
    assert len(list(breaks(old, new))) == ways
