from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app, run
from jobs.database import Database
from jobs.key_store import KeyStore
from schemas.errors import Unauthenticated
from schemas.settings import Settings


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyStore:
    monkeypatch.setenv("NEEDLEPOINT_DATA_DIRECTORY", str(tmp_path))
    return KeyStore(Database.of(Settings(data_directory=tmp_path)))


def made(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["keys", "create", *arguments])
    assert result.exit_code == 0, result.stderr
    return str(result.stdout)


def test_only_the_secret_is_on_standard_output(store: KeyStore) -> None:
    secret = made("--tenant", "acme", "--name", "upload")
    assert secret.count("\n") == 1
    assert store.authenticate(secret.strip()).tenant == "acme"


def test_a_key_may_what_its_scopes_say(store: KeyStore) -> None:
    secret = made("--scope", "read", "--scope", "metrics")
    assert store.authenticate(secret.strip()).scopes == {"read", "metrics"}


def test_a_scope_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "create", "--scope", "everything"]) == 2
    assert "a scope is one of read, write, metrics, audit" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["soon", "90", "0d", "-1d", "1.5h"])
def test_a_time_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "create", f"--expires={text}"]) == 2
    assert "is no time span" in capsys.readouterr().err


def test_a_key_expires_when_it_was_said(store: KeyStore) -> None:
    made("--expires", "90d")
    [key] = store.list()
    assert key.expires_at is not None
    assert abs((key.expires_at - key.created_at).total_seconds() - 90 * 86_400) < 60


def test_the_list_shows_keys_and_no_secret() -> None:
    secret = made("--name", "nightly").strip()
    shown = CliRunner().invoke(app, ["keys", "list"]).stdout
    assert "nightly" in shown
    assert secret not in shown
    assert secret[3:] not in shown


def test_a_revoked_key_opens_nothing(store: KeyStore) -> None:
    secret = made().strip()
    [key] = store.list()
    assert run(["keys", "revoke", key.id]) == 0
    with pytest.raises(Unauthenticated):
        store.authenticate(secret)


def test_a_key_that_is_not_there_cannot_be_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    made()
    assert run(["keys", "revoke", "key_0000000000000000"]) == 2
    assert "there is no key key_0000000000000000" in capsys.readouterr().err


def test_keys_of_a_database_that_is_not_there_are_not_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["keys", "list"]) == 1
    assert "run needlepoint db upgrade" in capsys.readouterr().err
