"""Settings: environment `ULLAGE_*` and a TOML file, the same names in both, once at start.

`ULLAGE_BATCH_SIZE=500` says what `batch_size = 500` says in the file; the environment wins.
The file is the one `ULLAGE_CONFIG` names, else `ullage.toml` in the working directory if any.
"""

import json
import os
import re
import socket
import tomllib
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ullage_schemas.fields import Currency, Id
from ullage_schemas.inputs.control import ROLES
from ullage_schemas.money import NotNegative

PREFIX = "ULLAGE_"
CONFIG = "ULLAGE_CONFIG"
NOT_SETTINGS = (CONFIG, "ULLAGE_SOAK", "ULLAGE_CRASH_AT")
"""Variables of the same prefix read elsewhere: which file, and hooks of the fault tests."""

_ADDRESS = r"[^\s,:]+:\d{1,5}"
_PASSWORD = re.compile(r"(?<=:)[^:@/]*(?=@)")


class WrongSettings(Exception):
    """The settings cannot be used; one sentence a setting, each for an operator."""


def _zone(name: str) -> str:
    # As the calendar of the books: the package's zones, whatever the machine has.
    zones = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    if name not in zones:
        raise ValueError("no zone of the IANA database")
    return name


def _from_json(value: object) -> object:
    """An object is written as JSON in the environment, as a table in the file."""
    return json.loads(value) if isinstance(value, str) else value


def _role(name: str) -> str:
    if name not in ROLES:
        raise ValueError("no role")
    return name


_Accounts = dict[Annotated[str, AfterValidator(_role)], Id | None]


class PolicySettings(BaseSettings):
    """The service's policy, by the names of a `policy` event; unset: the log's stands."""

    base_currency: Currency | None = Field(None, description="three capitals, like USD")
    time_zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, description="a name of the IANA database, like Europe/Vienna"
    )
    cost_precision: int | None = Field(None, ge=0, le=6, description="decimals from 0 to 6")
    gl_mapping: Annotated[_Accounts, NoDecode, BeforeValidator(_from_json)] | None = Field(
        None,
        description="a table (in the environment a JSON object) of role to account; "
        f"the roles are {', '.join(ROLES)}",
    )
    landed_cost_policy: Literal["locked", "true_up"] | None = Field(
        None, description="locked or true_up"
    )
    closed_period: Literal["reject", "next_open"] | None = Field(
        None, description="reject or next_open"
    )
    unknown_items: Literal["allow", "reject"] | None = Field(
        None, description="allow or reject"
    )
    keep_months: int | None = Field(None, ge=1, le=1200, description="from 1 to 1200 months")
    post_non_diminishing_cogs: bool | None = Field(None, description="true or false")
    method: Literal["fifo", "lifo", "wac"] | None = Field(None, description="fifo, lifo or wac")
    cost_pool: Literal["sku", "warehouse"] | None = Field(None, description="sku or warehouse")
    layer_merge: Literal["never", "same_cost"] | None = Field(
        None, description="never or same_cost"
    )
    standard_cost: NotNegative | None = Field(
        None, description='a decimal in quotes, like "12.50"'
    )
    negative_stock: Literal["allow", "reject"] | None = Field(
        None, description="allow or reject"
    )
    provisional_cost: Literal["hierarchy", "zero"] | None = Field(
        None, description="hierarchy or zero"
    )
    non_diminishing: bool | None = Field(None, description="true or false")
    backdated: Literal["restate", "reject"] | None = Field(
        None, description="restate or reject"
    )


class Settings(PolicySettings):
    """What a process of ullage is told. A field's description says what is allowed in it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    kafka: Annotated[str, StringConstraints(pattern=f"^{_ADDRESS}(,{_ADDRESS})*$")] | None = (
        Field(None, description="bootstrap servers as host:port, separated by commas")
    )
    database: Annotated[str, StringConstraints(pattern=r"^postgres(ql)?://\S+$")] | None = (
        Field(None, description="a PostgreSQL URL: postgresql://user:password@host:port/name")
    )
    worker_name: str = Field(
        default_factory=socket.gethostname,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="1 to 64 letters, digits, dots, dashes and underscores",
    )
    data: Path = Field(Path(".ullage"), description="a directory this process may write to")
    partitions: int = Field(8, ge=1, le=1024, description="a whole number from 1 to 1024")
    health_port: int = Field(
        9600, ge=0, le=65535, description="a port from 1 to 65535, or 0 for none"
    )
    batch_size: int = Field(
        5000, ge=1, le=100_000, description="a number of records from 1 to 100000"
    )
    batch_age_ms: int = Field(
        10, ge=0, le=10_000, description="a number of milliseconds from 0 to 10000"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="one of debug, info, warning, error"
    )
    log_format: Literal["json", "console"] = Field(
        "json", description="json or console (for people)"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line goes before the environment, the environment before the file."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=_file())
        return init_settings, env_settings, file


def load(**given: str | int | Path | None) -> Settings:
    """Read the settings once; `given` are the command line's, None where it says nothing.

    Raises WrongSettings.
    """
    wrong = [*_unknown_variables(), *_unusable_file()]
    if wrong:
        raise WrongSettings("\n".join(wrong))
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings.model_validate(said)
    except ValidationError as reason:
        sentences = [_sentence(error, said.keys()) for error in reason.errors()]
        raise WrongSettings("\n".join(sentences)) from None


def _file() -> Path:
    return Path(os.environ.get(CONFIG) or "ullage.toml")


def _unusable_file() -> Iterator[str]:
    file = _file()
    if not file.is_file():
        if os.environ.get(CONFIG):
            yield f"{CONFIG} is {str(file)!r}; there is no such file; correct or unset it"
        return
    try:
        tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as reason:
        yield f"{file} cannot be read as TOML: {reason}; correct it or set {CONFIG} to another"


def _unknown_variables() -> Iterator[str]:
    """A mistyped name would be ignored, and the service run on a default nobody asked for."""
    names = [PREFIX + name.upper() for name in Settings.model_fields] + [*NOT_SETTINGS]
    for given in sorted(os.environ):
        if given.upper().startswith(PREFIX) and given.upper() not in names:
            yield f"{given} is not a setting{_nearest(given.upper(), names)}"


def _nearest(given: str, names: list[str]) -> str:
    return f"; did you mean {get_close_matches(given, names, n=1, cutoff=0)[0]}?"


def _sentence(error: ErrorDetails, on_command_line: Collection[str]) -> str:
    """One sentence: the setting as it was written, its value, and what is allowed."""
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        near = _nearest(name, list(Settings.model_fields))
        return f"{name} in {_file()} is not a setting{near}"
    value = _PASSWORD.sub("***", repr(error["input"]))
    allowed = Settings.model_fields[name].description
    return f"{_as_written(name, on_command_line)} is {value}; it must be {allowed}"


def _as_written(name: str, on_command_line: Collection[str]) -> str:
    if name in on_command_line:
        return name
    variable = PREFIX + name.upper()
    in_environment = any(variable == known.upper() for known in os.environ)
    return variable if in_environment else f"{name} in {_file()}"
