"""Where the broker and the database are: the settings, else the local stack that runs."""

from pathlib import Path

from ullage.cli.failure import Refused, WrongUse
from ullage.settings import Settings, WrongSettings, load

KAFKA = "ULLAGE_KAFKA"
DATABASE = "ULLAGE_DATABASE"


def settings(**given: str | int | Path | None) -> Settings:
    """The settings, with what the command line says on top. Raises WrongUse."""
    try:
        return load(**given)
    except WrongSettings as reason:
        raise WrongUse(str(reason)) from None


def kafka(known: Settings) -> str:
    """Bootstrap servers as host:port, from the settings or the local stack. Raises Refused."""
    return known.kafka or _local(known, KAFKA, "broker")


def database(known: Settings) -> str:
    """The PostgreSQL URL, from the settings or the local stack. Raises Refused."""
    return known.database or _local(known, DATABASE, "database")


def environment_file(data: Path) -> Path:
    """There while a local stack runs on this directory: one NAME=value a line, no quotes."""
    return data / "env"


def publish(data: Path, addresses: dict[str, str]) -> None:
    """Write the file whole or not at all: who waits for it must never read half of it."""
    file = environment_file(data)
    draft = file.with_name("env.draft")
    draft.touch(mode=0o600)  # the URL has a password in it
    draft.write_text("".join(f"{name}={value}\n" for name, value in addresses.items()))
    draft.replace(file)


def _local(known: Settings, name: str, what: str) -> str:
    file = environment_file(known.data)
    if file.is_file():
        lines = (line.partition("=") for line in file.read_text().splitlines())
        addresses = {key: value for key, _, value in lines}
        if addresses.get(name):
            return addresses[name]
    raise Refused(
        f"no {what}: {name} is not set and no local stack runs on {known.data} "
        f"(there is no {file}); set it, or start a local one with `ullage up`"
    )
