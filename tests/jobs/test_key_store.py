"""Who is let in, with which key, and for how long?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.database import Database
from jobs.key_store import CACHE_SECONDS, Caller, KeyStore, Scope
from jobs.tables import KeyRecord, Table
from schemas.errors import InvalidInput, NotFound, Unauthenticated


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    Table.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def keys(database: Database) -> KeyStore:
    return KeyStore(database)


def test_a_secret_names_its_tenant_and_scopes(keys: KeyStore) -> None:
    info, secret = keys.create("acme", "ci", [Scope.READ])
    assert keys.authenticate(secret) == Caller("acme", info.id, frozenset({Scope.READ}))


def test_a_secret_is_np_and_forty_characters(keys: KeyStore) -> None:
    _, secret = keys.create("acme", "ci")
    assert (secret[:3], len(secret)) == ("np_", 43)


def test_the_database_does_not_hold_the_secret(keys: KeyStore, database: Database) -> None:
    _, secret = keys.create("acme", "ci")
    with database.reading() as session:
        record = session.scalars(select(KeyRecord)).one()
    kept = [str(getattr(record, column.key)) for column in KeyRecord.__table__.columns]
    assert not any(secret in value or secret[3:] in value for value in kept)


def test_an_unknown_secret_is_refused(keys: KeyStore) -> None:
    keys.create("acme", "ci")
    with pytest.raises(Unauthenticated):
        keys.authenticate("np_" + "a" * 40)


def test_what_is_no_secret_is_refused(keys: KeyStore) -> None:
    with pytest.raises(Unauthenticated):
        keys.authenticate("np_short")


def test_a_revoked_key_is_refused_at_once_where_it_was_revoked(keys: KeyStore) -> None:
    info, secret = keys.create("acme", "ci")
    keys.authenticate(secret)
    keys.revoke(info.id)
    with pytest.raises(Unauthenticated):
        keys.authenticate(secret)


def test_another_process_believes_a_revoked_key_only_for_the_cache_seconds(
    database: Database, keys: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    info, secret = keys.create("acme", "ci")
    other = KeyStore(database)
    other.authenticate(secret)
    keys.revoke(info.id)
    assert other.authenticate(secret).tenant == "acme"
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + CACHE_SECONDS)
    with pytest.raises(Unauthenticated):
        other.authenticate(secret)


def test_a_key_ends_with_its_expiry(keys: KeyStore, database: Database) -> None:
    info, secret = keys.create("acme", "ci", expires_at=datetime.now(UTC) + timedelta(days=1))
    with database.transaction() as session:
        record = session.get_one(KeyRecord, info.id)
        record.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    with pytest.raises(Unauthenticated):
        keys.authenticate(secret)


def test_a_key_that_has_expired_can_not_be_made(keys: KeyStore) -> None:
    with pytest.raises(InvalidInput, match="expired already"):
        keys.create("acme", "ci", expires_at=datetime.now(UTC) - timedelta(seconds=1))


def test_revoking_the_last_key_opens_nothing(keys: KeyStore, database: Database) -> None:
    info, _ = keys.create("acme", "ci")
    keys.revoke(info.id)
    assert KeyStore(database).any_key()


def test_there_is_no_key_before_one_is_made(keys: KeyStore) -> None:
    assert not keys.any_key()


def test_a_key_made_elsewhere_is_seen_within_the_cache_seconds(
    keys: KeyStore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not keys.any_key()
    KeyStore(database).create("acme", "ci")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + CACHE_SECONDS)
    assert keys.any_key()


def test_keys_are_listed_by_tenant(keys: KeyStore) -> None:
    keys.create("acme", "one")
    keys.create("other", "two")
    assert [info.name for info in keys.list("acme")] == ["one"]


def test_revoking_an_unknown_key_says_so(keys: KeyStore) -> None:
    with pytest.raises(NotFound, match="key_0"):
        keys.revoke("key_0")


@pytest.mark.parametrize("tenant", ["", "../up", "A", "a/b", "-a", "a" * 64])
def test_a_tenant_is_named_so_that_it_can_be_a_folder(keys: KeyStore, tenant: str) -> None:
    with pytest.raises(InvalidInput, match="tenant"):
        keys.create(tenant, "ci")
