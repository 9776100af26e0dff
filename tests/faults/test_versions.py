"""Versions side by side: records and state of another version than the one that reads them."""

import json
from pathlib import Path

import pytest

from tests.faults.chain import STATEFUL, Chain, newer, played
from tests.faults.formats import CUT, golden, of_store, path_of
from tests.journey.story import story
from ullage.sink.projection import Projection, project
from ullage.step import Output, Record, Step

STORY = story()


@pytest.fixture(scope="module")
def plain() -> Chain:
    chain = Chain()
    chain.send(STORY)
    return chain


@pytest.fixture(scope="module")
def mixed() -> Chain:
    """Every record on its way, from input to ledger, has fields this version does not know."""
    chain = Chain(newer)
    chain.send(STORY)
    return chain


def test_unknown_fields_change_nothing(plain: Chain, mixed: Chain) -> None:
    assert len(mixed.outputs) == len(plain.outputs)
    for ours, theirs in zip(plain.outputs, mixed.outputs, strict=True):
        assert (ours.topic, ours.key, ours.headers) == (
            theirs.topic,
            theirs.key,
            theirs.headers,
        )
        if ours.topic != "rejections":
            assert ours.value == theirs.value


def test_a_rejection_holds_the_event_with_what_was_not_known(mixed: Chain) -> None:
    events = [body(one)["event"] for one in mixed.outputs if one.topic == "rejections"]
    forms = [event for event in events if event["id"] in ("refused 100", "refused 107")]
    assert len(forms) == 2
    for event in forms:
        assert event["of_a_later_version"] == {"of": ["it"]}


def test_outputs_with_unknown_fields_become_the_same_rows(plain: Chain) -> None:
    ours, theirs = rows(plain.outputs, bytes), rows(plain.outputs, newer)
    assert ours.facts.keys() == theirs.facts.keys()
    kept, whole = ours.facts.pop("rejections"), theirs.facts.pop("rejections")
    assert [row[0] for row in kept] == [row[0] for row in whole]
    for table, found in ours.facts.items():
        assert found == theirs.facts[table], table
    assert (ours.skus, ours.layers) == (theirs.skus, theirs.layers)


@pytest.mark.parametrize("step", STATEFUL, ids=lambda step: step.name)
def test_state_of_every_form_ever_written_can_be_read(step: Step, plain: Chain) -> None:
    """From it on a step says what it would have said without a change of version."""
    records = plain.read[step.inputs[0]]
    for form in range(1, step.state_format + 1):
        store, processed = golden(step.name, form)
        whole = played(step, of_store({}), records)
        before = played(step, of_store({}), records[:processed])
        assert played(step, store, records[processed:]) == whole[len(before) :]


@pytest.mark.parametrize("step", STATEFUL, ids=lambda step: step.name)
def test_a_change_of_state_has_a_form_of_its_own(step: Step) -> None:
    chain = Chain()
    chain.send(STORY[:CUT])
    store, _ = golden(step.name, step.state_format)
    assert chain.stores[step.inputs[0]] == store, (
        f"{step.name} writes its state in another form than {path_of(step.name, 1).name} has: "
        "raise its state_format, let the former forms be read (defaults for what is new), and "
        "write the new one down with `python -m tests.faults.formats`"
    )


def test_no_form_is_left_behind() -> None:
    """Each file is of a form that its step still reads."""
    forms = {step.name: step.state_format for step in STATEFUL}
    wanted = {
        path_of(name, form) for name, last in forms.items() for form in range(1, last + 1)
    }
    assert set(Path(__file__).with_name("state").iterdir()) == wanted


def rows(outputs: list[Output], alter) -> Projection:
    return project(
        Record(one.topic, 0, 0, 0, one.key, one.value and alter(one.value), one.headers)
        for one in outputs
        if one.topic != "dead-letters"
    )


def body(output: Output) -> dict:
    return json.loads(output.value or b"null")
