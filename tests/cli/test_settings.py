"""A wrong setting stops the start with a sentence: the setting, its value, what is allowed."""

from pathlib import Path

import pytest

from ullage.settings import PolicySettings, WrongSettings, load
from ullage_schemas.inputs import InputEvent, Policy


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ULLAGE_KAFKA", "ULLAGE_DATABASE", "ULLAGE_CONFIG", "ULLAGE_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing_set() -> None:
    settings = load()
    assert (settings.kafka, settings.database, settings.partitions) == (None, None, 8)
    assert settings.data == Path(".ullage")


def test_the_example_file_says_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = load()
    monkeypatch.setenv("ULLAGE_CONFIG", str(Path(__file__).parents[2] / "deploy/ullage.toml"))
    assert load() == defaults


def test_command_line_beats_environment_beats_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ullage.toml").write_text('partitions = 3\nbatch_size = 4\nworker_name = "file"\n')
    monkeypatch.setenv("ULLAGE_BATCH_SIZE", "5")
    monkeypatch.setenv("ULLAGE_WORKER_NAME", "environment")
    settings = load(worker_name="given", data=None)
    assert settings.partitions == 3
    assert settings.batch_size == 5
    assert settings.worker_name == "given"


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ULLAGE_KAFKA", "")
    assert load().kafka is None


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("ULLAGE_KAFKA", "broker", "host:port"),
        ("ULLAGE_KAFKA", "a:1, b:2", "host:port"),
        ("ULLAGE_DATABASE", "mysql://h/d", "postgresql://"),
        ("ULLAGE_PARTITIONS", "many", "from 1 to 1024"),
        ("ULLAGE_PARTITIONS", "0", "from 1 to 1024"),
        ("ULLAGE_HEALTH_PORT", "65536", "from 1 to 65535"),
        ("ULLAGE_BATCH_SIZE", "1.5", "from 1 to 100000"),
        ("ULLAGE_BATCH_AGE_MS", "-1", "from 0 to 10000"),
        ("ULLAGE_LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("ULLAGE_LOG_FORMAT", "xml", "json or console"),
        ("ULLAGE_WORKER_NAME", "two words", "letters"),
        ("ULLAGE_BASE_CURRENCY", "euro", "three capitals, like USD"),
        ("ULLAGE_TIME_ZONE", "Mars/Olympus", "IANA database, like Europe/Vienna"),
        ("ULLAGE_COST_PRECISION", "7", "decimals from 0 to 6"),
        ("ULLAGE_KEEP_MONTHS", "0", "1 to 1200 months"),
        ("ULLAGE_METHOD", "fefo", "fifo, lifo or wac"),
        ("ULLAGE_STANDARD_COST", "1e99", 'a decimal in quotes, like "12.50"'),
        ("ULLAGE_GL_MAPPING", "cogs", "role to account; the roles are inventory, "),
    ],
)
def test_a_wrong_value_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as refused:
        load()
    sentence = str(refused.value)
    assert sentence.startswith(f"{name} is '{value}'; it must be ")
    assert allowed in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "mapping", ["[]", '{"stock": "1000"}', '{"cogs": 5000}', '{"cogs": ""}']
)
def test_a_mapping_of_what_is_no_role_or_no_account(
    monkeypatch: pytest.MonkeyPatch, mapping: str
) -> None:
    monkeypatch.setenv("ULLAGE_GL_MAPPING", mapping)
    with pytest.raises(WrongSettings, match=r"ULLAGE_GL_MAPPING is .*the roles are inventory"):
        load()


def test_a_policy_is_said_the_same_way_in_both_places(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ullage.toml").write_text(
        'method = "wac"\nstandard_cost = "1.50"\nkeep_months = 6\nnon_diminishing = true\n'
        '[gl_mapping]\ncogs = "5000"\n'
    )
    in_file = load()
    Path("ullage.toml").unlink()
    for name, value in {
        "METHOD": "wac",
        "STANDARD_COST": "1.50",
        "KEEP_MONTHS": "6",
        "NON_DIMINISHING": "true",
        "GL_MAPPING": '{"cogs": "5000"}',
    }.items():
        monkeypatch.setenv(f"ULLAGE_{name}", value)
    assert load() == in_file
    assert in_file.gl_mapping == {"cogs": "5000"}
    assert str(in_file.standard_cost) == "1.50"


def test_a_number_that_went_through_a_float_is_refused() -> None:
    Path("ullage.toml").write_text("standard_cost = 1.5\n")
    with pytest.raises(WrongSettings, match=r"standard_cost in ullage\.toml is 1\.5; .*quotes"):
        load()


def test_settings_and_events_have_the_same_policy() -> None:
    in_events = Policy.model_fields.keys() - InputEvent.model_fields.keys()
    assert PolicySettings.model_fields.keys() == in_events


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ULLAGE_PARTITIONS", "many")
    monkeypatch.setenv("ULLAGE_LOG_LEVEL", "loud")
    with pytest.raises(WrongSettings) as refused:
        load()
    assert len(str(refused.value).splitlines()) == 2


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ULLAGE_DATABASE", "mysql://clerk:secret@host/books")
    with pytest.raises(WrongSettings) as refused:
        load()
    assert "secret" not in str(refused.value)


def test_an_unknown_variable_names_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ULLAGE_PARTITION", "3")
    with pytest.raises(WrongSettings, match="did you mean ULLAGE_PARTITIONS"):
        load()


@pytest.mark.parametrize("name", ["ULLAGE_SOAK", "ULLAGE_CRASH_AT"])
def test_variables_of_the_fault_tests_are_known(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    assert load().partitions == 8


def test_an_unknown_name_in_the_file_names_file_and_nearest(tmp_path: Path) -> None:
    Path("ullage.toml").write_text("partitons = 3\n")
    with pytest.raises(WrongSettings, match=r"partitons in ullage\.toml .* mean partitions\?"):
        load()


def test_a_wrong_value_in_the_file_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("other.toml").write_text("partitions = 0\n")
    monkeypatch.setenv("ULLAGE_CONFIG", "other.toml")
    with pytest.raises(WrongSettings, match=r"partitions in other\.toml is 0; it must be"):
        load()


@pytest.mark.parametrize("content", [None, "partitions = \n"])
def test_a_file_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        Path("given.toml").write_text(content)
    monkeypatch.setenv("ULLAGE_CONFIG", "given.toml")
    with pytest.raises(WrongSettings, match=r"given\.toml"):
        load()
