"""Who is it that calls, and what may they do?"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from jobs.database import Database
from jobs.tables import DEFAULT_TENANT, KeyRecord, TenantRecord
from schemas.errors import InvalidInput, NotFound, Unauthenticated

CACHE_SECONDS = 3.0
"""A key that is revoked, or a first key that is made, takes effect within these."""

_PREFIX = "np_"
_SECRET_BYTES = 30  # 40 characters
_SECRET = re.compile(r"np_[A-Za-z0-9_-]{40}")
_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_MOST_CACHED = 10_000


class Scope(StrEnum):
    """read: documents, results, searches; write: upload, extract, cancel, delete."""

    READ = "read"
    WRITE = "write"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class Caller:
    """`key_id` is None for loopback, as long as no key was made."""

    tenant: str
    key_id: str | None
    scopes: frozenset[Scope]


ON_LOOPBACK = Caller(DEFAULT_TENANT, None, frozenset(Scope))


@dataclass(frozen=True, slots=True)
class KeyInfo:
    id: str
    tenant: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyStore:
    """Keys by the hash of their secret: 240 random bits need no slow hash.

    What was found is believed for `CACHE_SECONDS`, in each process, so that a key costs no query
    with every request.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._callers: dict[str, tuple[Caller, float]] = {}
        self._has_keys = False
        self._looked_for_keys = -CACHE_SECONDS
        self._lock = threading.Lock()

    def create(
        self,
        tenant: str,
        name: str,
        scopes: Sequence[Scope] = (Scope.READ, Scope.WRITE),
        expires_at: datetime | None = None,
    ) -> tuple[KeyInfo, str]:
        """The key, and its secret, which is kept nowhere: it cannot be shown again."""
        _check_new(tenant, name, scopes)
        secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)

        def write(session: Session) -> KeyInfo:
            now = self._database.now(session)
            if expires_at is not None and expires_at <= now:
                raise InvalidInput("the key would have expired already", param="expires_at")
            if session.get(TenantRecord, tenant) is None:
                session.add(TenantRecord(id=tenant, created_at=now))
                session.flush()
            record = KeyRecord(
                id=f"key_{secrets.token_hex(8)}",
                tenant_id=tenant,
                name=name,
                secret_hash=_hash_of(secret),
                scopes=[str(scope) for scope in dict.fromkeys(scopes)],
                created_at=now,
                expires_at=expires_at,
                revoked_at=None,
            )
            session.add(record)
            return _info_of(record)

        info = self._database.settle(write)
        self._has_keys = True
        return info, secret

    def list(self, tenant: str | None = None) -> list[KeyInfo]:
        """All keys, also those that are revoked or expired, oldest first."""
        query = select(KeyRecord).order_by(KeyRecord.created_at, KeyRecord.id)
        if tenant is not None:
            query = query.where(KeyRecord.tenant_id == tenant)
        with self._database.reading() as session:
            return [_info_of(record) for record in session.scalars(query)]

    def revoke(self, key_id: str) -> KeyInfo:
        """It is refused from now on here, and within `CACHE_SECONDS` by other processes."""
        with self._database.transaction() as session:
            record = session.get(KeyRecord, key_id)
            if record is None:
                raise NotFound(f"there is no key {key_id}", param="key")
            record.revoked_at = record.revoked_at or self._database.now(session)
            info = _info_of(record)
        with self._lock:
            self._callers.pop(record.secret_hash, None)
        return info

    def authenticate(self, secret: str) -> Caller:
        """Whose key it is. Raises `Unauthenticated`, without saying what is wrong with it."""
        if not _SECRET.fullmatch(secret):
            raise _refused()
        digest = _hash_of(secret)
        known = self._believed(digest)
        if known is not None:
            return known
        with self._database.reading() as session:
            caller, believed_seconds = self._looked_up(session, digest)
        with self._lock:
            if len(self._callers) >= _MOST_CACHED:
                self._callers.clear()
            self._callers[digest] = (caller, time.monotonic() + believed_seconds)
        return caller

    def any_key(self) -> bool:
        """Whether one was ever made; revoking the last one opens nothing."""
        if self._knows_whether_any():
            return self._has_keys
        with self._database.reading() as session:
            self._has_keys = bool(session.scalar(select(exists().select_from(KeyRecord))))
        self._looked_for_keys = time.monotonic()
        return self._has_keys

    def costs_no_query(self, secret: str | None) -> bool:
        """Whether `authenticate`, or `any_key` without a secret, answers from memory just now."""
        if secret is None:
            return self._knows_whether_any()
        return self._believed(_hash_of(secret)) is not None

    def _believed(self, digest: str) -> Caller | None:
        caller, until = self._callers.get(digest, (None, 0.0))
        return caller if time.monotonic() < until else None

    def _knows_whether_any(self) -> bool:
        return self._has_keys or time.monotonic() < self._looked_for_keys + CACHE_SECONDS

    def _looked_up(self, session: Session, digest: str) -> tuple[Caller, float]:
        record = session.scalar(select(KeyRecord).where(KeyRecord.secret_hash == digest))
        now = self._database.now(session)
        left = timedelta(seconds=CACHE_SECONDS)
        if record is not None and record.expires_at is not None:
            left = min(left, record.expires_at - now)
        if record is None or record.revoked_at is not None or left <= timedelta():
            raise _refused()
        scopes = frozenset(Scope(scope) for scope in record.scopes)
        return Caller(record.tenant_id, record.id, scopes), left.total_seconds()


def _check_new(tenant: str, name: str, scopes: Sequence[Scope]) -> None:
    if not _TENANT.fullmatch(tenant):
        raise InvalidInput(
            "a tenant's name is up to 63 of a-z, 0-9, _ and -, and begins with a letter or digit",
            param="tenant",
        )
    if not name.strip() or len(name) > 128 or not name.isprintable():
        raise InvalidInput("a key's name is one line of up to 128 characters", param="name")
    if not scopes:
        raise InvalidInput("a key without a scope can do nothing", param="scopes")


def _hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _info_of(record: KeyRecord) -> KeyInfo:
    return KeyInfo(
        id=record.id,
        tenant=record.tenant_id,
        name=record.name,
        scopes=tuple(Scope(scope) for scope in record.scopes),
        created_at=record.created_at.astimezone(UTC),
        expires_at=record.expires_at,
        revoked_at=record.revoked_at,
    )


def _refused() -> Unauthenticated:
    return Unauthenticated("this API key is not valid: it is unknown, expired or revoked")
