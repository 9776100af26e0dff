"""Status 2 for wrong use, 1 for what cannot be done; a sentence each, never a traceback."""

import pytest

NOWHERE = "127.0.0.1:1"  # nothing listens on port 1


def test_help_has_one_line_a_command(ullage) -> None:
    shown = ullage("--help", columns="100")
    assert shown.returncode == 0
    for command in ("up", "send", "tail", "topics", "migrate"):
        assert f"│ {command} " in shown.stdout.decode()


@pytest.mark.parametrize("arguments", [["tail"], ["send"], ["nonsense"], ["up", "--port", "1"]])
def test_wrong_use_is_status_2(ullage, arguments: list[str]) -> None:
    refused = ullage(*arguments)
    assert refused.returncode == 2
    assert b"Usage: " in refused.stderr


def test_a_wrong_setting_is_status_2(ullage) -> None:
    refused = ullage("topics", partitions="many")
    assert refused.returncode == 2
    assert refused.stderr == (
        b"ullage: ULLAGE_PARTITIONS is 'many'; it must be a whole number from 1 to 1024\n"
    )


@pytest.mark.parametrize("command", [["topics"], ["tail", "cogs"], ["migrate"]])
def test_without_addresses_or_a_local_stack(ullage, command: list[str]) -> None:
    refused = ullage(*command)
    assert refused.returncode == 1
    assert b"no local stack runs on .ullage" in refused.stderr
    assert b"`ullage up`" in refused.stderr
    assert refused.stderr.count(b"\n") == 1


@pytest.mark.parametrize("command", [["topics"], ["tail", "cogs"]])
def test_a_broker_that_does_not_answer(ullage, command: list[str]) -> None:
    refused = ullage(*command, kafka=NOWHERE)
    assert refused.returncode == 1
    assert f"no Kafka broker answers at {NOWHERE}" in refused.stderr.decode()
    assert refused.stderr.count(b"\n") == 1


def test_a_database_that_does_not_answer(ullage) -> None:
    refused = ullage("migrate", database=f"postgresql://clerk:secret@{NOWHERE}/books")
    assert refused.returncode == 1
    assert f"no database answers at {NOWHERE}/books" in refused.stderr.decode()
    assert b"secret" not in refused.stderr
    assert refused.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no json", "is not an event"),
        ("[1]", "is not an event"),
        ("{}", "is not an event"),
        ('{"type": "sail", "sku": "A"}', "has the type 'sail', which no topic takes"),
        ('{"type": "sale"}', "is of type sale and has no sku"),
        ('{"type": "sale", "sku": 1}', "is not an event"),
        ('{"type": "receipt", "sku": "A"}', "is of type receipt and has no shipment_id"),
        ('{"type": "sale", "sku": "A", "x": "' + "x" * 10 * 1024 * 1024 + '"}', "is 104857"),
    ],
)
def test_a_line_that_cannot_be_sent_is_named(ullage, line: str, why: str) -> None:
    refused = ullage("send", "-", kafka=NOWHERE, said=b"\n" + line.encode())
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"ullage: -, line 2 {why}".encode())
    assert b"nothing was sent" in refused.stderr


def test_a_file_that_is_not_there(ullage) -> None:
    refused = ullage("send", "absent.jsonl", kafka=NOWHERE)
    assert refused.returncode == 1
    assert b"absent.jsonl cannot be read" in refused.stderr
