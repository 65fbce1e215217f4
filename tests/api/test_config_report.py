from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.config_report import record_of, settings_in_force, without_password
from schemas.settings import (
    BrokerSettings,
    DatabaseSettings,
    EngineServerSettings,
    Settings,
    StorageSettings,
)

SECRET = "hush-hush"
WORD = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-._~%", min_size=1)

ANY = st.text("abcABC019-._~%#/?:@[]", min_size=1)


def test_no_secret_is_shown() -> None:
    settings = Settings(
        database=DatabaseSettings(url=SecretStr(f"postgresql+psycopg://me:{SECRET}@db/np")),
        broker=BrokerSettings(url=SecretStr(f"redis://:{SECRET}@broker:6379/0")),
        storage=StorageSettings(url="s3://bucket/np", options={"key": SECRET, "secret": SECRET}),
        engine_server=EngineServerSettings(token=SecretStr(SECRET)),
    )
    record = record_of(settings_in_force(settings, {}))
    assert SECRET not in json.dumps(record)
    assert record["database"]["url"] == "postgresql+psycopg://me:***@db/np"
    assert record["broker"]["url"] == "redis://:***@broker:6379/0"
    assert record["storage"]["options"] == {"key": "***", "secret": "***"}


def test_options_within_options_are_looked_through() -> None:
    options = {
        "endpoint_url": "http://files",
        "connection_string": SECRET,
        "client_kwargs": {"aws_secret_access_key": SECRET},
    }
    settings = Settings(storage=StorageSettings(url="s3://b", options=options))
    record = record_of(settings_in_force(settings, {}))
    assert record["storage"]["options"] == {
        "endpoint_url": "http://files",
        "connection_string": "***",
        "client_kwargs": {"aws_secret_access_key": "***"},
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://broker/0", "redis://broker/0"),
        ("sqlite:////srv/needlepoint.db", "sqlite:////srv/needlepoint.db"),
        ("redis://me@broker/0", "redis://me@broker/0"),
        ("postgresql://me:a%40b@[::1]:5432/np", "postgresql://me:***@[::1]:5432/np"),
        ("postgresql://db/np?user=me&password=x", "postgresql://db/np?user=me&password=***"),
        ("redis://[broken:pw@host", "redis://[broken:***@host"),
        ("postgresql+psycopg://np:pg#sec/r?e@t@db/np", "postgresql+psycopg://np:***@db/np"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, expected: str) -> None:
    assert without_password(url) == expected


@given(user=WORD, password=ANY.map(lambda word: f"PW{word}PW"), host=WORD)
def test_a_password_never_comes_through(user: str, password: str, host: str) -> None:
    assert password not in without_password(f"redis://{user}:{password}@{host}/0")


def test_a_setting_says_where_it_came_from() -> None:
    environment = {
        "NEEDLEPOINT_ENGINE__MODEL": "mine",
        "NEEDLEPOINT_LOG": "{}",
        "needlepoint_debug": "1",
    }
    sources = {s.name: s.source for s in settings_in_force(Settings(), environment)}
    assert sources["engine.model"] == sources["log.level"] == sources["debug"] == "environment"
    assert sources["engine.adapter"] == sources["data_directory"] == "default"
