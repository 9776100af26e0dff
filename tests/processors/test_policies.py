"""The service's policy: looked at by intake, copied everywhere, kept by who reads a copy."""

from collections import Counter

import pytest

from tests.processors.events import (
    EXAMPLES,
    Json,
    MemoryStore,
    body,
    example,
    record,
    run,
)
from ullage.costing.journal import Role
from ullage.processors import in_force
from ullage.processors.builds.step import Builds
from ullage.processors.in_force import InForce
from ullage.processors.intake import Intake
from ullage.processors.shipments.step import Shipments
from ullage.step import Step
from ullage_schemas.inputs.control import ROLES
from ullage_schemas.movements import PolicyMovement

LOGS = {"movements": 3, "ullage-shipments": 2, "ullage-builds": 1}
STATEFUL: tuple[Step, ...] = (Shipments(), Builds())


def test_a_policy_is_copied_into_every_partition_of_every_log() -> None:
    given = record(EXAMPLES["policy"], headers=(("traceparent", b"t"),))
    outputs = list(Intake(LOGS).run(MemoryStore(), [given]))
    places = Counter((one.topic, one.partition) for one in outputs)
    assert places == {(log, place): 1 for log, count in LOGS.items() for place in range(count)}
    assert {one.key for one in outputs} == {b"all"}
    assert {one.value for one in outputs if one.topic != "movements"} == {given.value}


def test_the_copies_in_movements_say_where_they_stand() -> None:
    outputs = list(Intake(LOGS).run(MemoryStore(), [record(EXAMPLES["policy"])]))
    copies = [
        PolicyMovement.model_validate_json(one.value or b"")
        for one in outputs
        if one.topic == "movements"
    ]
    assert [(one.partition, one.partitions) for one in copies] == [(0, 3), (1, 3), (2, 3)]
    policy, *others = [copy.model_copy(update={"partition": None}) for copy in copies]
    assert others == [policy, policy]
    assert policy.gl_mapping == {"cogs": "5000", "wip": None}
    assert body(outputs[0])["recorded_at"] == "2026-10-05T09:55:00Z"
    other = list(Intake().run(MemoryStore(), [record(example("policy", source="erp"))]))
    assert body(other[0])["id"] != policy.id


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, 'There is no time zone "Mars/Olympus"; give a name of'),
        ({"time_zone": "../../etc/passwd"}, "There is no time zone"),
        ({"base_currency": "usd"}, "base_currency must be three capital letters, like USD"),
        ({"cost_precision": 7}, "cost_precision must be at most 6; it is 7."),
        (
            {"gl_mapping": {"stock": "1000"}},
            'gl_mapping names the role "stock", which no journal has; the roles are inventory',
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused_and_copied_nowhere(
    changes: Json, sentence: str
) -> None:
    said = run(Intake(), [record(example("policy", **changes))])
    assert sentence in str(said.rejections[0]["message"])
    assert len(said.outputs) == 1


def test_the_contract_and_the_kernel_have_the_same_roles() -> None:
    assert set(ROLES) == set(Role)


def test_every_part_of_a_policy_is_taken() -> None:
    assert run(Intake(), [record(example("policy", time_zone="Europe/Vienna"))]).movements


@pytest.mark.parametrize("step", STATEFUL, ids=lambda step: step.name)
def test_a_policy_is_whole(step: Step) -> None:
    """What the next one leaves out is the default again."""
    store = MemoryStore()
    changes = {"base_currency": "JPY", "landed_cost_policy": "true_up", "keep_months": 6}
    run(step, [record(example("policy", **changes))], store)
    assert in_force.read(store) == InForce("JPY", true_up=True, keep_months=6)
    assert in_force.read(store).minor_unit == 1_000_000
    run(step, [record(example("policy", id="2", base_currency=...))], store)
    assert in_force.read(store) == InForce()


@pytest.mark.parametrize("step", STATEFUL, ids=lambda step: step.name)
def test_the_same_policy_again_changes_nothing(step: Step) -> None:
    """Not even when another one came in between."""
    store = MemoryStore()
    first = record(example("policy", keep_months=6))
    second = record(example("policy", id="2", keep_months=7))
    said = run(step, [first, second, first], store)
    assert [one.kind for one in said.occurrences] == ["duplicate"]
    assert in_force.read(store).keep_months == 7
    other = run(step, [record(example("policy", keep_months=8))], store)
    assert [one["code"] for one in other.rejections] == [104]
    assert in_force.read(store).keep_months == 7


@pytest.mark.parametrize(("step", "kind"), [(STATEFUL[0], "receipt"), (STATEFUL[1], "build")])
def test_the_base_currency_stands_once_there_is_money(step: Step, kind: str) -> None:
    store = MemoryStore()
    said = run(step, [record(EXAMPLES[kind])], store)
    assert said.rejections == []
    changed = example("policy", base_currency="EUR", keep_months=6)
    (rejection,) = run(step, [record(changed)], store).rejections
    assert rejection["code"] == 100
    assert "base_currency cannot become EUR" in str(rejection["message"])
    assert rejection["event"] == changed
    assert in_force.read(store) == InForce(has_money=True)
    assert not run(step, [record(example("policy", keep_months=6))], store).rejections
    assert in_force.read(store) == InForce(keep_months=6, has_money=True)
