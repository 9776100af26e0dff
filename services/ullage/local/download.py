"""Apache Kafka from its Maven coordinates, once, into the user's cache."""

import fcntl
import os
import shutil
from pathlib import Path

from ullage.local.errors import DownloadFailed, ExtraMissing
from ullage.local.server import Progress

# Not 4.1 to 4.3: there a transaction that is aborted while a partition has no leader, as when
# the broker comes back, gets no marker in that partition, and the writer's next commit makes
# its records count (KAFKA-20734). We saw batches twice after a kill -9 in 4 of 6 runs.
VERSION = "4.0.2"
COORDINATES = f"org.apache.kafka:kafka_2.13:{VERSION}"
# The broker logs through slf4j; without a binding it says nothing, not even why it ended.
_LOGGING = ("log4j-slf4j-impl", "log4j-core", "log4j-api")
_LOGGING_VERSION = "2.25.4"


def classpath(progress: Progress) -> str:
    """Return the broker's classpath, downloading its jars (44 MB) the first time.

    Raises DownloadFailed, ExtraMissing.
    """
    home = _cache() / f"kafka-{VERSION}"
    if not home.is_dir():
        try:
            _download(home, progress)
        except ImportError as missing:
            raise ExtraMissing("jgo", "ULLAGE_KAFKA") from missing
        except (OSError, RuntimeError) as reason:
            raise DownloadFailed(COORDINATES, _cache(), reason) from reason
    return os.pathsep.join(str(jar) for jar in sorted(home.rglob("*.jar")))


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ullage"


def _download(home: Path, progress: Progress) -> None:
    """Fill `home` whole or not at all: jgo takes a jar cut off half way for a good one."""
    home.parent.mkdir(parents=True, exist_ok=True)
    partial = home.with_name(f"{home.name}.partial")
    with home.with_name(f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.is_dir():  # unless another process was first
            shutil.rmtree(partial, ignore_errors=True)
            _resolve(partial, progress)
            partial.rename(home)


def _resolve(repository: Path, progress: Progress) -> None:
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import Dependency, MavenContext

    progress(f"resolving Apache Kafka {VERSION}")
    mirrors = GlobalSettings.load().repositories
    maven = MavenContext(
        repo_cache=repository, remote_repos={"central": MAVEN_CENTRAL_URL, **mirrors}
    )
    group, name, version = COORDINATES.split(":")
    broker = maven.project(group, name).at_version(version).artifact()
    # Logging stays out of this: as a root it would set the versions of the broker's jars.
    roots, others = maven.resolver.resolve([Dependency(broker, scope="compile")])
    needed = [found for found in (*roots, *others) if found.scope in ("compile", "runtime")]
    logging = (
        maven.project("org.apache.logging.log4j", name).at_version(_LOGGING_VERSION).artifact()
        for name in _LOGGING
    )
    jars = [*(found.artifact for found in needed), *logging]
    for done, jar in enumerate(jars):
        progress(f"downloading Apache Kafka {VERSION}: {jar.filename}", done, len(jars))
        jar.resolve()
