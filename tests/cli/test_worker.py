"""`ullage worker`: names it does not know, and a cluster without topics."""

import pytest


@pytest.mark.parametrize(
    ("name", "why"), [("web", "comes later"), ("clerk", "there are intake")]
)
def test_a_name_that_is_no_processor(ullage, name: str, why: str) -> None:
    refused = ullage("worker", "intake", name)
    assert refused.returncode == 2
    assert why in refused.stderr.decode()


def test_a_name_of_the_worker_that_cannot_be_one(ullage) -> None:
    refused = ullage("worker", "intake", "--name", "two words")
    assert refused.returncode == 2
    assert b"worker_name is 'two words'" in refused.stderr


def test_without_addresses(ullage) -> None:
    refused = ullage("worker", "intake")
    assert refused.returncode == 1
    assert b"no local stack runs" in refused.stderr
