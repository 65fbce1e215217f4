from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from jobs.webhook_secrets import SecretBox, SecretSealed, new_secret
from jobs.webhook_tables import WebhookEndpointRecord
from schemas.errors import InvalidInput
from schemas.settings import DatabaseSettings, Settings
from schemas.webhook_settings import WebhookSettings
from tests.jobs.webhooks_here import KEY, Hooks


def _box(folder: Path, key: str | None = None, url: str | None = None) -> SecretBox:
    return SecretBox(
        Settings(
            data_directory=folder,
            database=DatabaseSettings(url=None if url is None else SecretStr(url)),
            webhooks=WebhookSettings(secret_key=None if key is None else SecretStr(key)),
        )
    )


def test_the_database_holds_no_secret_that_signs(settings: Settings) -> None:
    hooks = Hooks(settings)
    secret = hooks.create("http://127.0.0.1:9/").secret
    with hooks.database.reading() as session:
        kept = session.scalars(select(WebhookEndpointRecord.secret)).one()
    hooks.database.dispose()
    assert secret.removeprefix("whsec_") not in kept
    assert SecretBox(hooks.settings).opened(kept) == secret


def test_without_a_key_one_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    sealed = _box(tmp_path).sealed("whsec_x")
    file = tmp_path / "webhook-secrets.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert _box(tmp_path).opened(sealed) == "whsec_x"
    assert list(tmp_path.iterdir()) == [file]


def test_those_who_make_it_at_the_same_time_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda _: _box(tmp_path).sealed("whsec_x"), range(8)))
    assert {_box(tmp_path).opened(one) for one in sealed} == {"whsec_x"}


def test_a_database_that_others_share_asks_for_a_key(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@nowhere/none"
    with pytest.raises(InvalidInput, match="NEEDLEPOINT_WEBHOOKS__SECRET_KEY"):
        _box(tmp_path, url=url).sealed("whsec_x")
    assert _box(tmp_path, KEY, url).opened(_box(tmp_path, KEY).sealed("whsec_x")) == "whsec_x"


def test_with_another_key_it_says_so(tmp_path: Path) -> None:
    sealed = _box(tmp_path, KEY).sealed("whsec_x")
    with pytest.raises(SecretSealed, match="another key"):
        _box(tmp_path, KEY + "!").opened(sealed)
    with pytest.raises(SecretSealed, match="gone"):
        _box(tmp_path).opened(sealed)


def test_a_secret_is_of_standard_webhooks() -> None:
    secret = new_secret()
    assert (secret[:6], len(secret)) == ("whsec_", 38)
