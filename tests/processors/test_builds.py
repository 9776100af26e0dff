"""Manufacturing orders are read and checked, and refused until their rules are built."""

from tests.processors.events import EXAMPLES, example, record, run
from ullage.processors.builds import Builds


def test_a_build_is_refused_and_not_dropped() -> None:
    said = run(Builds(), [record(EXAMPLES["build"])])
    (rejection,) = said.rejections
    assert rejection["code"] == 100
    assert rejection["event"] == EXAMPLES["build"]
    assert "The type build is not supported yet" in str(rejection["message"])
    assert [one.kind for one in said.occurrences] == ["rejection"]
    assert said.movements == []


def test_what_is_wrong_with_a_build_is_said_first() -> None:
    line = {"sku": "12399", "warehouse": "A", "quantity": "0"}
    (rejection,) = run(Builds(), [record(example("build", produce=[line]))]).rejections
    assert 'quantity of entry 1 of produce must be greater than 0; it is "0".' in str(
        rejection["message"]
    )


def test_what_is_no_event_is_set_aside() -> None:
    said = run(Builds(), [record(b"{", topic="manufacturing"), record(EXAMPLES["build"])])
    assert [output.topic for output in said.outputs] == ["dead-letters", "rejections"]
