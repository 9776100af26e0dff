"""A real PostgreSQL 18, on loopback, for development and tests."""

import os
import secrets
import shutil
import signal
import tempfile
from pathlib import Path

from ullage.local.postgres import Installation, installation
from ullage.local.server import HOST, Progress, Server, port_for, silent

NAME = USER = "ullage"


class LocalDatabase:
    """The server whose cluster is in `data`/postgres, with a database `ullage`.

    Loopback only and with a password: on a shared machine others reach the port too.
    """

    def __init__(
        self, data: Path, port: int | None = None, progress: Progress = silent
    ) -> None:
        self._wanted_port, self._progress = port, progress
        self._data = data.resolve() / "postgres"
        self._server = Server("PostgreSQL", self._data, signal.SIGINT)  # a fast shutdown
        self._password = self._data.with_name("postgres.password")
        self.url = ""
        """`postgresql://user:password@host:port/ullage`, once started."""

    def start(self) -> None:
        """Start the server; `wait` returns when it answers, `stop` ends a failed start too.

        Raises LocalError.
        """
        installed = installation()
        self._server.lock()
        port = port_for(self._server.name, self._wanted_port, "--database-port")
        if not self._data.exists():
            self._progress("creating the database")
            self._create(installed)
        # The lock is ours, so no server runs here; the number in it may be another's by now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._progress("starting PostgreSQL")
        settings = {
            "port": str(port), "listen_addresses": HOST, "unix_socket_directories": "",
            "timezone": "UTC", "log_timezone": "UTC",
        }  # fmt: skip
        options = (word for each in settings.items() for word in ("-c", "=".join(each)))
        command = [installed.program("postgres"), "-D", installed.here(self._data), *options]
        self._server.launch(command, _environment(), installed.owner)
        self.url = f"postgresql://{USER}:{self._password.read_text()}@{HOST}:{port}/{NAME}"

    def wait(self) -> None:
        """Return once the server takes connections. Raises LocalError."""
        self._server.wait(self._answers)

    def check(self) -> None:
        """Raise LocalError if the server has ended by itself."""
        self._server.check()

    def stop(self) -> None:
        """Stop the server in order; nothing to do when it does not run."""
        self._server.stop()

    def _answers(self) -> bool:
        # What pg_ctl waits for: the eighth line of this file is the server's own word.
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _create(self, installed: Installation) -> None:
        """Make the cluster beside its place and move it there whole, or not at all."""
        new = self._data.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        installed.give(new)
        here = installed.here(new)
        self._password.touch(mode=0o600)
        self._password.write_text(secrets.token_urlsafe(24))
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(self._password.read_text())
            password.flush()
            installed.give(Path(password.name))
            self._run(
                installed, new, "initdb", "-D", here, "-U", USER, "--pwfile", password.name,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
                "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
            )  # fmt: skip
        create = f"CREATE DATABASE {NAME}\n"
        self._run(installed, new, "postgres", "--single", "-D", here, "postgres", said=create)
        new.rename(self._data)

    def _run(
        self,
        installed: Installation,
        cluster: Path,
        program: str,
        *options: str,
        said: str = "",
    ) -> None:
        command = (installed.program(program), *options)
        self._server.prepare(cluster, command, _environment(), installed.owner, said)


def _environment() -> dict[str, str]:
    """The environment without what would steer PostgreSQL's programs (PGPORT, PGDATA, ...)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
