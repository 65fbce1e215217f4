"""Who is it that calls, and what may they do?"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from jobs.audit import note
from jobs.database import Database
from jobs.tables import DEFAULT_TENANT, KeyRecord, TenantRecord
from schemas.errors import Conflict, InvalidInput, NotFound, Unauthenticated, Unavailable

CACHE_SECONDS = 3.0
"""A key that is revoked, or a first key that is made, takes effect within these."""

_PREFIX = "np_"
_MOST_OVERLAP = timedelta(days=90)
_SECRET_BYTES = 30  # 40 characters
_SECRET = re.compile(r"np_[A-Za-z0-9_-]{40}")
_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_MOST_CACHED = 10_000
_USED_SECONDS = 300.0  # how old `last_used_at` may be before it is written again


class Scope(StrEnum):
    """read: documents, results, searches; write: upload, extract, cancel, delete; audit: who did
    what in the tenant's name."""

    READ = "read"
    WRITE = "write"
    METRICS = "metrics"
    AUDIT = "audit"


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
    previous_until: datetime | None = None
    rotated_at: datetime | None = None
    last_used_at: datetime | None = None


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
        secret = _new_secret()

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
            note(session, now, "key.create", record.id, tenant=tenant)
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
            now = self._database.now(session)
            record.revoked_at = record.revoked_at or now
            note(session, now, "key.revoke", key_id, tenant=record.tenant_id)
            info = _info_of(record)
        self._disbelieve(record.secret_hash, record.previous_hash)
        return info

    def rotate(self, key_id: str, overlap: timedelta) -> tuple[KeyInfo, str]:
        """The key with a new secret: id, tenant, scopes and expiry stay. The secret that it had is
        valid for the overlap; one from before that, which still was, is refused from now on."""
        if not timedelta() <= overlap <= _MOST_OVERLAP:
            raise InvalidInput("the overlap is up to 90 days", param="overlap")
        secret = _new_secret()
        with self._database.transaction() as session:
            wanted = select(KeyRecord).where(KeyRecord.id == key_id).with_for_update()
            record = session.scalars(wanted).one_or_none()
            now = self._database.now(session)
            if record is None:
                raise NotFound(f"there is no key {key_id}", param="key")
            if record.revoked_at is not None or (record.expires_at and record.expires_at <= now):
                raise Conflict(f"the key {key_id} is revoked or expired: make another", param="key")
            stale = (record.previous_hash, record.secret_hash)
            record.previous_hash, record.previous_until = record.secret_hash, now + overlap
            record.secret_hash, record.rotated_at = _hash_of(secret), now
            note(session, now, "key.rotate", key_id, tenant=record.tenant_id)
            info = _info_of(record)
        self._disbelieve(*stale)
        return info, secret

    def authenticate(self, secret: str) -> Caller:
        """Whose key it is. Raises `Unauthenticated`, without saying what is wrong with it."""
        if not _SECRET.fullmatch(secret):
            raise _refused()
        digest = _hash_of(secret)
        known = self._believed(digest)
        if known is not None:
            return known
        with self._database.reading() as session:
            caller, believed_seconds, is_use_old = self._looked_up(session, digest)
        if is_use_old:
            self._note_use(caller)
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

    def _disbelieve(self, *digests: str | None) -> None:
        with self._lock:
            for digest in digests:
                self._callers.pop(digest or "", None)

    def _looked_up(self, session: Session, digest: str) -> tuple[Caller, float, bool]:
        """The caller, for how long to believe it, and whether its last use is to be written."""
        either = or_(KeyRecord.secret_hash == digest, KeyRecord.previous_hash == digest)
        record = session.scalar(select(KeyRecord).where(either))
        now = self._database.now(session)
        if record is None or record.revoked_at is not None:
            raise _refused()
        ends = [record.expires_at]
        if record.secret_hash != digest:
            ends.append(record.previous_until)
        left = min(
            [timedelta(seconds=CACHE_SECONDS), *(end - now for end in ends if end is not None)]
        )
        if left <= timedelta():
            raise _refused()
        scopes = frozenset(Scope(scope) for scope in record.scopes)
        used = record.last_used_at
        is_use_old = used is None or now - used >= timedelta(seconds=_USED_SECONDS)
        return Caller(record.tenant_id, record.id, scopes), left.total_seconds(), is_use_old

    def _note_use(self, caller: Caller) -> None:
        """A database that takes no writes just now refuses no caller for that."""
        with suppress(Unavailable), self._database.transaction() as session:
            this = update(KeyRecord).where(KeyRecord.id == caller.key_id)
            session.execute(this.values(last_used_at=self._database.now(session)))


def check_tenant(tenant: str) -> None:
    """Raises `InvalidInput` for what can not name one."""
    if not _TENANT.fullmatch(tenant):
        raise InvalidInput(
            "a tenant's name is up to 63 of a-z, 0-9, _ and -, and begins with a letter or digit",
            param="tenant",
        )


def _check_new(tenant: str, name: str, scopes: Sequence[Scope]) -> None:
    check_tenant(tenant)
    if not name.strip() or len(name) > 128 or not name.isprintable():
        raise InvalidInput("a key's name is one line of up to 128 characters", param="name")
    if not scopes:
        raise InvalidInput("a key without a scope can do nothing", param="scopes")


def _new_secret() -> str:
    return _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


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
        previous_until=record.previous_until,
        rotated_at=record.rotated_at,
        last_used_at=record.last_used_at,
    )


def _refused() -> Unauthenticated:
    return Unauthenticated("this API key is not valid: it is unknown, expired or revoked")
