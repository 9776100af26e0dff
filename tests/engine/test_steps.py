"""What comes of a record that is wrong, and what a process shows and ends with."""

import json

from tests.engine.fleet import Fleet
from tests.engine.pages import get
from tests.engine.toy import not_its_own
from tests.engine.verify import read, verify, wait_committed


def test_a_poisonous_record_is_a_dead_letter_and_the_next_one_is_counted(fleet: Fleet) -> None:
    fleet.send([(b"a", b"1"), (b"a", b"\xff\x00poison"), (b"a", b"2"), (b"a", b"duplicate")])
    worker = fleet.start("one")
    wait_committed(fleet, 4)
    worker.says('"event": "duplicate"')
    assert worker.stop() == 0
    verify(fleet)
    [dead] = read(fleet, fleet.dead)
    [where] = {record.partition for record in read(fleet, fleet.topic)}
    assert (dead.value, dead.partition) == (b"\xff\x00poison", not_its_own(where))
    lines = [json.loads(line) for line in worker.said().splitlines() if "{" in line]
    told = [line for line in lines if line["event"] == "dead_letter"]
    assert [(line["topic"], line["offset"]) for line in told] == [(fleet.topic, 1)]


def test_a_step_that_raises_ends_the_process_and_names_the_record(fleet: Fleet) -> None:
    fleet.send([(b"a", b"1"), (b"a", b"raise"), (b"a", b"2")])
    for _ in range(2):  # it never skips: the next start meets the same record
        worker = fleet.start("one")
        assert worker.dies() == 1
        assert "failed at " in worker.said()
        assert "offset 1 key b'a': RuntimeError('a bug in the step')" in worker.said()
    assert read(fleet, fleet.counted) == []
    assert fleet.committed() == {}


def test_an_output_topic_that_is_missing_ends_the_process(fleet: Fleet) -> None:
    fleet.send([(b"a", b"1")])
    fleet.delete(fleet.counted)
    worker = fleet.start("one")
    assert worker.dies(100) == 1
    assert f"cannot write to {fleet.counted}" in worker.said()
    assert fleet.committed() == {}


def test_health_and_metrics(fleet: Fleet, free_port: int) -> None:
    fleet.send([(b"a", b"1"), (b"b", b"no number"), (b"a", b"duplicate")])
    worker = fleet.start("one", port=str(free_port))
    wait_committed(fleet, 3)
    worker.says('"event": "dead_letter"')
    assert get(free_port, "/live") == (200, '{"live": true}')
    while get(free_port, "/ready")[0] != 200:
        assert worker.process.poll() is None
    status, metrics = get(free_port, "/metrics")
    assert status == 200
    label = f'step="{fleet.step}"'
    assert f'ullage_occurrences_total{{kind="dead_letter",{label}}} 1.0' in metrics
    assert f'ullage_occurrences_total{{kind="duplicate",{label}}} 1.0' in metrics
    assert f"ullage_outputs_total{{{label}}} 2.0" in metrics
    assert f'ullage_lag_records{{partition="0",{label},topic="{fleet.topic}"}} 0.0' in metrics
    assert get(free_port, "/tables/")[0] == 404
    assert worker.stop() == 0
