from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from schemas.engine_settings import EngineSettings
from schemas.errors import InvalidInput
from schemas.ingest_settings import IngestSettings
from schemas.settings import (
    DatabaseSettings,
    EngineServerSettings,
    Settings,
    StorageSettings,
    environment_of,
    load_settings,
    with_model,
)


def test_the_environment_sets_a_value_of_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_ENGINE__READ_TOKENS", "2048")
    monkeypatch.setenv("NEEDLEPOINT_DEBUG", "true")
    settings = load_settings()
    assert (settings.engine.read_tokens, settings.debug) == (2048, True)
    assert settings.engine.model == "gemma-3-270m"


def test_the_cache_stands_where_the_environment_says(tmp_path: Path) -> None:
    assert load_settings().cache.directory == tmp_path / "cache"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("NEEDLEPOINT_ENGINE__READ_TOKENS", "many", "valid integer"),
        ("NEEDLEPOINT_ENGINE__CHUNK_TOKENS", "63", "greater than or equal to 64"),
        ("NEEDLEPOINT_ENGINE__NUM_THREADS", "-1", "greater than or equal to 0"),
        ("NEEDLEPOINT_INGEST__MAX_PAGES", "0", "greater than 0"),
        ("NEEDLEPOINT_INGEST__MAX_EXPANSION_RATIO", "1", "greater than 1"),
        ("NEEDLEPOINT_CACHE__MAX_BYTES", "-5", "greater than or equal to 0"),
        ("NEEDLEPOINT_DEBUG", "perhaps", "valid boolean"),
        ("NEEDLEPOINT_ENGINE__READ_TOKEN", "9", "not permitted"),
        ("NEEDLEPOINT_ENGINE", "7", "valid dictionary"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput, match=f"^{name}: .*{problem}") as refused:
        load_settings()
    assert refused.value.param == name


def test_a_group_that_is_not_json_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_ENGINE", "{")
    with pytest.raises(InvalidInput, match=r'not JSON: .*"engine"'):
        load_settings()


def test_a_group_refuses_a_name_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="read_token"):
        EngineSettings(read_token=5)  # type: ignore[call-arg]


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        IngestSettings().max_pages = 3


def test_another_model_changes_nothing_else() -> None:
    settings = Settings(engine=EngineSettings(read_tokens=77))
    changed = with_model(settings, "mine")
    assert changed.engine == EngineSettings(model="mine", read_tokens=77)
    assert (changed.cache, changed.ingest) == (settings.cache, settings.ingest)


def test_no_other_model_is_the_same_settings() -> None:
    settings = Settings()
    assert with_model(settings, None) is settings


def test_a_name_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_CACHE_DIRECTORY", "/tmp")
    with pytest.raises(InvalidInput, match="NEEDLEPOINT_CACHE_DIRECTORY is not a setting"):
        load_settings()


def test_settings_go_through_the_environment_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        database=DatabaseSettings(url=SecretStr("postgresql+psycopg://a:b@host/c")),
        storage=StorageSettings(url="s3://bucket", options={"endpoint_url": "http://x:1"}),
        engine=EngineSettings(adapter=None),
        data_directory=Path("/srv/needlepoint"),
    )
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings


def test_a_secret_is_not_shown() -> None:
    settings = Settings(engine_server=EngineServerSettings(token=SecretStr("hush")))
    assert "hush" not in f"{settings!r} {settings.model_dump_json()}"
